using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Cluster;

/// <summary>One process alone: it owns all shards, and nothing ever moves.</summary>
internal sealed class SingleNodeTopology(int shardCount) : IClusterTopology
{
    private const long OnlyVersion = 1;
    private readonly string _node = $"{Environment.MachineName}/{Environment.ProcessId}";
    private volatile string? _address;

    public Task PublishAsync(string address, CancellationToken cancellation)
    {
        _address = address;
        return Task.CompletedTask;
    }

    public ValueTask<Topology> ReadAsync(CancellationToken cancellation) =>
        new(new Topology(OnlyVersion, [new TopologyNode(_node, _address, [.. Enumerable.Range(0, shardCount)])]));

    public long? KnownVersion() => OnlyVersion;
}
