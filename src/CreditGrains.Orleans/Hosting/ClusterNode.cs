using CreditGrains.Domain.Rulebooks;
using CreditGrains.Engine;
using CreditGrains.Engine.Cluster;
using CreditGrains.Engine.Rules;
using CreditGrains.Engine.Storage;
using Microsoft.Extensions.Logging;

namespace CreditGrains.Cluster.Hosting;

/// <summary>One node of a cluster: the engine on the shared store, and, in a silo, its share of the shards.</summary>
public sealed class ClusterNode : IAsyncDisposable
{
    private readonly GrainShardOwners _owners;

    private ClusterNode(CreditEngine engine, GrainShardOwners owners)
    {
        Engine = engine;
        _owners = owners;
        IsSettled = engine.Shards is null;
    }

    public CreditEngine Engine { get; }

    /// <summary>Number of shards of the store.</summary>
    public int ShardCount => Engine.Store.ShardCount;

    /// <summary>How many shards this silo owns now; 0 in a gateway.</summary>
    public int OwnedShards => Engine.Shards?.Count ?? 0;

    /// <summary>Whether this silo owned exactly the shards that it should have when it last looked; true of a gateway.</summary>
    public bool IsSettled { get; internal set; }

    /// <summary>Writes answers for callers inside the network; null where they are refused.</summary>
    public AnswerWriter? Writer { get; set; }

    internal ShardOwner Shards => Engine.Shards ?? throw new InvalidOperationException("A gateway owns no shards.");

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
        var owners = new GrainShardOwners();
        var engine = await CreditEngine.OpenAsync(
            store, rulebook, new PolicyFiles(), options with { WarmUpPage = 0 }, owners, leases, time, loggers, cancellation);
        return new ClusterNode(engine, owners);
    }

    /// <summary>Names the way to the grains: of the silo itself, or of a client.</summary>
    public void Connect(IGrainFactory grains) => _owners.Grains = grains;

    /// <summary>Closes the engine, once the silo or client has stopped; the store stays open.</summary>
    public ValueTask DisposeAsync() => Engine.DisposeAsync();
}
