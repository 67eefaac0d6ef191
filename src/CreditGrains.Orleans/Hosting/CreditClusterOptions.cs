using System.Net;

namespace CreditGrains.Cluster.Hosting;

/// <summary>Which cluster a host joins or forms, and how others reach it.</summary>
public sealed record CreditClusterOptions
{
    /// <summary>The cluster's name; one database belongs to one cluster.</summary>
    public required string Name { get; init; }

    /// <summary>Connection string of the store's database, which holds membership, control plane and reminders too.</summary>
    public required string Connection { get; init; }

    /// <summary>Take requests and own nothing.</summary>
    public bool IsGateway { get; init; }

    /// <summary>Wait until the processes with another rulebook have ended, and take over from them.</summary>
    public bool Succeeds { get; init; }

    /// <summary>The address that other nodes reach this silo by.</summary>
    public IPAddress Advertise { get; init; } = IPAddress.Loopback;

    /// <summary>For other silos; 0 takes a free one.</summary>
    public int SiloPort { get; init; }

    /// <summary>For gateways; 0 takes a free one.</summary>
    public int GatewayPort { get; init; }

    /// <summary>TLS between nodes; null for none, on networks that nobody else is on.</summary>
    public ClusterTls? Tls { get; init; }

    /// <summary>Whether traces go on with grain calls; costs each call, so only where spans are collected.</summary>
    public bool IsTraced { get; init; }

    /// <summary>How long a gateway waits for a first silo.</summary>
    public TimeSpan SiloWait { get; init; } = TimeSpan.FromSeconds(30);
}
