using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;

namespace CreditGrains.Engine.Changes;

/// <summary>
/// The outbox of all shards to read on from a cursor. A change is committed with its subject's row, and a shard's numbers have no gaps and
/// become visible in order (I12): whoever goes on from the cursor of a page misses nothing and sees nothing twice.
/// </summary>
public sealed class ChangeFeed : IDisposable
{
    /// <summary>Most changes of a page.</summary>
    public const int LimitMax = 1000;

    /// <summary>Most pages that are looked through for one answer.</summary>
    private const int PagesMax = 20;

    private static readonly TimeSpan AwaitedFor = TimeSpan.FromSeconds(1);

    private readonly IStore _store;
    private readonly TimeProvider _time;
    private readonly TimeSpan _lookEvery;
    private readonly SemaphoreSlim _headsLock = new(1, 1);
    private volatile News _news = new(0);
    private volatile Heads? _heads;
    private int _waiting;
    private long _waited;

    /// <param name="store">The store.</param>
    /// <param name="lookEvery">How often the store is asked while somebody waits: changes of other processes are seen that late.</param>
    /// <param name="time">The clock.</param>
    internal ChangeFeed(IStore store, TimeSpan lookEvery, TimeProvider time)
    {
        _store = store;
        _lookEvery = lookEvery;
        _time = time;
    }

    /// <summary>
    /// Whether a reader of this process waits for the next change, or has a moment ago and works off what came; on any thread.
    /// </summary>
    internal bool IsAwaited => Volatile.Read(ref _waiting) > 0
        || (Volatile.Read(ref _waited) is not 0 and var waited && _time.GetElapsedTime(waited) < AwaitedFor);

    /// <summary>Before the first change.</summary>
    public ChangeCursor Start => new(_store.Incarnation, []);

    /// <summary>Behind the last change that there is.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<ChangeCursor> NowAsync(CancellationToken cancellation) =>
        new(_store.Incarnation, await _store.Subjects.ChangeHeadsAsync(cancellation).ConfigureAwait(false));

    /// <summary>Before the first change that is kept: where a reader begins that has no cursor.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<ChangeCursor> FirstAsync(CancellationToken cancellation)
    {
        var numbers = new long[_store.ShardCount];
        var all = Enumerable.Range(0, numbers.Length).Select(shard => new ShardNumber(shard, 0)).ToList();
        foreach (var change in await _store.Subjects.ReadChangesAsync(all, 1, cancellation).ConfigureAwait(false))
            numbers[change.Shard] = change.Number - 1;
        return new ChangeCursor(_store.Incarnation, numbers);
    }

    /// <summary>
    /// Behind the changes written up to an instant, by the clocks of those that wrote them. In each shard the stores let no change be
    /// earlier than the one before it, so that halving finds the place though a clock was set back.
    /// </summary>
    /// <exception cref="CursorExpiredException">Changes after the instant are no longer kept.</exception>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<ChangeCursor> AtAsync(DateTimeOffset instant, CancellationToken cancellation)
    {
        var high = await _store.Subjects.ChangeHeadsAsync(cancellation).ConfigureAwait(false);
        var first = await FirstAsync(cancellation).ConfigureAwait(false);
        var (cursor, isExpired) = await AtAsync(instant, first, high, cancellation).ConfigureAwait(false);
        return isExpired ? throw new CursorExpiredException() : cursor;
    }

    /// <returns>The place, not before the first change that is kept, and whether changes before that one may have been later.</returns>
    internal async Task<(ChangeCursor Cursor, bool IsExpired)> AtAsync(
        DateTimeOffset instant, ChangeCursor first, long[] heads, CancellationToken cancellation)
    {
        var high = heads.Select((head, shard) => Math.Max(head, first.NumberOf(shard))).ToArray();
        var low = high.Select((_, shard) => first.NumberOf(shard)).ToArray();
        while (true)
        {
            // Of every shard that is not decided the middle one, all with one question.
            var asked = Enumerable.Range(0, high.Length).Where(shard => low[shard] < high[shard])
                .Select(shard => new ShardNumber(shard, (low[shard] + high[shard] - 1) / 2)).ToList();
            if (asked.Count == 0)
            {
                var isExpired = low.Where((number, shard) => number > 0 && number == first.NumberOf(shard)).Any();
                return (new ChangeCursor(_store.Incarnation, low), isExpired);
            }

            foreach (var change in await _store.Subjects.ReadChangesAsync(asked, 1, cancellation).ConfigureAwait(false))
            {
                if (change.At <= instant)
                    low[change.Shard] = change.Number;
                else
                    high[change.Shard] = Math.Min(high[change.Shard], change.Number) - 1;
            }
        }
    }

