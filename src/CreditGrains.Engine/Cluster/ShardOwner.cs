using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Feeds;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Ingestion;
using CreditGrains.Engine.Rules;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;

namespace CreditGrains.Engine.Cluster;

/// <summary>
/// One silo's share of the shards. A shard that it has taken is worked on by the same code as in the embedded host; one that it has not is
/// only read: a subject's snapshot and tail, straight from the store.
/// </summary>
internal sealed class ShardOwner : IDisposable
{
    private readonly IStore _store;
    private readonly IShardLeases _leases;
    private readonly LocalSubjects _subjects;
    private readonly Committer _committer;
    private readonly SubjectReader _reader;
    private readonly RulesInForce _rules;
    private readonly int _replyBytesMax;
    private readonly int[] _underway;
    private readonly SemaphoreSlim[] _turns;
    private volatile bool _isClosed;

    public ShardOwner(
        IStore store, IShardLeases leases, LocalSubjects subjects, Committer committer, SubjectReader reader, RulesInForce rules,
        int replyBytesMax)
    {
        _replyBytesMax = replyBytesMax;
        _store = store;
        _leases = leases;
        _subjects = subjects;
        _committer = committer;
        _reader = reader;
        _rules = rules;
        _underway = new int[store.ShardCount];
        _turns = [.. Enumerable.Range(0, store.ShardCount).Select(_ => new SemaphoreSlim(1, 1))];
        _leases.Lost += Drop;
    }

    /// <summary>Told when another silo has taken a shard, or it was given up; on any thread.</summary>
    public event Action<int>? Gone;

    public int ShardCount => _store.ShardCount;

    public bool Owns(int shard) => _subjects.Owns(shard);

    /// <summary>How many shards this silo owns.</summary>
    public int Count => Enumerable.Range(0, ShardCount).Count(Owns);

