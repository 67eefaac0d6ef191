using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Postgres.Database;
using Npgsql;

namespace CreditGrains.Storage.Postgres.Nodes;

/// <summary>
/// The processes that have the store open together. One that differs in what all must agree on is refused; one that is gone is forgotten
/// after some seconds. Nothing depends on this list but who may start.
/// </summary>
public sealed class StoreNodes : INodeRegistry, ITopologyStore, IAsyncDisposable
{
    internal const string Lock = "SELECT pg_advisory_xact_lock(4848021, 2)";
    internal const string DeleteGone = "DELETE FROM credit.node WHERE until < clock_timestamp()";

    // Asked also of a schema that has not been brought forward yet, by a program that is about to be refused: a column of later versions
    // must not be named, or that program ends with a fault of the database instead of the reason.
    internal const string SelectNodes = """
        SELECT n.node, n.cluster, n.role, n.rulebook, n.rulebook_digest, n.schema_version, n.ahead_ms, n.until,
            coalesce((to_jsonb(n) ->> 'contract')::int4, 0)
        FROM credit.node AS n WHERE n.until > clock_timestamp() ORDER BY n.node
        """;

    internal const string InsertNode = """
        INSERT INTO credit.node (node, cluster, role, rulebook, rulebook_digest, schema_version, until, holder, contract)
        VALUES ($1, $2, $3, $4, $5, $6, clock_timestamp() + $7 * interval '1 millisecond', $8, $9)
        ON CONFLICT (node) DO UPDATE SET until = excluded.until
        """;

    internal const string SelectClock = "SELECT clock_timestamp()";
    internal const string RenewNode = """
        UPDATE credit.node SET ahead_ms = $2, until = clock_timestamp() + $3 * interval '1 millisecond', address = $4 WHERE node = $1
        """;

    internal const string SelectTopology = """
        SELECT n.node, n.address, l.shard, (SELECT sum(epoch)::int8 FROM credit.shard)
        FROM credit.node AS n LEFT JOIN credit.lease AS l ON l.owner = n.holder AND l.until > clock_timestamp()
        WHERE n.until > clock_timestamp() ORDER BY n.node, l.shard
        """;

    internal const string DeleteNode = "DELETE FROM credit.node WHERE node = $1";

    private const int LookAgainMs = 100;
    private static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(1);

    private readonly PostgresDatabase _database;
    private readonly string _holder;
    private readonly TimeProvider _time;
    private readonly int _lastsMs;
    private readonly StoreFaultLog? _faults;
    private readonly CancellationTokenSource _stop = new();
    private StoreNode? _me;
    private volatile string? _address;
    private int _disposed;
    private Task _renewal = Task.CompletedTask;

    internal StoreNodes(PostgresDatabase database, string holder, TimeProvider time, int lastsMs, StoreFaultLog? faults)
    {
        _holder = holder;
        _faults = faults;
        _database = database;
        _time = time;
        _lastsMs = lastsMs;
    }

    /// <summary>How far this process's clock is before the database server's, as last measured.</summary>
    public TimeSpan Ahead { get; private set; }

    /// <summary>Told when this process's clock goes beyond <see cref="StoreNode.AheadMax"/>, and when it is back; on any thread.</summary>
    public event Action<TimeSpan>? AheadChanged;

