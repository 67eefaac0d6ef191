using System.Net;
using System.Net.Sockets;
using CreditGrains.Engine.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Orleans.Hosting;

namespace CreditGrains.Cluster.Hosting;

/// <summary>The engine of a host as a node of a cluster.</summary>
public static class CreditClusterHosting
{
    /// <summary>
    /// Joins or forms a cluster on the PostgreSQL database of <c>UsePostgres</c>. Orleans reads nothing from the host's configuration:
    /// addresses are those given here.
    /// </summary>
    /// <exception cref="InvalidOperationException">The services have a silo or a client of Orleans already.</exception>
    public static CreditGrainsBuilder UseCluster(this CreditGrainsBuilder builder, CreditClusterOptions options)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(options);
        builder.IsShared = true;
        var services = builder.Services;
        services.AddSingleton(options).AddSingleton<ClusterMembership>();
        services.Replace(ServiceDescriptor.Singleton<IEngineOpener>(provider => provider.GetRequiredService<ClusterMembership>()));
        services.AddSingleton(provider => provider.GetRequiredService<ClusterMembership>().Node);

        // Before the silo: a host starts its services in order, and stops them the other way round.
        services.AddHostedService(provider => provider.GetRequiredService<ClusterMembership>());
        var database = new ClusterDatabase(options.Name, options.Connection);
        if (options.IsGateway)
        {
            services.AddOrleansClient(client =>
            {
                client.AddCreditGateway(database).AddOperatorDashboard();
                if (options.IsTraced)
                    client.AddActivityPropagation();
                if (options.Tls is { } tls)
                    client.UseTls(tls.Apply);
            });
            return builder;
        }

        var ports = FreePorts(2);
        services.AddOrleans(silo =>
        {
            silo.AddCreditSilo(database).AddCreditGrains().AddOperatorDashboard().ConfigureEndpoints(
                options.Advertise, Chosen(options.SiloPort, ports[0]), Chosen(options.GatewayPort, ports[1]));
            if (options.IsTraced)
                silo.AddActivityPropagation();
            if (options.Tls is { } tls)
                silo.UseTls(tls.Apply);
        });
        return builder;
    }

    private static int Chosen(int given, int free) => given > 0 ? given : free;

    private static int[] FreePorts(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToArray();
        foreach (var listener in listeners)
            listener.Start();
        var ports = Array.ConvertAll(listeners, listener => ((IPEndPoint)listener.LocalEndpoint).Port);
        foreach (var listener in listeners)
            listener.Dispose();
        return ports;
    }
}
