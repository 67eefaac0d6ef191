using System.Diagnostics;
using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Postgres.Database;
using Npgsql;

namespace CreditGrains.Storage.Postgres.Leases;

/// <summary>
/// The leases of one opening of the store. A lease says who works on a shard; the epoch that it raises is what protects the data: every
/// append and write-back compares it under the lock of the row that it changes anyway, so that a process that was taken for dead and wakes
/// up again writes nothing.
/// </summary>
internal sealed class ShardLeases : IAsyncDisposable
{
    internal const string LockLeases = """
        SELECT shard, owner, (extract(epoch FROM until - clock_timestamp()) * 1000)::float8
        FROM credit.lease WHERE shard = ANY($1) ORDER BY shard FOR UPDATE
        """;

    internal const string TakeLeases = """
        UPDATE credit.lease SET owner = $2, until = clock_timestamp() + $3 * interval '1 millisecond' WHERE shard = ANY($1)
        """;

    internal const string LockShards = "SELECT shard FROM credit.shard WHERE shard = ANY($1) ORDER BY shard FOR UPDATE";
    internal const string LockFolds = "SELECT shard FROM credit.fold WHERE shard = ANY($1) ORDER BY shard FOR UPDATE";
    internal const string RaiseShards = "UPDATE credit.shard SET epoch = epoch + 1 WHERE shard = ANY($1)";

    // The same epoch beside both: a write-back looks at fold alone.
    internal const string RaiseFolds = """
        UPDATE credit.fold AS f SET epoch = s.epoch FROM credit.shard AS s WHERE f.shard = ANY($1) AND s.shard = f.shard
        RETURNING f.shard, f.epoch
        """;

    internal const string RenewLeases =
        "UPDATE credit.lease SET until = clock_timestamp() + $2 * interval '1 millisecond' WHERE owner = $1";

    internal const string ReleaseLeases = "UPDATE credit.lease SET owner = NULL, until = 'epoch' WHERE owner = $1";

    private const int LookAgainMs = 50;

    private readonly PostgresDatabase _database;
    private readonly LeaseHolder _me;
    private readonly string _owner;
    private readonly int _leaseMs;
    private readonly long[] _epochs;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _lost = new();
    private Task _renewal = Task.CompletedTask;
    private volatile string? _lostTo;
    private int _taken;

    public ShardLeases(PostgresDatabase database, int shardCount, int leaseMs, TimeProvider time)
    {
        _database = database;
        _me = LeaseHolder.Here(time.GetUtcNow());
        _owner = _me.Write();
        _leaseMs = leaseMs;
        _epochs = new long[shardCount];
        Array.Fill(_epochs, -1);
    }

    /// <summary>Ends when another process has taken a shard: this one must stop serving.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <summary>Takes the shards; waits for leases that run out, takes at once those of processes of this machine that are gone.</summary>
    /// <exception cref="StoreException">Busy: another process holds one and is alive.</exception>
    public async Task TakeAsync(IReadOnlyCollection<int> shards, CancellationToken cancellation)
    {
        var began = Stopwatch.GetTimestamp();
        double? firstLeftMs = null;
        while (true)
        {
            var (holder, leftMs) = await TryTakeAsync(shards, cancellation).ConfigureAwait(false);
            if (holder is null && leftMs <= 0)
                break;
            firstLeftMs ??= leftMs;

            // What was left has gone by, and more is left: it was renewed, so its holder is alive.
            var renewed = leftMs > firstLeftMs - Stopwatch.GetElapsedTime(began).TotalMilliseconds + (_leaseMs / 10.0);
            if (renewed || Stopwatch.GetElapsedTime(began).TotalMilliseconds > _leaseMs * 2)
            {
                throw new StoreException(
                    $"Another server works on this database: {holder?.ToString() ?? "unknown"}. End it, or use another database.",
                    StoreFault.Busy);
            }

            await Task.Delay(LookAgainMs, cancellation).ConfigureAwait(false);
        }

        if (Interlocked.Exchange(ref _taken, 1) == 0)
            _renewal = Task.Run(RenewAsync, CancellationToken.None);
    }

