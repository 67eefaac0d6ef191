using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Postgres.Database;
using Npgsql;

namespace CreditGrains.Storage.Postgres.Leases;

/// <summary>
/// The leases of one opening of the store. A lease says who works on a shard; the epoch that it raises is what protects the data: every
/// append and write-back compares it under the lock of the row that it changes anyway, so that a process that was taken for dead and wakes
/// up again writes nothing.
/// </summary>
internal sealed class ShardLeases : IShardLeases, IAsyncDisposable
{
    internal const string LockLeases = """
        SELECT shard, owner, until > clock_timestamp(), until
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

    // Only what is held: a lease whose taking or release was not answered stands there, too, and would never run out.
    internal const string RenewLeases = """
        UPDATE credit.lease SET until = clock_timestamp() + $2 * interval '1 millisecond' WHERE owner = $1 AND shard = ANY($3)
        RETURNING shard
        """;

    internal const string ReleaseLeases = "UPDATE credit.lease SET owner = NULL, until = 'epoch' WHERE owner = $1";

    internal const string ReleaseShards = "UPDATE credit.lease SET owner = NULL, until = 'epoch' WHERE owner = $1 AND shard = ANY($2)";

    internal const string SelectHolder =
        "SELECT owner FROM credit.lease WHERE owner IS NOT NULL AND until > clock_timestamp() ORDER BY shard LIMIT 1";

    internal const string SelectSession = "SELECT pg_backend_pid()";

    // Only sessions that this user may end: to try others is an error, and a server that runs under its own role would fail on a backup.
    internal const string EndBlockers = """
        SELECT count(pg_terminate_backend(a.pid)) FROM pg_stat_activity AS a
        WHERE a.pid = ANY(pg_blocking_pids($1)) AND pg_has_role(a.usesysid, 'USAGE')
        """;

    private const int LookAgainMs = 50;

    private readonly PostgresDatabase _database;
    private readonly LeaseHolder _me;
    private readonly string _owner;
    private readonly int _leaseMs;
    private readonly bool _shared;
    private readonly long[] _epochs;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _lost = new();
    private readonly TimeProvider _time;
    private readonly StoreFaultLog? _faults;
    private Task _renewal = Task.CompletedTask;
    private long _renewedAt;
    private volatile string? _lostTo;
    private int _taken;

    /// <param name="database">Where the leases are.</param>
    /// <param name="shardCount">Number of shards.</param>
    /// <param name="options">
    /// How long a lease holds without renewal; whether a shard that is lost is one less or, where not shared, the end of all.
    /// </param>
    public ShardLeases(PostgresDatabase database, int shardCount, PostgresStoreOptions options)
    {
        _shared = options.Shared;
        _database = database;
        _time = options.Time;
        _faults = options.Faults;
        _me = LeaseHolder.Here(_time.GetUtcNow());
        _owner = _me.Write();
        _leaseMs = options.LeaseMs;
        AllLost = _lost.Token;
        _epochs = new long[shardCount];
        Array.Fill(_epochs, -1);
    }

    /// <summary>Ends when another process has taken a shard: this one must stop serving. Tells so also once the store is closed.</summary>
    public CancellationToken AllLost { get; }

    /// <summary>Owner's name in the rows of its leases.</summary>
    public string Owner => _owner;

    public event Action<int>? Lost;

    public bool Holds(int shard) => Volatile.Read(ref _epochs[shard]) >= 0;

    /// <summary>Holders of leases that have not run out, in words; null for none.</summary>
    public static async Task<string?> HolderAsync(PostgresDatabase database, CancellationToken cancellation)
    {
        var owner = await database.PointAsync(() => P.Command(SelectHolder), row => row.Text(0), cancellation).ConfigureAwait(false);
        return owner is null ? null : LeaseHolder.Parse(owner)?.ToString() ?? owner;
    }

    /// <summary>Takes the shards; waits for leases that run out, takes at once those of processes of this machine that are gone.</summary>
    /// <exception cref="StoreException">Busy: another process holds one and is alive.</exception>
    public async Task TakeAsync(IReadOnlyCollection<int> shards, CancellationToken cancellation)
    {
        DateTime? firstUntil = null;
        while (await TryTakeAsync(shards, cancellation).ConfigureAwait(false) is { } other)
        {
            firstUntil ??= other.Until;

            // Renewed since we look: its holder is alive.
            if (other.Until > firstUntil)
            {
                throw new StoreException(
                    $"Another server works on this database: {other.Holder?.ToString() ?? "unknown"}. End it, or use another database.",
                    StoreFault.Busy);
            }

            await Task.Delay(LookAgainMs, cancellation).ConfigureAwait(false);
        }

        if (Interlocked.Exchange(ref _taken, 1) == 0)
        {
            _renewedAt = _time.GetTimestamp();
            _renewal = BackgroundLoop.RunAsync(WaitAndRenewAsync, RenewalFailed, RenewEvery, TimeProvider.System, _stop.Token);
        }
    }

    public async Task ReleaseAsync(IReadOnlyCollection<int> shards, CancellationToken cancellation)
    {
        // Given up here first: from now on nothing is appended under the old epoch, whether or not the release is answered
        // (Lease_whose_release_fails_runs_out_though_its_process_lives).
        foreach (var shard in shards)
            Volatile.Write(ref _epochs[shard], -1);
        await _database.WriteAsync(
            async transaction =>
            {
                await transaction.ExecuteAsync(P.Command(ReleaseShards, P.Text(_owner), P.Shorts(shards))).ConfigureAwait(false);
                return true;
            },
            cancellation).ConfigureAwait(false);
    }

    /// <summary>Called with what stands beside a locked row.</summary>
    /// <exception cref="ShardLostException">The lease was lost.</exception>
    public void Require(int shard, long epoch)
    {
        var held = Volatile.Read(ref _epochs[shard]);
        if (held != epoch)
            throw LostShard(shard, held);
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
                // The lease runs out by itself.
            }
        }

        _stop.Dispose();
        _lost.Dispose();
    }

    /// <summary>
    /// Takes the shards, or gives the lease of somebody else that lasts longest. They are held once that is committed: where the answer is
    /// lost the leases stand there, perhaps, but are not renewed, so that they are taken again or run out.
    /// </summary>
    private async Task<OtherLease?> TryTakeAsync(IReadOnlyCollection<int> shards, CancellationToken cancellation)
    {
        var (other, epochs) = await _database.WriteAsync<(OtherLease?, List<(int Shard, long Epoch)>)>(
            async transaction =>
            {
                var leases = await transaction.ReadAsync(
                    P.Command(LockLeases, P.Shorts(shards)),
                    row => (Owner: row.TextOrNull(1), Lasts: row.GetBoolean(2), Until: row.GetDateTime(3))).ConfigureAwait(false);
                if (leases.Count != shards.Count)
                    throw new StoreException("A shard is missing in the database: restore a backup.", StoreFault.Corrupt);
                var other = leases.Where(lease => lease.Lasts && lease.Owner is not null && lease.Owner != _owner)
                    .Select(lease => new OtherLease(LeaseHolder.Parse(lease.Owner), lease.Until))
                    .Where(lease => lease.Holder?.IsGone() != true).MaxBy(lease => lease.Until);
                if (other is not null)
                    return (other, []);
                var session = await transaction.ReadAsync(P.Command(SelectSession), row => row.GetInt32(0)).ConfigureAwait(false);
                using var taken = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
                var ended = EndBlockersAsync(session.Single(), taken.Token);
                try
                {
                    await transaction.ExecuteAsync(
                        P.Command(TakeLeases, P.Shorts(shards), P.Text(_owner), P.Int(_leaseMs)),
                        P.Command(LockShards, P.Shorts(shards)),
                        P.Command(LockFolds, P.Shorts(shards)),
                        P.Command(RaiseShards, P.Shorts(shards))).ConfigureAwait(false);
                }
                finally
                {
                    await taken.CancelAsync().ConfigureAwait(false);
                    await ended.ConfigureAwait(false);
                }

                return (null, await transaction.ReadAsync(
                    P.Command(RaiseFolds, P.Shorts(shards)), row => ((int)row.GetInt16(0), row.GetInt64(1))).ConfigureAwait(false));
            },
            cancellation).ConfigureAwait(false);
        foreach (var (shard, epoch) in epochs)
            Volatile.Write(ref _epochs[shard], epoch);
        return other;
    }

    /// <summary>
    /// Ends the sessions that a session has been waiting for as long as a lease lasts: those of who had the shards before, and hangs in the
    /// middle of a COPY. PostgreSQL heeds no timeout while it waits for the next piece of one, so the rows would stay locked for good. An
    /// append of a process that lives, but has let its lease run out meanwhile, is ended too: it learns so and its events are not there.
    /// </summary>
    private async Task EndBlockersAsync(int session, CancellationToken taken)
    {
        while (true)
        {
            await Task.Delay(_leaseMs, taken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (taken.IsCancellationRequested)
                return;
            try
            {
                await _database.PointAsync(() => P.Command(EndBlockers, P.Int(session)), row => row.GetInt64(0), taken)
                    .ConfigureAwait(false);
            }
            catch (Exception fault) when (fault is StoreException or OperationCanceledException)
            {
                // The session belongs to another user and cannot be ended: the waiting start names the rows that are held.
            }
        }
    }

    private TimeSpan RenewEvery => TimeSpan.FromMilliseconds(_leaseMs / 3.0);

    private async Task WaitAndRenewAsync(CancellationToken stop)
    {
        await Task.Delay(RenewEvery, stop).ConfigureAwait(false);

        // Copied before the question: a shard that is taken while it is under way is not among the renewed, and is not lost by that.
        var before = _epochs.ToArray();
        var held = Enumerable.Range(0, before.Length).Where(shard => before[shard] >= 0).ToList();
        var renewed = await _database.WriteAsync(
            transaction => transaction.ReadAsync(
                P.Command(RenewLeases, P.Text(_owner), P.Int(_leaseMs), P.Shorts(held)), row => (int)row.GetInt16(0)),
            stop).ConfigureAwait(false);
        _renewedAt = _time.GetTimestamp();
        foreach (var shard in held.Except(renewed))
            LostShard(shard, before[shard]);
    }

    /// <summary>
    /// While the server is gone for the moment nobody else can take the shards either, and if nobody does until it is back, they are ours
    /// still: the epochs tell. A fault of this process is another matter: after a lease's time others may own them and this process would
    /// not hear of it, so it acts as if they did.
    /// </summary>
    internal void RenewalFailed(Exception fault)
    {
        _faults?.LogStoreFault("Renewal of shard leases failed; retrying", fault);
        if (fault is StoreException || _time.GetElapsedTime(_renewedAt).TotalMilliseconds < _leaseMs)
            return;
        for (var shard = 0; shard < _epochs.Length; shard++)
        {
            if (Volatile.Read(ref _epochs[shard]) is >= 0 and var held)
                LostShard(shard, held, "another server, perhaps, since its leases could not be renewed");
        }
    }

    /// <param name="shard">Which.</param>
    /// <param name="held">The epoch under which it was held: one taken again meanwhile is not lost.</param>
    /// <param name="taker">In words.</param>
    private ShardLostException LostShard(int shard, long held, string taker = "another server")
    {
        if (!_shared)
        {
            LostTo($"{taker} (seen at shard {shard})");
            return new ShardLostException(-1, Sentence(_lostTo!));
        }

        if (held >= 0 && Interlocked.CompareExchange(ref _epochs[shard], -1, held) == held)
            Tell(shard);
        return new ShardLostException(shard, $"Shard {shard} belongs to another silo now: ask again.");
    }

    /// <summary>A listener that fails must not keep the loss of the next shard from being announced.</summary>
    private void Tell(int shard)
    {
        try
        {
            Lost?.Invoke(shard);
        }
#pragma warning disable CA1031 // any exception here is the listener's fault
        catch (Exception fault)
#pragma warning restore CA1031
        {
            _faults?.LogError($"Notification that shard {shard} was lost failed", fault);
        }
    }

    private void LostTo(string taker)
    {
        if (_lostTo is not null)
            return;
        _lostTo = taker;

        // On another thread: the callbacks stop the host, and the caller may be in the middle of a transaction.
        _ = Task.Run(_lost.Cancel);
    }

    private static string Sentence(string taker) =>
        $"The database has been taken over by {taker}: this one must be restarted, and writes nothing until then.";

    /// <summary>A lease in force.</summary>
    private sealed record OtherLease(LeaseHolder? Holder, DateTime Until);
}
