using System.Net;
using CreditGrains.Api;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Engine;
using CreditGrains.Engine.Access;
using CreditGrains.Engine.Recomputation;
using CreditGrains.Engine.Rulebooks;
using CreditGrains.Engine.Rules;
using CreditGrains.Engine.Storage;
using CreditGrains.Portal;
using CreditGrains.Silo.Cluster;
using CreditGrains.Storage.Postgres;
using CreditGrains.Storage.Sqlite;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace CreditGrains.Silo;

/// <summary>A running server: the store, the engine on it, and the HTTP interface.</summary>
public sealed class CreditServer : IAsyncDisposable
{
    private const string StoreFile = "credit.db";
    private const string MarkFile = "postgres.mark";
    private readonly WebApplication _app;
    private readonly IStore _store;
    private readonly SummaryKey _signer;
    private readonly ILoggerFactory _loggers;
    private readonly CancellationTokenRegistration _superseded;
    private Func<IReadOnlyList<Endpoint>> _pages = static () => [];

    private CreditServer(WebApplication app, CreditEngine engine, IStore store, SummaryKey signer, ILoggerFactory loggers)
    {
        _signer = signer;
        _app = app;
        Engine = engine;
        _store = store;
        _loggers = loggers;
        if (store is PostgresStore postgres)
            _superseded = postgres.LeaseLost.Register(Supersede);
    }

    public CreditEngine Engine { get; }

    /// <summary>Everything that is mapped, for tests that go through all of it.</summary>
    public IReadOnlyList<Endpoint> Endpoints => [.. ((IEndpointRouteBuilder)_app).DataSources.SelectMany(source => source.Endpoints)];

    /// <summary>Every page, likewise.</summary>
    public IReadOnlyList<Endpoint> Pages => _pages();

    /// <summary>Whether it stopped because another server has taken over its database.</summary>
    public bool IsSuperseded => _store is PostgresStore { LeaseLost.IsCancellationRequested: true };

    /// <summary>The first address, with its real port.</summary>
    public string Address => _app.Urls.First();

    /// <summary>Starts a server; it answers when the task completes.</summary>
    /// <param name="options">What to start with.</param>
    /// <param name="talk">Where the first run's words go.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="StartRefusedException">It cannot start.</exception>
    public static async Task<CreditServer> StartAsync(ServerOptions options, TextWriter talk, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(talk);
        var addresses = Addresses.Read(options.Urls);
        RequireLoopback(options, addresses.All(address => address.IsLoopback));
        if (options.Issuer is not null && (options.Audience is null || !Uri.TryCreate(options.Issuer, UriKind.Absolute, out _)))
            throw new StartRefusedException(ExitCodes.Usage, "--issuer needs an absolute address and --audience beside it.");
        var rulebook = ReadRulebook(options.RulebookDirectory);
        var loggers = LoggerFactory.Create(logging => Log(logging));
        var store = await OpenStoreAsync(options, loggers, cancellation);
        CreditEngine? engine = null;
        ClusterProcess? cluster = null;
        WebApplication? app = null;
        SummaryKey? signer = null;
        try
        {
            var builder = Builder(addresses);
            Warn(loggers.CreateLogger<CreditServer>(), options, store);
            signer = await SummaryKey.OpenAsync(store.Control, options.DataDirectory, cancellation);
            var recomputation = options.Engine.Recomputation with { Signer = signer };
            var subscriptions = options.Engine.Subscriptions with
            {
                // Where the development issuer lets people in, only those of this machine come in at all; silos of other machines do not
                // post to this one for them.
                AllowLoopback = options.Issuer is null && IPAddress.TryParse(options.Advertise, out var own) && IPAddress.IsLoopback(own),
                Networks = options.WebhookNetworks,
            };
            var engineOptions = options.Engine with { Recomputation = recomputation, Subscriptions = subscriptions };
            cluster = options.Cluster is null
                ? null
                : await ClusterProcess.OpenAsync(builder, (PostgresStore)store, rulebook, options, engineOptions, loggers, cancellation);
            engine = cluster?.Engine
                ?? await CreditEngine.OpenAsync(store, rulebook, engineOptions, options.Time, loggers, cancellation);
            builder.Services.AddCreditPortal(engine, options.Portal with { Issuer = options.Issuer }, options.Time);
            await builder.Services.AddCreditApiAsync(
                engine,
                new ApiOptions
                {
                    DataDirectory = options.DataDirectory,
                    Issuer = options.Issuer,
                    Audience = options.Audience,
                    ConcurrentFeedsMax = options.ConcurrentFeedsMax,
                    FeedsPerSourceMax = options.FeedsPerSourceMax,
                    ChangeStreamsPerCallerMax = options.ChangeStreamsPerCallerMax,
                    CapacityWaitMsMax = options.CapacityWaitMsMax,
                    ClientRequestsMax = options.ClientRequestsMax,
                    ChangeStreamsMax = options.ChangeStreamsMax,
                    DowngradePercentMax = options.DowngradePercentMax,
                    SimulationWaitMsMax = options.SimulationWaitMsMax,
                    SummaryPublicKey = signer.PublicKey,
                },
                options.Time, cancellation);
            app = builder.Build();
            var pages = app.UseCreditPortal();
            app.UseCreditApi();
            string? example = null;
            if (options.Demo)
                example = await Demonstration.LoadIntoEmptyAsync(engine, cancellation);
            cluster?.Connect(app);
            await app.StartAsync(cancellation);
            RequireLoopback(options, Addresses.Read([.. app.Urls]).All(address => address.IsLoopback));
            if (cluster is not null)
                await cluster.JoinedAsync(cancellation);
            var server = new CreditServer(app, engine, store, signer, loggers) { _pages = pages };
            if (example is not null)
                await Demonstration.ShowAsync(engine, example, server.Address, options.DataDirectory, talk, cancellation);
            return server;
        }
        catch (Exception exception)
        {
            if (app is not null)
                await app.DisposeAsync();
            if (engine is not null)
                await engine.DisposeAsync();
            await store.DisposeAsync();
            signer?.Dispose();
            loggers.Dispose();
            throw ClusterProcess.Refused(exception, options) ?? Refused(exception, options) ?? exception;
        }
    }

