using CreditGrains.Domain.Rulebooks;
using CreditGrains.Engine;
using CreditGrains.Engine.Cluster;
using CreditGrains.Engine.Ingestion;
using CreditGrains.Engine.Rules;
using CreditGrains.Engine.Storage;
using Microsoft.Extensions.Logging;

namespace CreditGrains.Cluster.Hosting;

/// <summary>One node of a cluster: the engine on the shared store, and, in a silo, its share of the shards.</summary>
public sealed class ClusterNode : IAsyncDisposable
{
    private readonly GrainCalls _calls;
    private readonly NodeHeartbeat _heartbeat;
    private readonly bool _isGateway;
    private bool _isClosed;

    private ClusterNode(CreditEngine engine, bool isGateway, GrainCalls calls, TimeProvider time)
    {
        Engine = engine;
        _isGateway = isGateway;
        _calls = calls;
        _heartbeat = new NodeHeartbeat(calls, engine.Policies, time);
        MisplacedShards = isGateway ? 0 : engine.Store.ShardCount;
    }

    public CreditEngine Engine { get; }

    /// <summary>Number of shards of the store.</summary>
    public int ShardCount => Engine.Store.ShardCount;

    /// <summary>How many shards this silo owns now; 0 in a gateway.</summary>
    public int OwnedShards => Engine.Shards.Count;

    /// <summary>
    /// How many shards this silo should have and did not when it last looked, or the other way round; all before it has looked, 0 of a
    /// gateway.
    /// </summary>
    public int MisplacedShards { get; internal set; }

    /// <summary>Whether this silo owned exactly the shards that it should have when it last looked; true of a gateway.</summary>
    public bool IsSettled => MisplacedShards == 0;

    /// <summary>Writes answers for callers inside the network; null where they are refused.</summary>
    public AnswerWriter? Writer { get; set; }

    /// <summary>Whether activations wait for this node, and it follows all that came before: it may serve.</summary>
    public bool IsRegistered => _heartbeat.IsRegistered;

    internal ShardOwner Shards => Engine.Shards;

    /// <summary>Opens a node; grains are reachable once it is connected.</summary>
    /// <param name="store">Opened as shared; stays the caller's.</param>
    /// <param name="leases">Where a silo takes shards; null for a gateway.</param>
    /// <param name="rulebook">The same on all nodes.</param>
    /// <param name="options">Bounds.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">For faults.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    /// <exception cref="RulebookRefusedException">The rulebook does not fit what is stored.</exception>
    public static async Task<ClusterNode> OpenAsync(
        IStore store, IShardLeases? leases, Rulebook rulebook, EngineOptions options, TimeProvider time, ILoggerFactory loggers,
        CancellationToken cancellation)
    {
        var calls = new GrainCalls();
        var notifier = new GrainNotifier(
            calls, TimeSpan.FromMilliseconds(options.FollowEveryMs), time, loggers.CreateLogger<GrainNotifier>());
        var member = new ClusteredNode(
            new GrainShardOwners(calls), leases ?? new NoLeases(),
            store.Topology ?? throw new ArgumentException("The store cannot be shared by several processes.", nameof(store)), notifier,
            new GrainSources(calls),
            new GrainSubscriptionDispatcher(calls, loggers.CreateLogger<GrainSubscriptionDispatcher>()));
        var engine = await CreditEngine.OpenAsync(
            store, rulebook, new PolicyFiles(), options, member, time, loggers, cancellation);
        return new ClusterNode(engine, leases is null, calls, time);
    }

    /// <summary>Judges a rulebook against what is stored, and changes nothing.</summary>
    /// <exception cref="RulebookRefusedException">The rulebook does not fit the stored records.</exception>
    public static async Task ValidateRulebookAsync(IStore store, Rulebook rulebook, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(store);
        var exceptions = await IdentifierExceptions.LoadAsync(store.IdentifierExceptions, cancellation);
        await RulebookOpening.CompareAsync(store, rulebook, exceptions, cancellation);
    }

    /// <summary>
    /// Names a gateway's way to the grains. A silo has one as soon as it is an active member: before, no grain could be placed.
    /// </summary>
    public void Connect(IGrainFactory grains)
    {
        if (_isGateway)
            Attend(grains);
    }

    /// <summary>From now on grains can be asked, and this node says that it is there.</summary>
    internal void Attend(IGrainFactory grains)
    {
        _calls.Grains = grains;
        _heartbeat.Begin();
    }

    /// <summary>Says that this node goes; while the grains can still be reached.</summary>
    public Task LeaveAsync() => _heartbeat.LeaveAsync();

    /// <summary>Closes the engine, once the silo or client has stopped; the store stays open.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isClosed, true))
            return;
        await _heartbeat.DisposeAsync().ConfigureAwait(false);
        await Engine.DisposeAsync().ConfigureAwait(false);
    }
}
