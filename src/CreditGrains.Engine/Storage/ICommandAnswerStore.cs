namespace CreditGrains.Engine.Storage;

/// <summary>Answers of commands that came with an <c>Idempotency-Key</c>; one row a key.</summary>
public interface ICommandAnswerStore
{
    /// <summary>State of a key; null when there is none.</summary>
    Task<CommandAnswer?> FindAsync(string key, CancellationToken cancellation);

    /// <summary>Notes what is known of a key from now on.</summary>
    /// <param name="answer">Its version is not looked at.</param>
    /// <param name="expected">The version that was read, 0 for none; null writes whatever there is.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>False, and nothing is written, when the key's version is not the expected one.</returns>
    Task<bool> WriteAsync(CommandAnswer answer, long? expected, CancellationToken cancellation);

    /// <summary>Forgets a key.</summary>
    Task RemoveAsync(string key, CancellationToken cancellation);

    /// <summary>
    /// Forgets what is old, and then, while there are too many or they are too large, the oldest of the owner who has most: nobody's
    /// commands push out those of others (I13).
    /// </summary>
    /// <param name="due">State noted before it.</param>
    /// <param name="countMax">Most that stay.</param>
    /// <param name="bytesMax">Most that they weigh, by <see cref="CommandAnswer.Bytes"/>.</param>
    /// <param name="cancellation">Gives up.</param>
    Task TrimAsync(DateTimeOffset due, int countMax, long bytesMax, CancellationToken cancellation);
}
