using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Text;
using CreditGrains.Cluster.Hosting;
using CreditGrains.Development.Postgres;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine;
using CreditGrains.Engine.Ingestion;
using CreditGrains.Engine.Recomputation;
using CreditGrains.Engine.Rulebooks;
using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Hosting;
using Orleans.TestingHost;

namespace CreditGrains.Cluster.Tests.Support;

/// <summary>Three silos in this process and a gateway, on a database of their own.</summary>
public sealed class TestNodes : IAsyncDisposable
{
    private static readonly Lazy<Rulebook> Default = new(() =>
        RulebookFolder.Read(Repository.DefaultRulebook).Rulebook!);

    private readonly ConcurrentBag<(ClusterNode Node, PostgresStore Store)> _opened = [];
    private readonly ConcurrentDictionary<string, ClusterNode> _byName = new();
    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly string _connection;
    private readonly EngineOptions _options;
    private readonly TimeProvider _time;
    private readonly Rulebook _rules;
    private readonly Func<IShardLeases, IShardLeases> _leases;

    private TestNodes(
        string connection, EngineOptions options, Func<IShardLeases, IShardLeases>? leases, TimeProvider time, Rulebook rules)
    {
        _time = time;
        _rules = rules;
        _connection = connection;
        _options = options;
        _leases = leases ?? (given => given);
    }

    public InProcessTestCluster Cluster { get; private set; } = null!;

    /// <summary>A client of the cluster that owns no shard.</summary>
    public ClusterNode Gateway { get; private set; } = null!;

    public static Rulebook Rulebook => Default.Value;

    /// <summary>Nodes of the silos that run, in the order of their start.</summary>
    public IReadOnlyList<ClusterNode> Silos => [.. Cluster.GetActiveSilos().Select(silo => _byName[silo.Name])];

    /// <summary>Of the database.</summary>
    public string Connection => _connection;

    /// <summary>The node of a silo by the silo's name.</summary>
    public ClusterNode NodeOf(string silo) => _byName[silo];

    public static async Task<TestNodes> StartAsync(
        int silos = 3, Action<ISiloBuilder>? configure = null, EngineOptions? options = null, string? connection = null,
        Func<IShardLeases, IShardLeases>? leases = null, TimeProvider? time = null, Rulebook? rules = null)
    {
        if (ThrowAwayPostgres.Unavailable is { } reason)
            Assert.Skip(reason);
        var server = await ThrowAwayPostgres.SharedAsync();
        var nodes = new TestNodes(connection ?? await server.CreateDatabaseAsync(), options ?? new EngineOptions
        {
            Recomputation = new RecomputationOptions { Automatic = false },
        }, leases, time ?? TimeProvider.System, rules ?? Rulebook);
        var builder = new InProcessTestClusterBuilder((short)silos);
        builder.ConfigureSilo((silo, host) => Configure(silo.SiloName, host));
        nodes.Cluster = builder.Build();
        await nodes.Cluster.DeployAsync();
        nodes.Gateway = nodes.Open(isGateway: true);
        nodes.Gateway.Connect(nodes.Cluster.Client);
        await nodes.SettleAsync();
        return nodes;

        void Configure(string name, ISiloBuilder silo)
        {
            var node = nodes.Open(isGateway: false);
            nodes._byName[name] = node;
            silo.AddCreditControl(new ClusterDatabase("test", nodes._connection)).AddCreditGrains(node);
            configure?.Invoke(silo);
            silo.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning));
        }
    }

    /// <summary>Waits until every shard is where it belongs, and every node is heard.</summary>
    public async Task SettleAsync()
    {
        for (var i = 0; Silos.Sum(silo => silo.OwnedShards) < Gateway.ShardCount || Silos.Any(silo => !silo.IsSettled)
            || !Silos.Append(Gateway).All(node => node.IsRegistered); i++)
        {
            Assert.True(i < 600, $"only {Silos.Sum(silo => silo.OwnedShards)} shards have an owner");
            await Task.Delay(50);
        }
    }

    public static async Task<FeedReceipt> FeedAsync(ClusterNode node, string source, params IEnumerable<string> lines)
    {
        var body = PipeReader.Create(new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', lines))));
        return await node.Engine.Feed.SubmitAsync(
            new SourceId(source), "test", body, new FeedOptions { AllLines = true }, CancellationToken.None);
    }

    /// <summary>Waits until everything that was fed is folded and its rows are written.</summary>
    public async Task StoreAllAsync()
    {
        foreach (var silo in Silos)
            await silo.Engine.FlushAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Cluster.StopAllSilosAsync();
        await Cluster.DisposeAsync();
        foreach (var (node, store) in _opened)
        {
            await node.DisposeAsync();
            await store.DisposeAsync();
        }

        _one.Dispose();
        await (await ThrowAwayPostgres.SharedAsync()).DropDatabaseAsync(_connection);
    }

    private ClusterNode Open(bool isGateway) => Task.Run(async () =>
    {
        await _one.WaitAsync();
        try
        {
            var store = await PostgresStore.OpenAsync(
                new PostgresStoreOptions { Connection = _connection, Shared = true, LeaseMs = 1500, ConnectionsMax = 12, Time = _time },
                CancellationToken.None);
            var node = await ClusterNode.OpenAsync(
                store, isGateway ? null : _leases(store.Leases), _rules, _options, _time, NullLoggerFactory.Instance,
                CancellationToken.None);
            _opened.Add((node, store));
            return node;
        }
        finally
        {
            _one.Release();
        }
    }).GetAwaiter().GetResult();
}
