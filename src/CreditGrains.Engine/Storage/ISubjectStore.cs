using CreditGrains.Domain.Names;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Engine.Storage;

/// <summary>Subject rows, outbox and watermarks.</summary>
public interface ISubjectStore
{
    /// <summary>The row with its state, or null.</summary>
    Task<StoredSubject?> FindAsync(SubjectId subject, CancellationToken cancellation);

    /// <summary>The rows, with states, of those of the subjects that are stored.</summary>
    Task<IReadOnlyList<StoredSubject>> FindManyAsync(IReadOnlyCollection<SubjectId> subjects, CancellationToken cancellation);

    /// <summary>
    /// Writes everything in one transaction, symbols first used by the states included. A change is never stored as of an earlier instant
    /// than the one before it in its shard, whatever the clock of the process that wrote it says.
    /// </summary>
    /// <exception cref="WriteConflictException">A row's position is not the expected one; nothing was written.</exception>
    Task WriteAsync(IReadOnlyList<ShardWrite> writes, CancellationToken cancellation);

    /// <summary>Rows of one shard in subject order, after a subject.</summary>
    Task<IReadOnlyList<StoredSubject>> PageAsync(int shard, SubjectId? after, int limit, CancellationToken cancellation);

    /// <summary>
    /// States with the stored assessments of one shard in subject order, after a subject: what a recomputation reads. At least so many as
    /// the limit says if there are, and some more where the store keeps subjects together.
    /// </summary>
    Task<StatePage> ReadStatesAsync(int shard, SubjectId? after, int limit, CancellationToken cancellation);

    /// <summary>Stores the results of one page of a recomputation; states and descriptions stay as they are.</summary>
    /// <exception cref="WriteConflictException">
    /// A row's position or a document's version is not the expected one; nothing was written.
    /// </exception>
    Task WriteAssessmentsAsync(AssessmentPage page, CancellationToken cancellation);

    /// <summary>Subjects of one shard whose next change has come on that date.</summary>
    Task<IReadOnlyList<SubjectId>> DueAsync(int shard, DateOnly date, int limit, CancellationToken cancellation);

    /// <summary>Rows without state that match the query, in subject order.</summary>
    Task<IReadOnlyList<StoredSubject>> SearchAsync(SubjectQuery query, CancellationToken cancellation);

    Task<IReadOnlyList<ShardStatus>> ShardsAsync(CancellationToken cancellation);

    /// <summary>Changes of one shard after a number, in order.</summary>
    Task<IReadOnlyList<SubjectChange>> ReadChangesAsync(int shard, long after, int limit, CancellationToken cancellation);

    /// <summary>Changes of several shards, of each after a number and at most that many, in order of shard and number.</summary>
    Task<IReadOnlyList<SubjectChange>> ReadChangesAsync(
        IReadOnlyList<ShardNumber> after, int limitEach, CancellationToken cancellation);

    /// <summary>
    /// Measures begun and ended in several shards, of each after a number and at most that many, in order of shard and number. Other
    /// changes stay in the store.
    /// </summary>
    Task<IReadOnlyList<SubjectChange>> ReadMeasureChangesAsync(
        IReadOnlyList<ShardNumber> after, int limitEach, CancellationToken cancellation);

    /// <summary>The number of the last change by shard: all up to it can be read (I12).</summary>
    Task<long[]> ChangeHeadsAsync(CancellationToken cancellation);

    /// <summary>
    /// Takes the oldest rows of changes out of a shard's outbox, at most so many, none beyond a number and never the last one: numbers are
    /// not given again, and whoever reads on from before them sees the gap.
    /// </summary>
    /// <returns>How many rows.</returns>
    Task<int> PruneChangesAsync(int shard, long until, int limit, CancellationToken cancellation);

    Task<long> CountAsync(CancellationToken cancellation);
}

/// <summary>A search; null parts do not restrict.</summary>
/// <param name="Text">Beginning of a code, or parts of a name (<see cref="SearchTerms"/>).</param>
/// <param name="Region">Exact region, or its beginning.</param>
/// <param name="Grade">Exact grade.</param>
/// <param name="After">Continue after this subject.</param>
/// <param name="Limit">1 to 200.</param>
public sealed record SubjectQuery(string? Text, string? Region, string? Grade, SubjectId? After, int Limit)
{
    /// <summary>Terms that the text asks of a name; null when there is no text.</summary>
    /// <exception cref="ArgumentException">The text is too short or too long.</exception>
    public SearchTerms? ReadTerms()
    {
        if (Text is null)
            return null;
        return !SearchTerms.IsTooLong(Text) && SearchTerms.Read(Text) is { } terms
            ? terms
            : throw new ArgumentException($"A search text has 2 to {SearchTerms.TextCharsMax} characters.", nameof(Text));
    }
}
