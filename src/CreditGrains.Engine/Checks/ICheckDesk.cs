using CreditGrains.Engine.Subjects;

namespace CreditGrains.Engine.Checks;

/// <summary>Answers checks from memory.</summary>
public interface ICheckDesk
{
    /// <summary>Answers one check. The caller records the access (I9).</summary>
    /// <returns>The answer; null when the rulebook has no such matter.</returns>
    /// <exception cref="TokenException">The token is of another store or ahead of the journal.</exception>
    ValueTask<CheckAnswer?> CheckAsync(CheckRequest request, Consistency consistency, CancellationToken cancellation);
}
