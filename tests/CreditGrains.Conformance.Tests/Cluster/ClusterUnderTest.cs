using System.Text.Json;
using CreditGrains.Conformance.Tests.Server;
using CreditGrains.Development.Postgres;
using Npgsql;

namespace CreditGrains.Conformance.Tests.Cluster;

/// <summary>
/// Silos and gateways as processes, on a database of their own, the silos behind cables of their own if asked. Skips the test where there
/// is no PostgreSQL.
/// </summary>
internal sealed class ClusterUnderTest : IAsyncDisposable
{
    public const int Silos = 3;
    private const string OwnersOfShards =
        "SELECT shard::int4, owner FROM credit.lease WHERE owner IS NOT NULL AND until > clock_timestamp()";

    private readonly ThrowAwayPostgres _postgres;
    private readonly NpgsqlDataSource _source;
    private readonly string _data = Directory.CreateTempSubdirectory("credit-cluster-").FullName;
    private readonly ServerProcess?[] _silos = new ServerProcess?[Silos];
    private readonly List<ServerProcess> _gateways = [];
    private readonly List<ServerProcess> _ended = [];
    private readonly string _connection;
    private readonly SiloNetwork? _network;

    private ClusterUnderTest(ThrowAwayPostgres postgres, string connection, SiloNetwork? network)
    {
        _postgres = postgres;
        _connection = connection;
        _network = network;
        _source = NpgsqlDataSource.Create(connection);
    }

    /// <summary>Assembly of the server that silos are started from; null for this build's.</summary>
    public string? Build { get; set; }

    /// <summary>The silos' cables, in a cluster that was started with them.</summary>
    public SiloNetwork Network => _network ?? throw new InvalidOperationException("The silos have no network of their own.");

    /// <summary>Why no cluster can be started here; null when one can.</summary>
    public static string? Unavailable => ThrowAwayPostgres.Unavailable;

    public static async Task<ClusterUnderTest> StartAsync(
        int gateways = 1, SiloNetwork? network = null, ThrowAwayPostgres? server = null, string? build = null)
    {
        if (Unavailable is { } reason)
            Assert.Skip(reason);
        var postgres = server ?? await ThrowAwayPostgres.SharedAsync();
        var cluster = new ClusterUnderTest(postgres, await postgres.CreateDatabaseAsync(), network) { Build = build };
        try
        {
            await cluster.StartSiloAsync(0);
            await Task.WhenAll(cluster.StartSiloAsync(1), cluster.StartSiloAsync(2));
            for (var i = 0; i < gateways; i++)
                cluster._gateways.Add(await cluster.StartAsync([], [.. cluster.Options(null), "--gateway"]));
            await cluster.SettleAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public ServerProcess Silo(int number) => _silos[number] ?? throw new InvalidOperationException($"Silo {number} does not run.");

    /// <summary>A caller of a gateway.</summary>
    public Caller CallGateway(int number) => new(_gateways[number].Address, _data);

    /// <summary>A caller of a silo.</summary>
    public Caller CallSilo(int number) => new(Silo(number).Address, _data);

    /// <summary>Starts a silo in the place of one that has ended, and returns when it serves.</summary>
    public async Task StartSiloAsync(int number)
    {
        if (_silos[number] is { } ended)
            _ended.Add(ended);
        _silos[number] = null;
        _silos[number] = await StartAsync(_network?.Enter(number) ?? [], Options(number));
    }

    /// <summary>The shards with an owner, by the owner's process id.</summary>
    public async Task<ILookup<int, int>> ShardsAsync()
    {
        await using var command = _source.CreateCommand(OwnersOfShards);
        await using var rows = await command.ExecuteReaderAsync();
        var owners = new List<(int Shard, int Pid)>();
        while (await rows.ReadAsync())
        {
            var owner = JsonElement.Parse(rows.GetString(1));
            owners.Add((rows.GetInt32(0), owner.GetProperty("Pid").GetInt32()));
        }

        return owners.ToLookup(owner => owner.Pid, owner => owner.Shard);
    }

    /// <summary>Waits until every shard has an owner and every silo that runs has its share.</summary>
    public async Task SettleAsync()
    {
        for (var i = 0; i < 600; i++)
        {
            var owned = await ShardsAsync();
            if (owned.Sum(group => group.Count()) == 64 && _silos.All(silo => silo is { HasEnded: false } && owned[silo.Id].Count() >= 6))
                return;
            await Task.Delay(50);
        }

        Assert.Fail("Not every silo has its share of the shards: "
            + string.Join(", ", (await ShardsAsync()).Select(group => $"process {group.Key} has {group.Count()}")));
    }

    /// <summary>Waits until the stored rows reflect the journal.</summary>
    public async Task WaitWrittenBackAsync(Caller caller)
    {
        for (var i = 0; i < 600; i++)
        {
            var answer = await caller.GetAsync("/statusz");
            if (answer.Status == 200 && answer.Json.GetProperty("store").GetProperty("lag").GetInt64() == 0)
                return;
            await Task.Delay(50);
        }

        Assert.Fail("The stored rows do not catch up with the journal: " + (await caller.GetAsync("/statusz")).Text);
    }

    /// <summary>Logs of silos and gateways, for a test that fails.</summary>
    public string Talk() => string.Join('\n', _ended.Concat(_silos.OfType<ServerProcess>()).Concat(_gateways)
        .Select(process => $"--- process {process.Id}\n{process.Talk}"));

    public async ValueTask DisposeAsync()
    {
        foreach (var gateway in _gateways)
            await gateway.DisposeAsync();
        foreach (var silo in _silos.OfType<ServerProcess>().Concat(_ended))
            await silo.DisposeAsync();
        await _source.DisposeAsync();
        await _postgres.DropDatabaseAsync(_connection);
        Directory.Delete(_data, recursive: true);
    }

    private Task<ServerProcess> StartAsync(IEnumerable<string> by, string[] options) => Build is { } build
        ? ServerProcess.StartBuildAsync(build, _data, options) : ServerProcess.StartAsync(by, _data, options);

    /// <summary>A silo behind a cable goes to the database by it; others, and gateways, by the server's socket.</summary>
    private string[] Options(int? silo)
    {
        string[] always = ["--store", "postgres", "--cluster", "test"];
        return _network is null || silo is null
            ? [.. always, "--connection", _connection]
            :
            [
                .. always, "--advertise", Network.AddressOf(silo.Value), "--connection",
                new NpgsqlConnectionStringBuilder(_connection) { Host = Network.Here }.ConnectionString,
            ];
    }
}
