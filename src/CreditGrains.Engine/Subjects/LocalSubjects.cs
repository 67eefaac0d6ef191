using System.Threading.Channels;
using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Rules;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Tokens;

namespace CreditGrains.Engine.Subjects;

/// <summary>
/// All subjects of a store in one process: shards with their caches, write-back by bounded age, and the sweep of due dates.
/// </summary>
internal sealed partial class LocalSubjects : ISubjects, IShardHost, IEventOwners, IAsyncDisposable
{
    private const int RefoldPage = 1000;

    /// <summary>Pauses of the warm-up for each moment of work, while nobody asks and while somebody does.</summary>
    private const int RestsIdle = 1;
    private const int RestsAsked = 9;

    private readonly IStore _store;
    private readonly SubjectReader _subjectReader;
    private readonly EngineOptions _options;
    private readonly RulesInForce _rules;
    private readonly TimeProvider _time;
    private readonly StoreFaultLog _faults;
    private readonly ShardSurroundings _surroundings;
    private readonly Shard[] _shards;
    private readonly bool[] _owned;
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<bool> _taken = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private readonly WriteBack _writeBack;
    private readonly List<Task> _loops = [];
    private Func<int, long> _headOf = _ => 0;
    private long _unfolded;
    private volatile bool _isAsked;

    public LocalSubjects(
        IStore store, RulesInForce rules, RulesArchive archive, SubjectReader subjectReader, EngineOptions options, TimeProvider time,
        StoreFaultLog faults)
    {
        Former = new FormerEffects(archive, subjectReader);
        _subjectReader = subjectReader;
        _store = store;
        _options = options;
        _rules = rules;
        _time = time;
        _faults = faults;
        _surroundings = new ShardSurroundings(store, rules, subjectReader, Former, options, time, faults, this);
        _shards = [.. Enumerable.Range(0, store.ShardCount).Select(New)];
        _owned = new bool[store.ShardCount];
        _writeBack = new WriteBack(store.Subjects, options, Owned, () => ChangesWritten(), () => AreChangesAwaited());
    }

    /// <summary>Measures and lists that were told last of stored rows.</summary>
    internal FormerEffects Former { get; }

    /// <summary>Told after a transaction that may have added to the outbox; on any thread.</summary>
    public Action ChangesWritten { get; init; } = static () => { };

    /// <summary>Whether a reader of the outbox waits for the next change; on any thread.</summary>
    public Func<bool> AreChangesAwaited { get; init; } = static () => false;

    /// <summary>Begins the pace of a sweep of many.</summary>
    public required Func<IWorkPace> SweepPace { get; init; }

    /// <summary>Told how many appended events have come; on any thread.</summary>
    public Action<int> EventsDelivered { get; init; } = static _ => { };

    public int WarmCount => _shards.Sum(shard => shard.WarmCount);

    public int DirtyCount => _shards.Sum(shard => shard.DirtyCount);

    /// <summary>Appended events not yet folded.</summary>
    public long UnfoldedCount => Interlocked.Read(ref _unfolded);

    /// <summary>Takes the shards given, refolds what was journaled but not written back, then starts the loops.</summary>
    public async Task StartAsync(IReadOnlyList<ShardStatus> statuses, Func<int, long> headOf, CancellationToken cancellation)
    {
        _headOf = headOf;
        foreach (var status in statuses)
            await TakeAsync(status, cancellation).ConfigureAwait(false);
        Repeat(_writeBack.WaitAndFlushAsync, "Write-back failed; retrying");
        Repeat(SweepAndWaitAsync, "Sweep of due subjects failed; retrying");
        if (_options.WarmUpPage > 0)
            Repeat(WarmUpAsync, "Warm-up failed; retrying");
    }

    /// <summary>Whether stored subjects of this process' shards are still to be brought into memory.</summary>
    public bool IsCold => Owned().Any(shard => shard.IsCold);

    /// <summary>Whether this process works on the shard.</summary>
    public bool Owns(int shard) => Volatile.Read(ref _owned[shard]);

    /// <summary>Begins to work on a shard, where it stands in the store.</summary>
    public async Task TakeAsync(ShardStatus status, CancellationToken cancellation)
    {
        // Owned only when the tail is folded: until then nothing is appended or answered here, so no answer misses what is acknowledged.
        _shards[status.Shard].Start(status.Watermark);
        await RefoldTailAsync(status, cancellation).ConfigureAwait(false);
        Volatile.Write(ref _owned[status.Shard], true);
        _taken.Writer.TryWrite(true);
    }

    /// <summary>Takes nothing in any more for the shard; what it has is finished.</summary>
    public void Close(int shard) => _shards[shard].Close();

    public bool IsClosing(int shard) => _shards[shard].IsClosing;