    /// <summary>Called with what stands beside a locked row.</summary>
    /// <exception cref="StoreException">The lease was lost.</exception>
    public void Require(int shard, long epoch)
    {
        if (_epochs[shard] != epoch)
            throw LostShard(shard);
    }

    /// <exception cref="StoreException">The leases were lost: nothing may be written any more.</exception>
    public void RequireHeld()
    {
        if (_lostTo is { } taker)
            throw new StoreException(Sentence(taker), StoreFault.Unavailable);
    }

    /// <summary>Stops renewing and leaves the leases to run out, as a process that is killed does.</summary>
    public async Task AbandonAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _renewal.ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await AbandonAsync().ConfigureAwait(false);
        if (_taken == 1)
        {
            try
            {
                await _database.WriteAsync(
                    async transaction =>
                    {
                        await transaction.ExecuteAsync(P.Command(ReleaseLeases, P.Text(_owner))).ConfigureAwait(false);
                        return true;
                    },
                    CancellationToken.None).ConfigureAwait(false);
            }
            catch (StoreException)
            {
                // It runs out by itself.
            }
        }

        _stop.Dispose();
        _lost.Dispose();
    }

    private Task<(LeaseHolder? Holder, double LeftMs)> TryTakeAsync(IReadOnlyCollection<int> shards, CancellationToken cancellation) =>
        _database.WriteAsync(
            async transaction =>
            {
                var leases = await transaction.ReadAsync(
                    P.Command(LockLeases, P.Shorts(shards)),
                    row => (Owner: row.TextOrNull(1), LeftMs: row.GetDouble(2))).ConfigureAwait(false);
                if (leases.Count != shards.Count)
                    throw new StoreException("A shard is missing in the database: restore a backup.", StoreFault.Corrupt);
                var held = leases.Where(lease => lease.Owner is not null && lease.Owner != _owner && lease.LeftMs > 0)
                    .Select(lease => (Holder: LeaseHolder.Parse(lease.Owner), lease.LeftMs))
                    .Where(lease => lease.Holder?.IsGone() != true).OrderByDescending(lease => lease.LeftMs).FirstOrDefault();
                if (held.LeftMs > 0)
                    return held;
                await transaction.ExecuteAsync(
                    P.Command(TakeLeases, P.Shorts(shards), P.Text(_owner), P.Int(_leaseMs)),
                    P.Command(LockShards, P.Shorts(shards)),
                    P.Command(LockFolds, P.Shorts(shards)),
                    P.Command(RaiseShards, P.Shorts(shards))).ConfigureAwait(false);
                var epochs = await transaction.ReadAsync(
                    P.Command(RaiseFolds, P.Shorts(shards)), row => (Shard: row.GetInt16(0), Epoch: row.GetInt64(1))).ConfigureAwait(false);
                foreach (var (shard, epoch) in epochs)
                    _epochs[shard] = epoch;
                return (null, 0.0);
            },
            cancellation);

    private async Task RenewAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(_leaseMs / 3.0));
        while (true)
        {
            try
            {
                await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false);
                var held = await _database.WriteAsync(
                    async transaction =>
                    {
                        var renew = P.Command(RenewLeases, P.Text(_owner), P.Int(_leaseMs));
                        await transaction.ExecuteAsync(renew).ConfigureAwait(false);
                        return renew.RecordsAffected;
                    },
                    _stop.Token).ConfigureAwait(false);
                if (held < _epochs.Count(epoch => epoch >= 0))
                    LostTo("another server");
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (StoreException)
            {
                // The server is gone for the moment. If nobody takes the shards until it is back, they are ours still: the epochs tell.
            }
        }
    }

    private StoreException LostShard(int shard)
    {
        LostTo($"another server (seen at shard {shard})");
        return new StoreException(Sentence(_lostTo!), StoreFault.Unavailable);
    }

    private void LostTo(string taker)
    {
        if (_lostTo is not null)
            return;
        _lostTo = taker;
        _ = Task.Run(_lost.Cancel);
    }

    private static string Sentence(string taker) =>
        $"The database has been taken over by {taker}: this one must be restarted, and writes nothing until then.";
}
