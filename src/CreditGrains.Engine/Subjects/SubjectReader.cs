using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Feeds;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Rules;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Tokens;

namespace CreditGrains.Engine.Subjects;

/// <summary>
/// Reads a subject out of the store: folds its part of the journal, with or without a snapshot to begin with. Owns nothing.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="factsVersion">The catalogue under which this node folds: stored states of another one are folded anew.</param>
/// <param name="reader">Reads journaled events back.</param>
internal sealed class SubjectReader(IStore store, string factsVersion, EventReader reader)
{
    private const int RefoldPage = 1000;

    public string FactsVersion => factsVersion;

    /// <summary>Folds a subject's journal after a position up to another onto a state.</summary>
    /// <returns>The state and the last position folded; 0 when there was no entry.</returns>
    public async Task<(byte[] State, long Position)> RefoldAsync(SubjectId subject, byte[] state, long after, long upTo)
    {
        var fold = new RecordFold(state, store.Symbols);
        var position = 0L;
        while (true)
        {
            var page = await store.Journal
                .ReadSubjectAsync(subject, after, upTo, RefoldPage, CancellationToken.None).ConfigureAwait(false);
            foreach (var entry in page)
            {
                fold.Apply(entry.Record, entry.Revision, entry.Op, entry.Kind, reader.FactsOf(entry.Kind, entry.Payload.Span));
                position = after = entry.Position;
            }

            if (page.Count < RefoldPage)
                return (fold.ToState(), position);
        }
    }

    /// <summary>The subject as the store has it at this moment: snapshot and tail. Null when no event of it is known.</summary>
    public async Task<SubjectView?> ReadAsync(SubjectId subject, Moment now, CancellationToken cancellation)
    {
        var row = await store.Subjects.FindAsync(subject, cancellation).ConfigureAwait(false);
        var (state, after) = row?.State is { } stored && row.FactsVersion == factsVersion
            ? (stored, row.StatePosition)
            : (PackedRecords.Empty, 0L);
        (state, var position) = await RefoldAsync(subject, state, after, long.MaxValue).ConfigureAwait(false);
        position = Math.Max(position, row?.Position ?? 0);
        return position == 0
            ? null
            : new SubjectView(
                subject, ShardMap.ShardOf(subject, store.ShardCount), position, state, now.Evaluator, now.Today,
                now.Evaluator.Summarise(state, now.Today));
    }

    public async Task<IReadOnlyList<JournalEntry>> HistoryAsync(
        SubjectId subject, KnownAt? knownAt, long after, int limit, Func<int, long>? headOf, CancellationToken cancellation)
    {
        var bound = knownAt is { } at ? await BoundAsync(subject, at, headOf, cancellation).ConfigureAwait(false) : long.MaxValue;
        return await store.Journal.ReadSubjectAsync(subject, after, bound, limit, cancellation).ConfigureAwait(false);
    }

    /// <summary>The last position of the subject's shard that a point in the platform's knowledge takes in.</summary>
    /// <param name="subject">Whose.</param>
    /// <param name="knownAt">The point.</param>
    /// <param name="headOf">Last position of a shard, where this process knows it for certain; null asks the store.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="TokenException">The token is of another store or ahead of the journal.</exception>
    public async Task<long> BoundAsync(SubjectId subject, KnownAt knownAt, Func<int, long>? headOf, CancellationToken cancellation)
    {
        var shard = ShardMap.ShardOf(subject, store.ShardCount);
        if (knownAt.Token is { } token && Checked(token).PositionOf(shard) is { } position)
        {
            var head = headOf is not null ? headOf(shard) : await HeadAsync(shard, cancellation).ConfigureAwait(false);
            return position <= head ? position : throw Ahead();
        }

        var instant = knownAt.Token?.At ?? knownAt.Instant ?? throw new ArgumentException("Neither token nor instant.", nameof(knownAt));
        return await store.Journal.PositionAtAsync(shard, instant, cancellation).ConfigureAwait(false);
    }

    /// <summary>Last position of the shard in the journal, whoever wrote it.</summary>
    public async Task<long> HeadAsync(int shard, CancellationToken cancellation) =>
        (await store.Subjects.ShardsAsync(cancellation).ConfigureAwait(false)).Single(status => status.Shard == shard).Head;

    public Token Checked(Token token) => token.Incarnation == store.Incarnation
        ? token
        : throw new TokenException(true, "The token belongs to another store, or to the time before a restore.");

    public static TokenException Ahead() => new(false, "The token is ahead of this store's journal.");
}