    /// <summary>Takes a shard and refolds its tail; nothing when it is owned already.</summary>
    /// <exception cref="StoreException">Busy: another silo holds it and is alive, or this one stops.</exception>
    public async Task TakeAsync(int shard, CancellationToken cancellation)
    {
        await _turns[shard].WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (_isClosed)
                throw new ShardLostException(shard, $"Shard {shard} goes to another silo, this one stops: ask again.");
            if (Owns(shard) && _leases.Holds(shard))
                return;
            await _leases.TakeAsync([shard], cancellation).ConfigureAwait(false);
            try
            {
                // After the epoch was raised: nobody else moves the head any more.
                var status = (await _store.Subjects.ShardsAsync(cancellation).ConfigureAwait(false)).Single(each => each.Shard == shard);
                _committer.Begin(shard, status.Head);
                await _subjects.TakeAsync(status, cancellation).ConfigureAwait(false);
            }
            catch
            {
                _subjects.Drop(shard);
                await ReleaseAsync(shard).ConfigureAwait(false);
                throw;
            }

            // Lost while it was being taken up.
            if (!_leases.Holds(shard))
            {
                _subjects.Drop(shard);
                throw new ShardLostException(shard, $"Shard {shard} belongs to another silo now: ask again.");
            }
        }
        finally
        {
            _turns[shard].Release();
        }
    }

    /// <summary>Finishes what is under way, writes back and gives the shard to whoever wants it.</summary>
    public async Task GiveUpAsync(int shard)
    {
        await _turns[shard].WaitAsync().ConfigureAwait(false);
        try
        {
            if (!Owns(shard))
                return;
            _subjects.Close(shard);
            while (Volatile.Read(ref _underway[shard]) > 0)
                await Task.Delay(2).ConfigureAwait(false);
            try
            {
                await _subjects.FinishAsync(shard, _committer.HeadOf(shard)).ConfigureAwait(false);
            }
            catch (StoreException)
            {
                // The journal has everything: the next owner refolds it.
            }

            _subjects.Drop(shard);
            await ReleaseAsync(shard).ConfigureAwait(false);
        }
        finally
        {
            _turns[shard].Release();
        }

        Gone?.Invoke(shard);
    }

    /// <summary>
    /// Takes no shard any more, waits for those that are being taken, and gives up all that are here: of a silo that stops, after its
    /// activations have ended.
    /// </summary>
    public Task CloseAsync()
    {
        _isClosed = true;
        return Task.WhenAll(Enumerable.Range(0, ShardCount).Select(GiveUpAsync));
    }

    /// <summary>Judges and appends events of one shard.</summary>
    /// <param name="shard">The shard of all of them.</param>
    /// <param name="events">In order.</param>
    /// <param name="readBy">Under what rulebook they were read on this node; null where their facets were just read.</param>
    /// <param name="actor">Caller that sends, from the credentials.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="ShardLostException">This silo does not own it.</exception>
    /// <exception cref="StoreException">Nothing was acknowledged.</exception>
    public async Task<ShardReceipt> CommitAsync(
        int shard, IReadOnlyList<RecordEvent> events, EventReader? readBy, string actor, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _underway[shard]);
        try
        {
            if (!Owns(shard) || _subjects.IsClosing(shard))
                throw new ShardLostException(shard, $"Shard {shard} is on its way to another silo: ask again.");
            var verdicts = await _committer.CommitAsync(events, readBy, actor, cancellation).ConfigureAwait(false);
            return new ShardReceipt(verdicts, _committer.HeadOf(shard));
        }
        finally
        {
            Interlocked.Decrement(ref _underway[shard]);
        }
    }

    /// <summary>Judges events of one subject of a shard and appends all of them in one transaction, or none.</summary>
    /// <inheritdoc cref="CommitAsync"/>
    public async Task<ShardReceipt> CommitTogetherAsync(
        int shard, IReadOnlyList<RecordEvent> events, EventReader readBy, string actor, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _underway[shard]);
        try
        {
            if (!Owns(shard) || _subjects.IsClosing(shard))
                throw new ShardLostException(shard, $"Shard {shard} is on its way to another silo: ask again.");
            var verdicts = await _committer.CommitTogetherAsync(events, readBy, actor, cancellation).ConfigureAwait(false);
            return new ShardReceipt(verdicts, _committer.HeadOf(shard));
        }
        finally
        {
            Interlocked.Decrement(ref _underway[shard]);
        }
    }

    /// <summary>The shard's last committed position that this silo knows of.</summary>
    public long HeadOf(int shard) => _committer.HeadOf(shard);

    /// <summary>The subject, from memory where its shard is owned, else from the store.</summary>
    /// <exception cref="TokenException">The position is ahead of the journal.</exception>
    public ValueTask<SubjectView?> FindAsync(SubjectId subject, Freshness freshness, CancellationToken cancellation)
    {
        var shard = ShardMap.ShardOf(subject, ShardCount);
        return !freshness.Latest && freshness.Position <= 0 && Owns(shard)
            ? _subjects.FindAsync(subject, Consistency.Any, cancellation)
            : FindFreshAsync(shard, subject, freshness, cancellation);
    }

    /// <summary>Part of a view that goes over the wire.</summary>
    public SubjectSnapshot SnapshotOf(SubjectView view) => new(
        view.Shard, view.Position, view.State.Length > _replyBytesMax ? null : view.State, view.AsOf,
        RulesInForce.NameOf(view.Evaluator.Rulebook));

    public void Dispose()
    {
        _leases.Lost -= Drop;
        foreach (var turn in _turns)
            turn.Dispose();
    }

    private async ValueTask<SubjectView?> FindFreshAsync(
        int shard, SubjectId subject, Freshness freshness, CancellationToken cancellation)
    {
        var known = _committer.HeadOf(shard);
        if (!Owns(shard) || freshness.Latest || freshness.Position > known)
        {
            // Another silo may have written: the journal knows.
            var head = await _reader.HeadAsync(shard, cancellation).ConfigureAwait(false);
            if (freshness.Position > head)
                throw SubjectReader.Ahead();
            if (!Owns(shard) || head > known)
                return await _reader.ReadAsync(subject, _rules.Now(), cancellation).ConfigureAwait(false);
        }

        await _subjects.WaitFoldedAsync(shard, freshness.Latest ? known : freshness.Position, cancellation).ConfigureAwait(false);
        return await _subjects.FindAsync(subject, Consistency.Any, cancellation).ConfigureAwait(false);
    }

    private async Task ReleaseAsync(int shard)
    {
        try
        {
            await _leases.ReleaseAsync([shard], CancellationToken.None).ConfigureAwait(false);
        }
        catch (StoreException)
        {
            // The store is away: what is not held any more is not renewed, and runs out.
        }
    }

    private void Drop(int shard)
    {
        _subjects.Drop(shard);
        Gone?.Invoke(shard);
    }
}