    /// <summary>Folds up to a position and writes back.</summary>
    public async Task FinishAsync(int shard, long position)
    {
        await _shards[shard].WaitFoldedAsync(position, CancellationToken.None).ConfigureAwait(false);
        await FlushAsync().ConfigureAwait(false);
    }

    /// <summary>Forgets a shard at once, written back or not.</summary>
    public void Drop(int shard)
    {
        Volatile.Write(ref _owned[shard], false);
        // Another object: loops and callers that still hold the old one find it abandoned, and cannot touch what a later owner loads.
        var gone = Interlocked.Exchange(ref _shards[shard], New(shard));
        gone.Abandon();
    }

    /// <summary>Completes when everything that this process has appended to its shards until now is folded.</summary>
    /// <exception cref="StoreException">The wait took longer than the bound, or a shard went to another silo meanwhile.</exception>
    public Task WaitFoldedAsync() => Task.WhenAll(
        Enumerable.Range(0, _shards.Length).Where(Owns)
            .Select(shard => WaitFoldedAsync(shard, _headOf(shard), CancellationToken.None)));

    public Task WaitFoldedAsync(int shard, long position, CancellationToken cancellation) =>
        _shards[shard].WaitFoldedAsync(position, cancellation);

    public async ValueTask DeliverAsync(int shard, List<FoldItem> items)
    {
        EventsDelivered(items.Count);

        // The committer waits here with its lane, so that a feed is slowed down to what can be folded and stored; the events are durable.
        while (!_stop.IsCancellationRequested && (DirtyCount > _options.DirtySubjectsMax || UnfoldedCount > _options.UnfoldedEventsMax))
            await Task.Delay(5).ConfigureAwait(false);
        Interlocked.Add(ref _unfolded, items.Count);
        _shards[shard].Post(items);
    }

    public ValueTask<SubjectView?> FindAsync(SubjectId subject, Consistency consistency, CancellationToken cancellation)
    {
        var shard = _shards[ShardMap.ShardOf(subject, _shards.Length)];
        if (consistency.IsLatest || consistency.Token is not null)
            return FindAfterAsync(shard, subject, consistency, cancellation);
        if (!_isAsked)
            _isAsked = true;
        var now = _rules.Now();
        return shard.TryView(subject.Value, now) is { } view
            ? ValueTask.FromResult<SubjectView?>(view)
            : shard.LoadAsync(subject.Value, now, cancellation);
    }

    public async ValueTask<SubjectView?> FindAsOfAsync(
        SubjectId subject, DateOnly asOf, KnownAt? knownAt, Consistency consistency, CancellationToken cancellation)
    {
        var bound = knownAt is { } at
            ? await _subjectReader.BoundAsync(subject, at, _headOf, cancellation).ConfigureAwait(false)
            : long.MaxValue;
        if (knownAt is not null)
        {
            var shard = _shards[ShardMap.ShardOf(subject, _shards.Length)];
            await shard.WaitFoldedAsync(Math.Min(bound, _headOf(shard.Number)), cancellation).ConfigureAwait(false);
        }

        var live = await FindAsync(subject, consistency, cancellation).ConfigureAwait(false);
        if (live is null || live.Position <= bound)
            return live?.AsOf == asOf ? live : live?.On(asOf, live.Evaluator);
        var (state, position) = await _subjectReader.RefoldPastAsync(live.Evaluator, subject, bound).ConfigureAwait(false);
        return position == 0
            ? null
            : new SubjectView(subject, live.Shard, position, state, live.Evaluator, asOf, live.Evaluator.Summarise(state, asOf));
    }

    public Token Current() => new(
        _store.Incarnation, _time.GetUtcNow(), _shards.Select(shard => (shard.Number, shard.Folded)));

    public Task<IReadOnlyList<JournalEntry>> HistoryAsync(
        SubjectId subject, KnownAt? knownAt, long after, int limit, CancellationToken cancellation) =>
        _subjectReader.HistoryAsync(subject, knownAt, after, limit, _headOf, cancellation);

    /// <inheritdoc cref="SubjectReader.RefoldAsync"/>
    public Task<(byte[] State, long Position)> RefoldAsync(
        Evaluator by, SubjectId subject, byte[] state, long after, long upTo) =>
        _subjectReader.RefoldAsync(by, subject, state, after, upTo);

    /// <inheritdoc cref="SubjectReader.RefoldManyAsync"/>
    public Task RefoldManyAsync(
        Evaluator by, int shard, IReadOnlyList<SubjectBound> subjects, Action<int, byte[]?, string?> folded,
        CancellationToken cancellation) => _subjectReader.RefoldManyAsync(by, shard, subjects, folded, cancellation);