    /// <summary>Joins, unless a process that lives differs; waits for those that may be gone to be forgotten.</summary>
    /// <param name="me">This process.</param>
    /// <param name="succeeds">Wait until those with another rulebook or contract have ended, and take over from them.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="NodeRefusedException">Another cluster works on the store, or with another rulebook or contract.</exception>
    /// <exception cref="StoreException">The store cannot be reached.</exception>
    public async Task JoinAsync(StoreNode me, bool succeeds, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(me);
        me = me with { SchemaVersion = PostgresSchema.Current.Version };
        var seen = new Dictionary<string, DateTime>(StringComparer.Ordinal);
        while (await TryJoinAsync(me, cancellation).ConfigureAwait(false) is { } other)
        {
            var refusal = Refusal(me, other.Node);

            // Renewed since we look: it lives.
            if (seen.TryGetValue(other.Node.Node, out var until) && other.Until > until && !(succeeds && refusal.MaySucceed))
                throw refusal;
            seen.TryAdd(other.Node.Node, other.Until);
            await Task.Delay(LookAgainMs, cancellation).ConfigureAwait(false);
        }

        _me = me;
        await MeasureAsync(cancellation).ConfigureAwait(false);
        _renewal = BackgroundLoop.RunAsync(
            WaitAndRenewAsync, fault => _faults?.LogStoreFault("Heartbeat of this node failed; retrying", fault), RenewEvery,
            TimeProvider.System, _stop.Token);
    }

    /// <summary>Those that live, in the order of their names.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public Task<IReadOnlyList<StoreNode>> ListAsync(CancellationToken cancellation) => ListAsync(_database, cancellation);

