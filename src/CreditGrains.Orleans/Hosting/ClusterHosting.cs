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
    private const int DirectoryCacheMax = 200_000;

    /// <summary>
    /// Adds membership and reminders on PostgreSQL. A silo that does not answer for about five seconds is taken for dead.
    /// </summary>
    public static ISiloBuilder AddCreditSilo(this ISiloBuilder silo, ClusterDatabase database)
    {
        ArgumentNullException.ThrowIfNull(database);
        return silo
            .Configure<ClusterOptions>(database.Apply)
            .Configure<ClusterMembershipOptions>(membership =>
            {
                membership.ProbeTimeout = TimeSpan.FromSeconds(1.5);
                membership.TableRefreshTimeout = TimeSpan.FromSeconds(10);
                membership.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(5);
            })
            .UseAdoNetClustering((AdoNetClusteringSiloOptions options) => database.Apply(options))
            .UseAdoNetReminderService((AdoNetReminderTableOptions options) => database.Apply(options));
    }

    /// <summary>Adds a client of the cluster whose silos stand in that database.</summary>
    public static IClientBuilder AddCreditGateway(this IClientBuilder client, ClusterDatabase database)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(database);
        return client
            .Configure<ClusterOptions>(database.Apply)
            .Configure<ClientMessagingOptions>(messaging => messaging.ResponseTimeout = TimeSpan.FromSeconds(10))
            .Configure<GatewayOptions>(gateways => gateways.GatewayListRefreshPeriod = TimeSpan.FromSeconds(5))
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
        silo.Services.TryAddSingleton(TimeProvider.System);
        silo.Services.AddSingleton<ShardPlaces>();
        silo.Services.AddSingleton<ShardKeeper>();
        silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(services => services.GetRequiredService<ShardKeeper>());
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
        silo.Configure<SiloMessagingOptions>(messaging => messaging.ResponseTimeout = TimeSpan.FromSeconds(10));
        return silo;
    }
}