    /// <inheritdoc cref="WriteBack.FlushAsync"/>
    public Task FlushAsync() => _writeBack.FlushAsync();

    /// <inheritdoc cref="WriteBack.PausedAsync"/>
    internal Task<T> WithoutWriteBackAsync<T>(Func<Task<T>> work, CancellationToken cancellation) =>
        _writeBack.PausedAsync(work, cancellation);

    internal Shard ShardOf(int number) => _shards[number];

    public bool IsStopping => _stop.IsCancellationRequested;

    /// <summary>Stops the loops without writing anything back: as a crash would.</summary>
    public async Task AbandonAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_loops).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            foreach (var shard in Owned())
                await shard.WaitFoldedAsync(_headOf(shard.Number), CancellationToken.None).ConfigureAwait(false);
            await FlushAsync().ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            _faults.LogStoreFault("Write-back on shutdown failed; the next start rebuilds from the journal", fault);
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_loops).ConfigureAwait(false);
        foreach (var shard in _shards)
            shard.Dispose();
        _stop.Dispose();
        _writeBack.Dispose();
        _sweep.Dispose();
    }

    void IShardHost.HasDirty() => _writeBack.Wake();

    void IShardHost.Folded(int count) => Interlocked.Add(ref _unfolded, -count);

    private async Task RefoldTailAsync(ShardStatus status, CancellationToken cancellation)
    {
        var after = status.Watermark;
        while (after < status.Head)
        {
            var page = await _store.Journal.ReadShardAsync(status.Shard, after, RefoldPage, cancellation).ConfigureAwait(false);
            if (page.Count == 0)
                throw new StoreException($"Shard {status.Shard} should reach position {status.Head}, but its journal ends at {after}.");
            var reader = _rules.Now().Reader;
            var items = page.Select(entry => new FoldItem(
                entry.Subject.Value, entry.Position, entry.Record, entry.Revision, entry.FoldedOp, entry.Kind,
                reader.FactsOf(entry.Kind, entry.Payload.Span), reader, entry.Payload)).ToList();
            after = items[^1].Position;
            Interlocked.Add(ref _unfolded, items.Count);
            _shards[status.Shard].Post(items);
            await _shards[status.Shard].WaitFoldedAsync(after, cancellation).ConfigureAwait(false);
        }
    }

    private Shard New(int number) => new(number, _surroundings);

    private IEnumerable<Shard> Owned()
    {
        for (var number = 0; number < _shards.Length; number++)
        {
            if (Owns(number))
                yield return _shards[number];
        }
    }

    private async ValueTask<SubjectView?> FindAfterAsync(
        Shard shard, SubjectId subject, Consistency consistency, CancellationToken cancellation)
    {
        await WaitAsync(shard, consistency, cancellation).ConfigureAwait(false);
        var now = _rules.Now();
        return shard.TryView(subject.Value, now) ?? await shard.LoadAsync(subject.Value, now, cancellation).ConfigureAwait(false);
    }

    private async Task WaitAsync(Shard shard, Consistency consistency, CancellationToken cancellation)
    {
        var head = _headOf(shard.Number);
        var wanted = consistency.Token is { } token ? _subjectReader.Checked(token).PositionOf(shard.Number) ?? 0 : head;
        if (wanted > head)
            throw SubjectReader.Ahead();
        await shard.WaitFoldedAsync(wanted, cancellation).ConfigureAwait(false);
    }

    private void Repeat(Func<CancellationToken, Task> round, string failed) => _loops.Add(BackgroundLoop.RunAsync(
        round, fault => _faults.LogStoreFault(failed, fault), TimeSpan.FromMilliseconds(Math.Max(1, _options.RetryPauseMsMax)),
        TimeProvider.System, _stop.Token));

    /// <summary>
    /// Brings stored subjects of the shards that were taken into memory while there is room, one shard after the other, so that the first
    /// question need not wait for the disk. It rests as long as it works, and much longer while somebody asks: checks go first.
    /// </summary>
    private async Task WarmUpAsync(CancellationToken stop)
    {
        var began = _time.GetTimestamp();
        if (Owned().FirstOrDefault(shard => shard.IsCold) is not { } cold)
        {
            await _taken.Reader.ReadAsync(stop).ConfigureAwait(false);
            await Task.Delay(_options.WarmUpAfterMs, stop).ConfigureAwait(false);
            return;
        }

        try
        {
            await cold.WarmUpAsync(stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cold.IsClosing)
        {
            // The shard goes to another silo.
        }

        var rests = _isAsked ? RestsAsked : RestsIdle;
        _isAsked = false;
        await Task.Delay(rests * _time.GetElapsedTime(began), stop).ConfigureAwait(false);
    }
}
