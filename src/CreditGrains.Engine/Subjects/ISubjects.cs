using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Tokens;

namespace CreditGrains.Engine.Subjects;

/// <summary>The subjects, wherever they live: in this process, or as grains in a cluster.</summary>
public interface ISubjects
{
    /// <summary>The live subject as of today; null when no event of it is known.</summary>
    /// <exception cref="TokenException">The token is of another store or ahead of the journal.</exception>
    ValueTask<SubjectView?> FindAsync(SubjectId subject, Consistency consistency, CancellationToken cancellation);

    /// <summary>The subject as of any legal date, and with a second date: as known at that point of the journal (bitemporal).</summary>
    /// <param name="subject">The subject.</param>
    /// <param name="asOf">Legal date.</param>
    /// <param name="knownAt">Only events up to here count; null for all.</param>
    /// <param name="consistency">When <paramref name="knownAt"/> is null: how fresh.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="TokenException">A token is of another store or ahead of the journal.</exception>
    ValueTask<SubjectView?> FindAsOfAsync(
        SubjectId subject, DateOnly asOf, KnownAt? knownAt, Consistency consistency, CancellationToken cancellation);

    /// <summary>A token of everything folded so far, for all shards.</summary>
    Token Current();

    /// <summary>The journal entries of a subject in order, after a position.</summary>
    Task<IReadOnlyList<JournalEntry>> HistoryAsync(
        SubjectId subject, KnownAt? knownAt, long after, int limit, CancellationToken cancellation);
}

/// <summary>A point in the platform's knowledge: a token, or an instant. Exactly one is given.</summary>
public readonly record struct KnownAt(Token? Token, DateTimeOffset? Instant);

/// <summary>
/// A token cannot be honoured: it belongs to another store (or to the time before a restore), or is ahead of the journal.
/// </summary>
public sealed class TokenException(bool foreign, string message) : Exception(message)
{
    /// <summary>True: of another store. False: ahead of the journal.</summary>
    public bool Foreign { get; } = foreign;
}
