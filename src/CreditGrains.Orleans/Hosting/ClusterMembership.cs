using CreditGrains.Cluster.Contracts;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Engine;
using CreditGrains.Engine.Hosting;
using CreditGrains.Engine.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CreditGrains.Cluster.Hosting;

/// <summary>
/// A host's life as a node of a cluster: it joins those that run before it changes anything, opens the node, connects it, waits until it
/// has its shards, and says that it leaves while the grains can still be reached.
/// </summary>
internal sealed partial class ClusterMembership(
    CreditClusterOptions options, IServiceProvider services, TimeProvider time, ILoggerFactory loggers)
    : IEngineOpener, IHostedLifecycleService
{
    private const string SiloRole = "silo";
    private const string GatewayRole = "gateway";
    private static readonly TimeSpan SiloLookEvery = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan JoinLookEvery = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan JoinMax = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan JoinSlow = TimeSpan.FromSeconds(15);
    private readonly ILogger _log = loggers.CreateLogger<ClusterMembership>();
    private ClusterNode? _node;

    /// <summary>The open node.</summary>
    public ClusterNode Node
    {
        get
        {
            _ = services.GetRequiredService<CreditEngine>();
            return _node!;
        }
    }

    public async Task<OpenedEngine> OpenAsync(
        IStore store, Rulebook rulebook, EngineOptions engineOptions, CancellationToken cancellation)
    {
        if (store.Nodes is not { } nodes || store.Leases is not { } leases)
            throw new InvalidOperationException("UseCluster needs a store that several processes can share: UsePostgres.");
        if (options.Succeeds)
            await ClusterNode.ValidateRulebookAsync(store, rulebook, cancellation).ConfigureAwait(false);
        nodes.AheadChanged += ahead => Ahead(_log, ahead.TotalSeconds, StoreNode.AheadMax.TotalSeconds);
        await nodes.JoinAsync(
            new StoreNode
            {
                Node = $"{Environment.MachineName}/{Environment.ProcessId}/{Guid.NewGuid().ToString("N")[..8]}",
                Cluster = options.Name,
                Role = options.IsGateway ? GatewayRole : SiloRole,
                Rulebook = rulebook.Id,
                RulebookDigest = rulebook.BaseDigest,
                Contract = WireContract.Version,
            },
            options.Succeeds, cancellation).ConfigureAwait(false);
        if (options.IsGateway)
            await AwaitSiloAsync(nodes, cancellation).ConfigureAwait(false);
        _node = await ClusterNode.OpenAsync(
            store, options.IsGateway ? null : leases, rulebook, engineOptions, time, loggers, cancellation).ConfigureAwait(false);
        return new OpenedEngine(_node.Engine, _node);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Before the silo starts, since others may ask it as soon as it is a member.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        Node.Writer = services.GetService<AnswerWriter>();
        Node.Connect(services.GetRequiredService<IClusterClient>());
        return Task.CompletedTask;
    }

    /// <summary>
    /// Waits until the shards are where they belong, and activations of policies wait for this process; a minute at most, since others
    /// do the work meanwhile and this process can at least pass on what it is asked.
    /// </summary>
    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        var node = Node;
        var began = TimeProvider.System.GetTimestamp();
        var saidAt = TimeSpan.Zero;
        while (!(node.IsSettled && node.IsRegistered) && TimeProvider.System.GetElapsedTime(began) is var waited && waited < JoinMax)
        {
            await Task.Delay(JoinLookEvery, cancellationToken).ConfigureAwait(false);
            if (waited - saidAt < JoinSlow)
                continue;
            saidAt = waited;
            Joining(_log, waited.TotalSeconds, node.MisplacedShards, node.IsRegistered ? "can" : "cannot");
        }
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        if (_node is not null)
            await _node.LeaveAsync().ConfigureAwait(false);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <exception cref="NodeRefusedException">There is none.</exception>
    private async Task AwaitSiloAsync(INodeRegistry nodes, CancellationToken cancellation)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!(await nodes.ListAsync(cancellation).ConfigureAwait(false)).Any(node => node.Role == SiloRole))
        {
            if (TimeProvider.System.GetElapsedTime(began) > options.SiloWait)
            {
                throw new NodeRefusedException(
                    $"No silo of cluster '{options.Name}' runs on this database, and a gateway owns nothing. Start one first: "
                    + $"credit up --cluster {options.Name} --store postgres.",
                    isRulebook: false);
            }

            await Task.Delay(SiloLookEvery, cancellation).ConfigureAwait(false);
        }
    }

    [LoggerMessage(6041, LogLevel.Warning,
        "Clock of this machine is {Seconds:0.0} s ahead of the database server's, tolerated up to {Max} s: set it by NTP")]
    private static partial void Ahead(ILogger log, double seconds, double max);

    [LoggerMessage(6042, LogLevel.Warning,
        "{Shards} shards are still misplaced {Seconds:0} s after joining the cluster; policy activations {Can} be announced here")]
    private static partial void Joining(ILogger log, double seconds, int shards, string can);
}
