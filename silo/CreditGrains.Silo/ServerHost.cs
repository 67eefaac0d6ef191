using System.Net;
using CreditGrains.Api;
using CreditGrains.Api.Authorization;
using CreditGrains.Cluster.Hosting;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Engine;
using CreditGrains.Engine.Hosting;
using CreditGrains.Portal;
using CreditGrains.Silo.Cluster;
using CreditGrains.Storage.Postgres;
using CreditGrains.Storage.Sqlite;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging.Console;

namespace CreditGrains.Silo;

/// <summary>The server's host: engine, interface and pages as services that start and stop in this order.</summary>
internal static class ServerHost
{
    /// <summary>Longest time in which requests are finished; manifests in deploy/ give a stop more than twice that.</summary>
    internal static readonly TimeSpan ShutdownMax = TimeSpan.FromSeconds(20);

    internal const string StoreFile = "credit.db";
    private const string MarkFile = "postgres.mark";
    private const string WebhookKeyFile = "webhook.key";

    /// <summary>Makes the host; nothing is open or listened on before it starts.</summary>
    /// <param name="options">Options of the start.</param>
    /// <param name="addresses">Where to listen.</param>
    /// <param name="rulebook">Of the rulebook's folder.</param>
    /// <exception cref="StartRefusedException">The certificate of an address with https cannot be used.</exception>
    public static WebApplication Build(ServerOptions options, IReadOnlyList<ListenAddress> addresses, Rulebook rulebook)
    {
        var certificate = ServerCertificate.Read(options.Tls, addresses);
        var builder = Builder(addresses, certificate);
        var services = builder.Services;
        services.AddSingleton(options).AddSingleton(options.Time);
        Telemetry.Add(builder, options.Telemetry);

        // First, so that its look at the addresses is the first thing after Kestrel has bound them.
        services.AddHostedService<LoopbackGuard>();
        services.AddCreditGrains(grains => Configure(grains, options, rulebook));
        if (options.Issuer is null)
            services.AddHostedService<StartClock>();
        if (options.Demo)
        {
            services.AddSingleton<Demonstration>();
            services.AddHostedService(provider => provider.GetRequiredService<Demonstration>());
        }

        if (options.Cluster is not null)
            ClusterProcess.Configure(builder);
        var dashboard = options.Cluster is null ? null : Cluster.ClusterProcess.DashboardPath;
        var portal = options.Portal with
        {
            Issuer = options.Issuer, DashboardPath = dashboard, SessionsFrom = options.Api.TokensFrom,
        };
        services.AddCreditPortal(portal, options.Time);
        services.AddCreditApi(
            options.Api with
            {
                DataDirectory = options.DataDirectory,
                Issuer = options.Issuer,
                Audience = options.Audience,
                NodeHost = options.Advertise,
                ConcurrentFeedsMax = options.ConcurrentFeedsMax,
                FeedsPerSourceMax = options.FeedsPerSourceMax,
                ChangeStreamsPerCallerMax = options.ChangeStreamsPerCallerMax,
                CapacityWaitMsMax = options.CapacityWaitMsMax,
                ClientRequestsMax = options.ClientRequestsMax,
                ChangeStreamsMax = options.ChangeStreamsMax,
                DowngradePercentMax = options.DowngradePercentMax,
                SimulationWaitMsMax = options.SimulationWaitMsMax,
            },
            options.Time);
        var app = builder.Build();
        certificate?.LogTo(app.Services.GetRequiredService<ILogger<ServerCertificate>>());
        return app;
    }

    /// <summary>Adds middleware and endpoints.</summary>
    /// <returns>The pages' endpoints, for tests that go through all of them.</returns>
    public static Func<IReadOnlyList<Endpoint>> Map(WebApplication app, ServerOptions options)
    {
        if (options.ProxyNetworks.Count > 0)
            app.UseForwardedHeaders(Forwarded(options.ProxyNetworks));
        var pages = app.UseCreditPortal();
        app.UseCreditApi();
        if (options.Cluster is not null)
            ClusterProcess.MapDashboard(app);
        return pages;
    }

