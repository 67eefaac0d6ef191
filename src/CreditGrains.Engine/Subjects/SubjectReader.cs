using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Rules;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Tokens;

namespace CreditGrains.Engine.Subjects;

/// <summary>
/// Reads a subject out of the store: folds its part of the journal, with or without a snapshot to begin with. Owns nothing.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="readers">Gives whoever evaluates a state the reader to fold it with.</param>
internal sealed class SubjectReader(IStore store, FactsReaders readers)
{
    private const int RefoldPage = 1000;
    private const int ManySubjects = 500;
    private const int ManyEntries = 20_000;

    /// <summary>Folds a subject's journal after a position up to another onto a state.</summary>
    /// <param name="by">Rules that will evaluate the result; the state is of the same catalogue.</param>
    /// <param name="subject">The subject.</param>
    /// <param name="state">To begin with.</param>
    /// <param name="after">Its position.</param>
    /// <param name="upTo">The last position to take.</param>
    /// <returns>The state and the last position folded; 0 when there was no entry.</returns>
    public Task<(byte[] State, long Position)> RefoldAsync(Evaluator by, SubjectId subject, byte[] state, long after, long upTo) =>
        RefoldAsync(by, subject, state, after, upTo, null);

    /// <summary>Folds a subject's journal from the beginning up to a past position.</summary>
    /// <exception cref="ContentDestroyedException">The content of a record as it was then has been destroyed.</exception>
    public async Task<(byte[] State, long Position)> RefoldPastAsync(Evaluator by, SubjectId subject, long upTo)
    {
        var destroyed = new HashSet<RecordId>();
        var folded = await RefoldAsync(by, subject, PackedRecords.Empty, 0, upTo, destroyed).ConfigureAwait(false);
        return destroyed.Count == 0 ? folded : throw new ContentDestroyedException(destroyed.First().ToString());
    }

    /// <param name="by">Rules that will evaluate the result.</param>
    /// <param name="subject">The subject.</param>
    /// <param name="state">To begin with.</param>
    /// <param name="after">Its position.</param>
    /// <param name="upTo">The last position to take.</param>
    /// <param name="destroyed">Takes records whose last revision up to there is a tombstone; null where nobody asks.</param>
    private async Task<(byte[] State, long Position)> RefoldAsync(
        Evaluator by, SubjectId subject, byte[] state, long after, long upTo, HashSet<RecordId>? destroyed)
    {
        var reader = readers.Of(by);
        var fold = new RecordFold(state, store.Symbols);
        var position = 0L;
        while (true)
        {
            var page = await store.Journal
                .ReadSubjectAsync(subject, after, upTo, RefoldPage, CancellationToken.None).ConfigureAwait(false);
            foreach (var entry in page)
            {
                fold.Apply(entry.Record, entry.Revision, entry.FoldedOp, entry.Kind, reader.FactsOf(entry.Kind, entry.Payload.Span));
                if (entry.IsDestroyed)
                    destroyed?.Add(entry.Record);
                else
                    destroyed?.Remove(entry.Record);
                position = after = entry.Position;
            }

            if (page.Count < RefoldPage)
                return (fold.ToState(), position);
        }
    }

    /// <summary>
    /// Folds many subjects of one shard from the beginning, each up to its bound, with one question for some hundreds of them.
    /// </summary>
    /// <param name="by">Rules that will evaluate the results.</param>
    /// <param name="shard">The shard.</param>
    /// <param name="subjects">At most a page.</param>
    /// <param name="folded">Told of each by its place, with its state, or with why it could not be folded; in any order.</param>
    /// <param name="cancellation">Ends it between two questions.</param>
    public async Task RefoldManyAsync(
        Evaluator by, int shard, IReadOnlyList<SubjectBound> subjects, Action<int, byte[]?, string?> folded, CancellationToken cancellation)
    {
        for (var from = 0; from < subjects.Count;)
        {
            cancellation.ThrowIfCancellationRequested();
            var asked = Math.Min(ManySubjects, subjects.Count - from);
            var entries = await store.Journal
                .ReadSubjectsAsync(shard, [.. subjects.Skip(from).Take(asked)], ManyEntries, cancellation).ConfigureAwait(false);

            // Of the last one there may be more than there was room for.
            var whole = entries.Count < ManyEntries;
            var next = 0;
            var place = from;
            for (; place < from + asked; place++)
            {
                var first = next;
                while (next < entries.Count && entries[next].Subject == subjects[place].Subject)
                    next++;
                if (!whole && next == entries.Count)
                    break;
                var (state, error) = next == first && subjects[place].UpTo > 0
                    ? (null, "The journal has no entry of it.")
                    : Fold(by, entries, first, next);
                folded(place, state, error);
            }

            if (place == from)
            {
                // One subject has more entries than there is room for.
                var (state, _) = await RefoldAsync(by, subjects[from].Subject, PackedRecords.Empty, 0, subjects[from].UpTo)
                    .ConfigureAwait(false);
                folded(place++, state, null);
            }

            from = place;
        }
    }

    private (byte[]? State, string? Error) Fold(Evaluator by, IReadOnlyList<JournalEntry> entries, int from, int to)
    {
        try
        {
            var reader = readers.Of(by);
            var fold = new RecordFold(PackedRecords.Empty, store.Symbols);
            for (var i = from; i < to; i++)
            {
                var entry = entries[i];
                fold.Apply(entry.Record, entry.Revision, entry.FoldedOp, entry.Kind, reader.FactsOf(entry.Kind, entry.Payload.Span));
            }

            return (fold.ToState(), null);
        }
#pragma warning disable CA1031 // any fault of one subject must not hold up the others
        catch (Exception fault)
#pragma warning restore CA1031
        {
            return (null, fault.Message);
        }
    }

    /// <summary>The subject as the store has it at this moment: snapshot and tail. Null when no event of it is known.</summary>
    public async Task<SubjectView?> ReadAsync(SubjectId subject, RulesSnapshot now, CancellationToken cancellation)
    {
        var row = await store.Subjects.FindAsync(subject, cancellation).ConfigureAwait(false);
        var (state, after) = row?.State is { } stored && row.FactsVersion == now.Evaluator.FactsVersion
            ? (stored, row.StatePosition)
            : (PackedRecords.Empty, 0L);
        (state, var position) = await RefoldAsync(now.Evaluator, subject, state, after, long.MaxValue).ConfigureAwait(false);
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
    /// <param name="subject">The subject.</param>
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