    /// <inheritdoc/>
    public async Task PublishAsync(string address, CancellationToken cancellation)
    {
        _address = address;
        if (_me is { } me)
            await WriteAsync(Renewal(me)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<Topology> ReadAsync(CancellationToken cancellation)
    {
        var rows = await _database.QueryAsync(
            PostgresDatabase.PrepareRead, () => P.Command(SelectTopology),
            row => (Node: row.Text(0), Address: row.TextOrNull(1), Shard: row.IsDBNull(2) ? -1 : row.GetInt16(2), Version: row.GetInt64(3)),
            cancellation).ConfigureAwait(false);
        return new Topology(
            rows.Count == 0 ? 0 : rows[0].Version,
            [
                .. rows.GroupBy(row => (row.Node, row.Address)).Select(node => new TopologyNode(
                    node.Key.Node, node.Key.Address, [.. node.Where(row => row.Shard >= 0).Select(row => (int)row.Shard)])),
            ]);
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
            return;
        await _stop.CancelAsync().ConfigureAwait(false);
        await _renewal.ConfigureAwait(false);
        if (_me is { } me)
        {
            _me = null;
            try
            {
                await WriteAsync(P.Command(DeleteNode, P.Text(me.Node))).ConfigureAwait(false);
            }
            catch (StoreException)
            {
                // Other nodes drop this one some seconds after its last heartbeat.
            }
        }

        _stop.Dispose();
    }

    /// <summary>Stops renewing, as a process that is killed does.</summary>
    internal async Task AbandonAsync()
    {
        _me = null;
        await _stop.CancelAsync().ConfigureAwait(false);
        await _renewal.ConfigureAwait(false);
    }

    internal static async Task<IReadOnlyList<StoreNode>> ListAsync(PostgresDatabase database, CancellationToken cancellation) =>
        [.. (await database.WriteAsync(transaction => ReadAsync(transaction), cancellation).ConfigureAwait(false))
            .Select(each => each.Node)];

    private static Task<List<(StoreNode Node, DateTime Until)>> ReadAsync(PostgresTransaction transaction) => transaction.ReadAsync(
        P.Command(SelectNodes),
        row => (
            new StoreNode
            {
                Node = row.Text(0),
                Cluster = row.Text(1),
                Role = row.Text(2),
                Rulebook = row.Text(3),
                RulebookDigest = row.Text(4),
                SchemaVersion = row.GetInt32(5),
                Ahead = TimeSpan.FromMilliseconds(row.GetInt64(6)),
                Contract = row.GetInt32(8),
            },
            row.GetDateTime(7)));

    /// <summary>Joins, or gives a process that differs.</summary>
    private Task<Other?> TryJoinAsync(StoreNode me, CancellationToken cancellation) => _database.WriteAsync(
        async transaction =>
        {
            await transaction.ExecuteAsync(P.Command(Lock), P.Command(DeleteGone)).ConfigureAwait(false);
            foreach (var (node, until) in await ReadAsync(transaction).ConfigureAwait(false))
            {
                if (node.Cluster != me.Cluster || node.Contract != me.Contract || node.RulebookDigest != me.RulebookDigest)
                    return new Other(node, until);
            }

            await transaction.ExecuteAsync(Insertion(me)).ConfigureAwait(false);
            return null;
        },
        cancellation);

    private static NodeRefusedException Refusal(StoreNode me, StoreNode other)
    {
        if (other.Cluster != me.Cluster)
        {
            return new NodeRefusedException(
                $"The cluster '{other.Cluster}' works on this database ({other.Role} {other.Node}), this process was started for "
                + $"'{me.Cluster}'. Start it with --cluster {other.Cluster}, or give it a database of its own.",
                isRulebook: false);
        }

        if (other.Contract != me.Contract)
        {
            return new NodeRefusedException(
                $"The running cluster speaks version {other.Contract} of the contract between nodes ({other.Role} {other.Node}), this "
                + $"program speaks version {me.Contract}: they cannot work together. Start nodes of the running release; or, to change "
                + "over, start the new ones with --succeed, which wait, and end the old ones.",
                isRulebook: false)
            {
                MaySucceed = true,
            };
        }

        return new NodeRefusedException(
            $"The running cluster works with rulebook {Name(other)} ({other.Role} {other.Node}), this process was started with {Name(me)}. "
            + "Start it with the same folder. To change over: a policy needs no restart (credit policy activate); for everything else "
            + "start the new processes with --succeed, which wait, and end the old ones.",
            isRulebook: true);
    }

    private static string Name(StoreNode node) =>
        $"{node.Rulebook} {(node.RulebookDigest is { Length: > 12 } digest ? digest[..12] : node.RulebookDigest)}";

    private async Task WaitAndRenewAsync(CancellationToken stop)
    {
        await Task.Delay(RenewEvery, stop).ConfigureAwait(false);
        await MeasureAsync(stop).ConfigureAwait(false);
    }

    /// <summary>Renews, and compares the clocks: this one halfway between question and answer.</summary>
    private async Task MeasureAsync(CancellationToken cancellation)
    {
        var (asked, at) = (_time.GetTimestamp(), _time.GetUtcNow());
        var server = await _database.PointAsync(() => P.Command(SelectClock), row => row.GetDateTime(0), cancellation)
            .ConfigureAwait(false);
        var before = Ahead;
        Ahead = at + (_time.GetElapsedTime(asked) / 2) - new DateTimeOffset(server, TimeSpan.Zero);
        if (_me is not { } me)
            return;
        await WriteAsync(Insertion(me), Renewal(me)).ConfigureAwait(false);
        if (before.Duration() > StoreNode.AheadMax != Ahead.Duration() > StoreNode.AheadMax)
            AheadChanged?.Invoke(Ahead);
    }

    private NpgsqlBatchCommand Insertion(StoreNode me) => P.Command(
        InsertNode, P.Text(me.Node), P.Text(me.Cluster), P.Text(me.Role), P.Text(me.Rulebook), P.Text(me.RulebookDigest),
        P.Int(me.SchemaVersion), P.Int(_lastsMs), P.Text(_holder), P.Int(me.Contract));

    private NpgsqlBatchCommand Renewal(StoreNode me) => P.Command(
        RenewNode, P.Text(me.Node), P.Long((long)Ahead.TotalMilliseconds), P.Int(_lastsMs), P.Text(_address));

    private Task<bool> WriteAsync(params NpgsqlBatchCommand[] statements) => _database.WriteAsync(
        async transaction =>
        {
            await transaction.ExecuteAsync(statements).ConfigureAwait(false);
            return true;
        },
        CancellationToken.None);

    private sealed record Other(StoreNode Node, DateTime Until);
}
