using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;

namespace CreditGrains.Engine.Checks;

/// <summary>Answers checks from memory.</summary>
public interface ICheckService
{
    /// <summary>
    /// Answers one check that somebody asks, whichever way the question has come: with its number, once the access is recorded (I9).
    /// </summary>
    /// <returns>The check; null when the rulebook has no such matter, and then nothing was disclosed or recorded.</returns>
    /// <exception cref="TokenException">The token is of another store or ahead of the journal.</exception>
    /// <exception cref="StoreException">The subject cannot be read, or the access cannot be recorded: nothing is answered.</exception>
    ValueTask<AskedCheck?> AskAsync(CheckRequest request, Consistency consistency, CancellationToken cancellation);

    /// <summary>What the answer would be: for whoever compares or measures, and shows it to nobody.</summary>
    /// <returns>The answer; null when the rulebook has no such matter.</returns>
    /// <exception cref="TokenException">The token is of another store or ahead of the journal.</exception>
    ValueTask<CheckAnswer?> CheckAsync(CheckRequest request, Consistency consistency, CancellationToken cancellation);
}