    /// <summary>Completes when the process is asked to stop (SIGTERM, SIGINT).</summary>
    public Task WaitForStopAsync(CancellationToken cancellation) => _app.WaitForShutdownAsync(cancellation);

    /// <summary>Stops taking requests, finishes those there are, writes back what is dirty and closes the store.</summary>
    public async ValueTask DisposeAsync()
    {
        await _superseded.DisposeAsync();
        await _app.StopAsync();
        await _app.DisposeAsync();
        await Engine.DisposeAsync();
        await _store.DisposeAsync();
        _signer.Dispose();
        _loggers.Dispose();
    }

    /// <summary>What is answered from here on may be outdated, and nothing can be written: the process ends.</summary>
    private void Supersede()
    {
        _loggers.CreateLogger<CreditServer>().LogError("Another server has taken over the database; this one stops");
        _app.Lifetime.StopApplication();
    }

    /// <summary>What the operator should know although it goes on.</summary>
    private static void Warn(ILogger log, ServerOptions options, IStore store)
    {
        var putBack = (store as SqliteStore)?.PutBack ?? (store as PostgresStore)?.PutBack;
        if (putBack is not null)
        {
            log.LogWarning(
                "The store was put back ({Reason}): it goes on as incarnation {Incarnation}; tokens and cursors from before are refused",
                putBack, $"{store.Incarnation:x8}");
        }

        if (PrivateFile.OpenToOthers(options.DataDirectory) is { } rights)
        {
            log.LogWarning(
                "The data directory {Directory} has rights {Rights}: other users of this machine may read what is in it. chmod -R go= it",
                options.DataDirectory, rights);
        }
    }

    private static void RequireLoopback(ServerOptions options, bool isLoopback)
    {
        if (isLoopback || options.Issuer is not null)
            return;
        throw new StartRefusedException(
            ExitCodes.Usage,
            "The development issuer works on loopback only. "
            + "Listen on 127.0.0.1, or name an OpenID Connect issuer with --issuer and --audience.");
    }

    private static Rulebook ReadRulebook(string directory)
    {
        var read = RulebookFolder.Read(directory);
        return read.Rulebook ?? throw new StartRefusedException(
            ExitCodes.Rulebook,
            string.Join('\n', read.Mistakes.Select(mistake => mistake.ToString())
                .Prepend($"The rulebook {directory} has {read.Mistakes.Count} mistake(s):")));
    }

    private static async Task<IStore> OpenStoreAsync(ServerOptions options, ILoggerFactory loggers, CancellationToken cancellation)
    {
        try
        {
            if (options.Connection is { } connection)
            {
                return await PostgresStore.OpenAsync(
                    new PostgresStoreOptions
                    {
                        Connection = connection,
                        Shared = options.Cluster is not null,
                        Time = options.Time,
                        Faults = new StoreFaultLog(loggers.CreateLogger<PostgresStore>(), options.Time),
                        MarkFile = Path.Combine(options.DataDirectory, MarkFile),
                    },
                    cancellation);
            }

            var path = Path.Combine(options.DataDirectory, StoreFile);
            return await SqliteStore.OpenAsync(new SqliteStoreOptions { Path = path, Time = options.Time }, cancellation);
        }
        catch (StoreException refused)
        {
            loggers.Dispose();
            throw new StartRefusedException(
                refused.Fault == StoreFault.Busy ? ExitCodes.DataInUse : ExitCodes.Data, refused.Message, refused);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            loggers.Dispose();
            throw DataRefused(options, refused);
        }
    }

    private static StartRefusedException DataRefused(ServerOptions options, Exception cause) =>
        new(ExitCodes.Data, $"The data directory {options.DataDirectory} cannot be used: {cause.Message}", cause);

    private static StartRefusedException? Refused(Exception exception, ServerOptions options) => exception switch
    {
        StartRefusedException => null,
        AddressInUseException or IOException { InnerException: AddressInUseException } => new StartRefusedException(
            ExitCodes.Address,
            $"{string.Join(", ", options.Urls)} is in use by another program. Choose another port with --urls.",
            exception),
        System.Net.Sockets.SocketException => new StartRefusedException(
            ExitCodes.Address, $"Cannot listen on {string.Join(", ", options.Urls)}: {exception.Message}.", exception),
        RulebookRefusedException => new StartRefusedException(
            ExitCodes.Rulebook, $"The rulebook {options.RulebookDirectory} does not fit the store: {exception.Message}", exception),
        StoreException => new StartRefusedException(ExitCodes.Data, exception.Message, exception),
        IOException or UnauthorizedAccessException or InvalidDataException => DataRefused(options, exception),
        _ => null,
    };

    private static WebApplicationBuilder Builder(IReadOnlyList<ListenAddress> addresses)
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
        if (addresses.Any(address => address.IsEncrypted))
            builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(Bound);

        // No queues: one is worked off by one thread, and all its connections wait when that one loses its processor. Checks on two cores
        // reach 1.04 to 1.06 of the rate they have with queues, and 0.83 to 0.88 of the 99th percentile.
        builder.WebHost.UseSockets(sockets => sockets.IOQueueCount = 0);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(20));
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
        logging.AddSimpleConsole(console => console.SingleLine = true);
        logging.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(
            console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    }
}
