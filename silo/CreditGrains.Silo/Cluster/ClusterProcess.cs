using System.Net;
using System.Net.Sockets;
using CreditGrains.Api;
using CreditGrains.Cluster.Hosting;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Engine;
using CreditGrains.Storage.Postgres;
using CreditGrains.Storage.Postgres.Nodes;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Runtime.Messaging;

namespace CreditGrains.Silo.Cluster;

/// <summary>This process as a silo of a cluster, or as a gateway to one.</summary>
internal sealed partial class ClusterProcess
{
    private const string Dashboard = "/operator/orleans";
    private const string SiloRole = "silo";
    private const string GatewayRole = "gateway";
    private static readonly TimeSpan JoinMax = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan JoinSlow = TimeSpan.FromSeconds(15);
    private readonly ClusterNode _node;
    private readonly ILogger _log;

    private ClusterProcess(ClusterNode node, ILogger log) => (_node, _log) = (node, log);

    public CreditEngine Engine => _node.Engine;

    /// <summary>Opens the node and adds it to the host that is being built.</summary>
    public static async Task<ClusterProcess> OpenAsync(
        WebApplicationBuilder builder, PostgresStore store, Rulebook rulebook, ServerOptions options, EngineOptions engineOptions,
        ILoggerFactory loggers, CancellationToken cancellation)
    {
        await JoinAsync(store, rulebook, options, loggers, cancellation);
        var node = await ClusterNode.OpenAsync(
            store, options.Gateway ? null : store.Leases, rulebook, engineOptions, options.Time, loggers, cancellation);
        // It warns at length of what is normal here: the machine's uptime, a garbage collector of its own liking, silos that come and go.
        // A silo that goes while others go cannot tell them of each of its grains, and says so of each.
        // What it tries again by way of Polly is logged there with stack traces, and again by whoever asked if it fails for good.
        builder.Logging.AddFilter("Orleans", LogLevel.Error).AddFilter("Orleans.Grain", LogLevel.Critical)
            .AddFilter("Polly", LogLevel.Error);
        var database = new ClusterDatabase(options.Cluster!, options.Connection!);
        if (options.Gateway)
        {
            await AwaitSiloAsync(store, options, cancellation);
            builder.Host.UseOrleansClient(client => client.AddCreditGateway(database).AddOperatorDashboard());
        }
        else
        {
            var ports = FreePorts(2);
            builder.Host.UseOrleans(silo => silo.AddCreditSilo(database).AddCreditGrains(node).AddOperatorDashboard().ConfigureEndpoints(
                IPAddress.Parse(options.Advertise), Chosen(options.SiloPort, ports[0]), Chosen(options.GatewayPort, ports[1])));
        }

        return new ClusterProcess(node, loggers.CreateLogger<ClusterProcess>());
    }

    /// <summary>Names the way to the grains, before anything starts.</summary>
    public void Connect(WebApplication app)
    {
        var answers = new InsideAnswers(_node.Engine, app.Services.GetRequiredService<TimeProvider>());
        _node.Writer = new AnswerWriter(InsideAnswers.NumberOf, answers.Check, answers.Subject);
        _node.Connect(app.Services.GetRequiredService<IClusterClient>());
        app.MapOperatorDashboard(Dashboard).RequireOperator();
        app.Lifetime.ApplicationStopping.Register(() => _node.LeaveAsync().GetAwaiter().GetResult());
    }

    /// <summary>Why this process could not reach its cluster; null for what is no such fault.</summary>
    public static StartRefusedException? Refused(Exception exception, ServerOptions options) => exception switch
    {
        NodeRefusedException { IsRulebook: true } => new StartRefusedException(ExitCodes.Rulebook, exception.Message, exception),
        NodeRefusedException => new StartRefusedException(ExitCodes.Cluster, exception.Message, exception),
        OrleansException or ConnectionFailedException when options.Cluster is not null => new StartRefusedException(
            ExitCodes.Cluster,
            $"No silo of cluster '{options.Cluster}' can be reached from here: {exception.Message} Silos listen on the address that they "
            + "were given with --advertise and --silo-port, for gateways --gateway-port: look whether a firewall is in between.",
            exception),
        _ => null,
    };

    /// <summary>
    /// Waits until the shards are where they belong, and activations of policies wait for this process; a minute at most, since others
    /// do the work meanwhile and this process can at least pass on what it is asked.
    /// </summary>
    public async Task JoinedAsync(CancellationToken cancellation)
    {
        var began = TimeProvider.System.GetTimestamp();
        var saidAt = TimeSpan.Zero;
        while (!(_node.IsSettled && _node.IsHeard) && TimeProvider.System.GetElapsedTime(began) is var waited && waited < JoinMax)
        {
            await Task.Delay(50, cancellation);
            if (waited - saidAt < JoinSlow)
                continue;
            saidAt = waited;
            Joining(_log, waited.TotalSeconds, _node.StrayShards, _node.IsHeard ? "can" : "cannot");
        }
    }

    /// <summary>Before anything is changed: whether this process may join those that run.</summary>
    private static async Task JoinAsync(
        PostgresStore store, Rulebook rulebook, ServerOptions options, ILoggerFactory loggers, CancellationToken cancellation)
    {
        if (options.Succeed)
            await ClusterNode.JudgeAsync(store, rulebook, cancellation);
        var log = loggers.CreateLogger<ClusterProcess>();
        store.Nodes.AheadChanged += ahead => Ahead(log, ahead.TotalSeconds, StoreNodes.AheadMax.TotalSeconds);
        await store.Nodes.JoinAsync(
            new StoreNode
            {
                Node = $"{Environment.MachineName}/{Environment.ProcessId}/{Guid.NewGuid().ToString("N")[..8]}",
                Cluster = options.Cluster!,
                Role = options.Gateway ? GatewayRole : SiloRole,
                Rulebook = rulebook.Id,
                RulebookDigest = rulebook.BaseDigest,
            },
            options.Succeed, cancellation);
    }

    /// <exception cref="StartRefusedException">There is none.</exception>
    private static async Task AwaitSiloAsync(PostgresStore store, ServerOptions options, CancellationToken cancellation)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!(await store.Nodes.ListAsync(cancellation)).Any(node => node.Role == SiloRole))
        {
            if (TimeProvider.System.GetElapsedTime(began) > options.SiloWait)
            {
                throw new StartRefusedException(
                    ExitCodes.Cluster,
                    $"No silo of cluster '{options.Cluster}' runs on this database, and a gateway owns nothing. Start one first: "
                    + $"credit up --cluster {options.Cluster} --store postgres.");
            }

            await Task.Delay(200, cancellation);
        }
    }

    [LoggerMessage(6041, LogLevel.Warning,
        "This machine's clock is {Seconds:0.0} s before the database server's; up to {Max} s are borne. Set it by NTP")]
    private static partial void Ahead(ILogger log, double seconds, double max);

    [LoggerMessage(6042, LogLevel.Warning,
        "After {Seconds:0} s in the cluster {Shards} shards are not where they belong yet, and activations of policies {Can} be told here")]
    private static partial void Joining(ILogger log, double seconds, int shards, string can);

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