    /// <summary>Walks from the nearest proxy on, and stops at the first address that is none of ours.</summary>
    private static ForwardedHeadersOptions Forwarded(IReadOnlyList<System.Net.IPNetwork> proxies)
    {
        var forwarded = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto,
            ForwardLimit = null,
        };
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        foreach (var network in proxies)
            forwarded.KnownIPNetworks.Add(network);
        return forwarded;
    }

    private static void Configure(CreditGrainsBuilder grains, ServerOptions options, Rulebook rulebook)
    {
        grains.FormerKeyDirectory = options.DataDirectory;
        grains.UseRulebook(rulebook).ConfigureEngine(_ => options.Engine with
        {
            Subscriptions = options.Engine.Subscriptions with
            {
                // Where the development issuer lets people in, only those of this machine come in at all; silos of other machines do not
                // post to this one for them.
                AllowLoopback = options.Issuer is null && IPAddress.TryParse(options.Advertise, out var own) && IPAddress.IsLoopback(own),
                Networks = options.WebhookNetworks,

                // Each node of a cluster would make a key of its own that the others do not have.
                KeyFile = options.Engine.Subscriptions.KeyFile
                    ?? (options.Cluster is null ? Path.Combine(options.DataDirectory, WebhookKeyFile) : null),
                RequiresKeys = true,
            },
        });
        if (options.Connection is not { } connection)
        {
            grains.UseSqlite(options.Sqlite with { Path = Path.Combine(options.DataDirectory, StoreFile) });
            return;
        }

        grains.UsePostgres(options.Postgres with
        {
            Connection = connection,
            MarkFile = Path.Combine(options.DataDirectory, MarkFile),
        });
        if (options.Cluster is { } cluster)
        {
            grains.UseCluster(new CreditClusterOptions
            {
                Name = cluster,
                Connection = connection,
                IsGateway = options.Gateway,
                Succeeds = options.Succeed,
                Advertise = IPAddress.Parse(options.Advertise),
                SiloPort = options.SiloPort,
                GatewayPort = options.GatewayPort,
                SiloWait = options.SiloWait,
                IsTraced = options.Telemetry.Endpoint is not null,
                Tls = ClusterProcess.ReadTls(options),
            });
        }
    }

    private static WebApplicationBuilder Builder(IReadOnlyList<ListenAddress> addresses, ServerCertificate? certificate)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            ContentRootPath = AppContext.BaseDirectory,
            EnvironmentName = Environments.Production,
        });

        // Neither the environment nor a file may make Kestrel or Orleans listen where nobody has judged.
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection();
        Log(builder.Logging);
        builder.WebHost.UseUrls([.. addresses.Select(address => address.Url)]);
        if (certificate is not null)
        {
            builder.WebHost.UseKestrelHttpsConfiguration();
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureHttpsDefaults(certificate.Apply));
        }

        builder.WebHost.ConfigureKestrel(Bound);

        // No queues: one is worked off by one thread, and all its connections wait when that one loses its processor. Checks on two cores
        // reach 1.04 to 1.06 of the rate they have with queues, and 0.83 to 0.88 of the 99th percentile.
        builder.WebHost.UseSockets(sockets => sockets.IOQueueCount = 0);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownMax);
        return builder;
    }

    private static void Bound(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        var limits = kestrel.Limits;
        limits.MaxConcurrentConnections = 20_000;
        limits.MaxRequestBodySize = 1024 * 1024;
        limits.MaxRequestHeaderCount = 64;
        limits.MaxRequestHeadersTotalSize = 32 * 1024;
        limits.MaxRequestLineSize = 8 * 1024;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);
        limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
        limits.MinResponseDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
    }

    private static void Log(ILoggingBuilder logging)
    {
        logging.ClearProviders();
        logging.SetMinimumLevel(LogLevel.Warning);

        // The refused start is said in one sentence by whoever started the server; the host's own stack trace says no more.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        logging.AddFilter(typeof(SecurityLog).FullName, LogLevel.Information);
        logging.AddConsole(console =>
        {
            console.FormatterName = LogLineFormatter.FormatterName;
            console.LogToStandardErrorThreshold = LogLevel.Trace;
        });
        logging.AddConsoleFormatter<LogLineFormatter, ConsoleFormatterOptions>();
    }
}
