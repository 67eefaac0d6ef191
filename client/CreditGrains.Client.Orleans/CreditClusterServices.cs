using CreditGrains.Cluster.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans;
using Orleans.Hosting;

namespace CreditGrains.Client.Orleans;

/// <summary>Adds <see cref="CreditClusterClient"/> to a host.</summary>
public static class CreditClusterServices
{
    /// <summary>Connects the host to a cluster when it starts.</summary>
    /// <param name="host">The host.</param>
    /// <param name="cluster">The cluster's name, as given to <c>credit up --cluster</c>.</param>
    /// <param name="connection">Connection string of its database, where the silos' addresses stand.</param>
    /// <param name="options">On whose behalf the client asks; null for a caller without roles and department.</param>
    public static IHostBuilder UseCreditCluster(
        this IHostBuilder host, string cluster, string connection, CreditClusterClientOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(host);
        host.UseOrleansClient(client => client.AddCreditGateway(new ClusterDatabase(cluster, connection)));
        return host.ConfigureServices(services =>
            services.AddSingleton(provider => new CreditClusterClient(
                provider.GetRequiredService<IClusterClient>(), options ?? new CreditClusterClientOptions())));
    }
}