    /// <summary>
    /// A cursor that the store itself has kept. One from before the store was put back was put back with the changes that it counts: it
    /// goes on from the same numbers under the present incarnation, and nothing behind them is passed over.
    /// </summary>
    internal ChangeCursor Kept(ChangeCursor cursor) => cursor.Incarnation != _store.Incarnation
        && _store.FormerIncarnations.Contains(cursor.Incarnation) ? cursor.Under(_store.Incarnation) : cursor;

    /// <summary>The next changes after a cursor.</summary>
    /// <param name="after">A cursor.</param>
    /// <param name="limit">1 to <see cref="LimitMax"/>.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="TokenException">The cursor is of another store, or ahead of this one.</exception>
    /// <exception cref="CursorExpiredException">Changes after the cursor are no longer kept.</exception>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<ChangePage> ReadAsync(ChangeCursor after, int limit, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(after);
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, LimitMax);
        var heads = await _store.Subjects.ChangeHeadsAsync(cancellation).ConfigureAwait(false);
        Check(after, heads);
        var asked = Asked(after, heads, limit);
        if (asked.Count == 0)
            return new ChangePage([], after, false);
        var each = Math.Max(1, limit / asked.Count);
        var found = await _store.Subjects.ReadChangesAsync(asked, each, cancellation).ConfigureAwait(false);
        var numbers = heads.Select((_, shard) => after.NumberOf(shard)).ToArray();
        foreach (var change in found)
        {
            // Numbers have no gaps, and the last change of a shard is never pruned: what does not follow the cursor is missing.
            if (change.Number != numbers[change.Shard] + 1)
                throw new CursorExpiredException();
            numbers[change.Shard] = change.Number;
        }

        var next = new ChangeCursor(_store.Incarnation, numbers);
        return new ChangePage(Merged(found), next, next.IsBehind(heads));
    }

    /// <summary>
    /// The next wanted changes after a cursor. Where none is found in a bounded number of pages, the answer is empty and its cursor is
    /// behind those looked at (I13).
    /// </summary>
    /// <inheritdoc cref="ReadAsync(ChangeCursor, int, CancellationToken)"/>
    public async Task<ChangePage> ReadAsync(
        ChangeCursor after, int limit, Func<SubjectChange, bool> wants, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(wants);
        for (var pages = 1; ; pages++)
        {
            var page = await ReadAsync(after, limit, cancellation).ConfigureAwait(false);
            var wanted = page.Changes.Where(wants).ToList();
            if (wanted.Count > 0 || !page.More || pages == PagesMax)
                return page with { Changes = wanted };
            after = page.Next;
        }
    }

    /// <summary>How many changes there are after a cursor.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<long> LagAsync(ChangeCursor after, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(after);
        return after.LagBehind(await _store.Subjects.ChangeHeadsAsync(cancellation).ConfigureAwait(false));
    }

    /// <summary>Waits until there may be changes after a cursor.</summary>
    /// <param name="after">A cursor.</param>
    /// <param name="max">Longest wait.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Whether there are.</returns>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<bool> WaitAsync(ChangeCursor after, TimeSpan max, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(after);
        var began = _time.GetTimestamp();
        while (true)
        {
            // Taken before the store is asked: what is written in between ends the wait.
            var news = _news;
            if (await HasAfterAsync(after, cancellation).ConfigureAwait(false))
                return true;
            var rest = max - _time.GetElapsedTime(began);
            if (rest <= TimeSpan.Zero)
                return false;
            Interlocked.Increment(ref _waiting);
            try
            {
                var pause = _lookEvery < rest ? _lookEvery : rest;
                await news.Come.Task.WaitAsync(pause, _time, cancellation).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                // Asked again, or over.
            }
            finally
            {
                Volatile.Write(ref _waited, _time.GetTimestamp());
                Interlocked.Decrement(ref _waiting);
            }
        }
    }

    /// <summary>Whether there are changes after a cursor; one question to the store for all who ask at about the same time.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    internal async Task<bool> HasAfterAsync(ChangeCursor after, CancellationToken cancellation) =>
        after.IsBehind((Fresh() ?? await LookAsync(cancellation).ConfigureAwait(false)).Numbers);

    /// <summary>This process may have written changes.</summary>
    internal void Written()
    {
        while (true)
        {
            var news = _news;
#pragma warning disable CS0420 // Interlocked is as strong as volatile
            if (Interlocked.CompareExchange(ref _news, new News(news.Generation + 1), news) != news)
                continue;
#pragma warning restore CS0420
            news.Come.TrySetResult();
            return;
        }
    }

    public void Dispose() => _headsLock.Dispose();

    private async Task<Heads> LookAsync(CancellationToken cancellation)
    {
        await _headsLock.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (Fresh() is { } fresh)
                return fresh;
            var generation = _news.Generation;
            var numbers = await _store.Subjects.ChangeHeadsAsync(cancellation).ConfigureAwait(false);
            return _heads = new Heads(generation, _time.GetTimestamp(), numbers);
        }
        finally
        {
            _headsLock.Release();
        }
    }

    private Heads? Fresh() => _heads is { } heads && heads.Generation == _news.Generation
        && _time.GetElapsedTime(heads.At) < _lookEvery / 2 ? heads : null;

    private void Check(ChangeCursor after, long[] heads)
    {
        if (after.Incarnation != _store.Incarnation || after.Shards > heads.Length)
            throw new TokenException(true, "The cursor belongs to another store, or to the time before a restore.");
        if (heads.Where((head, shard) => after.NumberOf(shard) > head).Any())
            throw new TokenException(false, "The cursor is ahead of this store's changes.");
    }

    /// <summary>
    /// The shards that have more. Where that are more than the page has room for, each page begins at another one, so that none waits for
    /// good.
    /// </summary>
    private static List<ShardNumber> Asked(ChangeCursor after, long[] heads, int limit)
    {
        var passed = heads.Select((_, shard) => after.NumberOf(shard)).Sum();
        var begin = (int)(passed % heads.Length);
        return
        [
            .. Enumerable.Range(0, heads.Length).Select(i => (begin + i) % heads.Length)
                .Where(shard => heads[shard] > after.NumberOf(shard)).Take(limit)
                .Select(shard => new ShardNumber(shard, after.NumberOf(shard))),
        ];
    }

    /// <summary>By time, each shard in its own order whatever the clocks of those that wrote it said.</summary>
    private static List<SubjectChange> Merged(IReadOnlyList<SubjectChange> found)
    {
        var shards = found.GroupBy(change => change.Shard).Select(shard => new Queue<SubjectChange>(shard)).ToList();
        var next = new PriorityQueue<Queue<SubjectChange>, (DateTimeOffset, int)>(
            shards.Select(shard => (shard, (shard.Peek().At, shard.Peek().Shard))));
        var merged = new List<SubjectChange>(found.Count);
        while (next.TryDequeue(out var shard, out _))
        {
            merged.Add(shard.Dequeue());
            if (shard.TryPeek(out var following))
                next.Enqueue(shard, (following.At, following.Shard));
        }

        return merged;
    }

    /// <param name="Generation">Of the news before the question.</param>
    /// <param name="At">When it was answered.</param>
    /// <param name="Numbers">By shard.</param>
    private sealed record Heads(long Generation, long At, long[] Numbers);

    private sealed class News(long generation)
    {
        public long Generation { get; } = generation;

        public TaskCompletionSource Come { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
