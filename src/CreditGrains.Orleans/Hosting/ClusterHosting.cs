using CreditGrains.Cluster.Grains;
using CreditGrains.Cluster.Placement;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace CreditGrains.Cluster.Hosting;

/// <summary>Adds CreditGrains to a silo.</summary>
public static class ClusterHosting
{
    internal const string ControlStorage = "control";
    private const int DirectoryCacheMax = 200_000;

    // A client is not told that what it waits for was lost with a silo: it waits so long, and asks again.
    private static readonly TimeSpan ReplyMax = TimeSpan.FromSeconds(4);

    /// <summary>
    /// Adds membership, control plane and reminders on PostgreSQL. A silo that does not answer for about four seconds is taken for dead,
    /// one whose machine says that nobody listens there in less.
    /// </summary>
    public static ISiloBuilder AddCreditSilo(this ISiloBuilder silo, ClusterDatabase database)
    {
        ArgumentNullException.ThrowIfNull(database);
        return silo
            .Configure<ClusterOptions>(database.Apply)
            .Configure<ClusterMembershipOptions>(membership =>
            {
                membership.ProbeTimeout = TimeSpan.FromSeconds(1);
                membership.MaxProbeTimeout = TimeSpan.FromSeconds(1.5);
                membership.TableRefreshTimeout = TimeSpan.FromSeconds(5);
                membership.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(5);
            })
            .UseAdoNetClustering((AdoNetClusteringSiloOptions options) => database.Apply(options))
            .AddCreditControl(database);
    }

    /// <summary>Adds what the grains of the control plane keep, and their reminders, on PostgreSQL.</summary>
    public static ISiloBuilder AddCreditControl(this ISiloBuilder silo, ClusterDatabase database)
    {
        ArgumentNullException.ThrowIfNull(database);
        return silo
            .UseAdoNetReminderService((AdoNetReminderTableOptions options) => database.Apply(options))
            .AddAdoNetGrainStorage(ControlStorage, (AdoNetGrainStorageOptions options) => database.Apply(options));
    }

    /// <summary>Adds a client of the cluster whose silos stand in that database.</summary>
    public static IClientBuilder AddCreditGateway(this IClientBuilder client, ClusterDatabase database)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(database);
        return client
            .Configure<ClusterOptions>(database.Apply)
            .Configure<ClientMessagingOptions>(messaging => messaging.ResponseTimeout = ReplyMax)
            .Configure<GatewayOptions>(gateways => gateways.GatewayListRefreshPeriod = TimeSpan.FromSeconds(1))
            .UseAdoNetClustering((AdoNetClusteringClientOptions options) => database.Apply(options));
    }

    /// <summary>Adds grains, placement and the work on shards; clustering is the caller's choice.</summary>
    /// <param name="silo">The silo.</param>
    /// <param name="node">Opened with leases; the caller closes it after the silo has stopped.</param>
    public static ISiloBuilder AddCreditGrains(this ISiloBuilder silo, ClusterNode node)
    {
        ArgumentNullException.ThrowIfNull(silo);
        ArgumentNullException.ThrowIfNull(node);
        silo.Services.AddSingleton(node);
        return silo.AddCreditGrains();
    }

    /// <summary>Likewise, with the <see cref="ClusterNode"/> of the services.</summary>
    internal static ISiloBuilder AddCreditGrains(this ISiloBuilder silo)
    {
        silo.Services.TryAddSingleton(TimeProvider.System);
        silo.Services.TryAddSingleton(new ActivationLimit(ActivationLimit.DefaultMax));
        silo.Services.AddSingleton<ShardAssignment>();
        silo.Services.AddSingleton<ShardRebalancer>();
        silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, ShardRebalancerLifetime>();
        silo.AddPlacementDirector<ShardPlacement, ShardPlacementDirector>();
        silo.AddPlacementDirector<SubjectPlacement, ShardPlacementDirector>();

        // A subject's records are in its shard's memory: its activation is an address, cheap to make and not worth keeping for long.
        silo.Configure<GrainCollectionOptions>(collection =>
        {
            collection.CollectionAge = TimeSpan.FromMinutes(5);
            collection.CollectionQuantum = TimeSpan.FromSeconds(30);
            collection.EnableActivationSheddingOnMemoryPressure = true;
            collection.MemoryUsageLimitPercentage = 80;
        });
        silo.Configure<GrainDirectoryOptions>(directory => directory.CacheSize = DirectoryCacheMax);
        silo.Configure<SiloMessagingOptions>(messaging => messaging.ResponseTimeout = ReplyMax);
        return silo;
    }
}
