using System.Net;
using System.Net.Sockets;
using CreditGrains.Api;
using CreditGrains.Cluster.Hosting;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Engine;
using CreditGrains.Storage.Postgres;
using Orleans.Hosting;

namespace CreditGrains.Silo.Cluster;

/// <summary>This process as a silo of a cluster, or as a gateway to one.</summary>
internal sealed class ClusterProcess
{
    private static readonly TimeSpan JoinMax = TimeSpan.FromSeconds(60);
    private readonly ClusterNode _node;

    private ClusterProcess(ClusterNode node) => _node = node;

    public CreditEngine Engine => _node.Engine;

    /// <summary>Opens the node and adds it to the host that is being built.</summary>
    public static async Task<ClusterProcess> OpenAsync(
        WebApplicationBuilder builder, PostgresStore store, Rulebook rulebook, ServerOptions options, EngineOptions engineOptions,
        ILoggerFactory loggers, CancellationToken cancellation)
    {
        // An activation at once begins when every node has heard of it.
        engineOptions = engineOptions with
        {
            ActivationLeadMs = engineOptions.FollowEveryMs * 3,
            Recomputation = engineOptions.Recomputation with { Automatic = false },
        };
        var node = await ClusterNode.OpenAsync(
            store, options.Gateway ? null : store.Leases, rulebook, engineOptions, options.Time, loggers, cancellation);
        // It warns at length of what is normal here: the machine's uptime, a garbage collector of its own liking, silos that come and go.
        // A silo that goes while others go cannot tell them of each of its grains, and says so of each.
        builder.Logging.AddFilter("Orleans", LogLevel.Error).AddFilter("Orleans.Grain", LogLevel.Critical);
        var database = new ClusterDatabase(options.Cluster!, options.Connection!);
        if (options.Gateway)
        {
            builder.Host.UseOrleansClient(client => client.AddCreditGateway(database));
        }
        else
        {
            var ports = FreePorts(2);
            builder.Host.UseOrleans(silo => silo.AddCreditSilo(database).AddCreditGrains(node).ConfigureEndpoints(
                IPAddress.Parse(options.Advertise), Chosen(options.SiloPort, ports[0]), Chosen(options.GatewayPort, ports[1])));
        }

        return new ClusterProcess(node);
    }

    /// <summary>Names the way to the grains, before anything starts.</summary>
    public void Connect(WebApplication app)
    {
        var answers = new InsideAnswers(_node.Engine, app.Services.GetRequiredService<TimeProvider>());
        _node.Writer = new AnswerWriter(InsideAnswers.NumberOf, answers.Check, answers.Subject);
        _node.Connect(app.Services.GetRequiredService<IClusterClient>());
    }

    /// <summary>Waits until the shards are where they belong.</summary>
    public async Task JoinedAsync(CancellationToken cancellation)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        late.CancelAfter(JoinMax);
        while (!_node.IsSettled && !late.IsCancellationRequested)
            await Task.Delay(50, CancellationToken.None);
        cancellation.ThrowIfCancellationRequested();
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
