namespace CreditGrains.Engine.Jobs;

/// <summary>A running job that makes its work durable step by step.</summary>
public interface IJobSteps : IJobProgress
{
    /// <summary>Where the last durable step ended, of whichever process; null at the beginning.</summary>
    string? Cursor { get; }

    /// <summary>Pieces of findings that durable steps have left.</summary>
    int Pieces { get; }

    /// <summary>
    /// Makes a step durable, its findings and the cursor behind them in one transaction: a process that takes the job over goes on from
    /// there, and finds each piece once.
    /// </summary>
    /// <param name="cursor">Where the work goes on: at most 4,096 characters.</param>
    /// <param name="pieces">Findings since the last step, each of at most 4 MiB.</param>
    /// <param name="cancellation">The work ends.</param>
    /// <exception cref="OperationCanceledException">Another process works on the job, or a person has ended it.</exception>
    /// <exception cref="Storage.StoreException">The store has failed again and again.</exception>
    Task StepAsync(string cursor, IReadOnlyList<byte[]> pieces, CancellationToken cancellation);
}
