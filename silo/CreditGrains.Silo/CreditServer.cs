using CreditGrains.Engine.Storage;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Engine;
using CreditGrains.Engine.AccessLog;
using CreditGrains.Engine.Rulebooks;

namespace CreditGrains.Silo;

/// <summary>A running server: the store, the engine on it, and the HTTP interface.</summary>
public sealed partial class CreditServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Func<IReadOnlyList<Endpoint>> _pages;

    private CreditServer(WebApplication app, Func<IReadOnlyList<Endpoint>> pages)
    {
        _app = app;
        _pages = pages;
        Engine = app.Services.GetRequiredService<CreditEngine>();
    }

    public CreditEngine Engine { get; }

    /// <summary>Settings that the host runs with, for tests of its parts.</summary>
    internal IServiceProvider Services => _app.Services;

    /// <summary>Everything that is mapped, for tests that go through all of it.</summary>
    public IReadOnlyList<Endpoint> Endpoints => [.. ((IEndpointRouteBuilder)_app).DataSources.SelectMany(source => source.Endpoints)];

    /// <summary>Every page, likewise.</summary>
    public IReadOnlyList<Endpoint> Pages => _pages();

    /// <summary>Whether it stopped because another server has taken over its database.</summary>
    public bool IsSuperseded => Engine.Store.LeaseLost.IsCancellationRequested;

    /// <summary>The first address, with its real port.</summary>
    public string Address => _app.Urls.First();

    /// <summary>Starts a server; it answers when the task completes. A start that fails leaves nothing open.</summary>
    /// <param name="options">Options of the start.</param>
    /// <param name="talk">Where the first run's words go.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="StartRefusedException">The server cannot start.</exception>
    public static async Task<CreditServer> StartAsync(ServerOptions options, TextWriter talk, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(talk);
        var addresses = Addresses.Read(options.Urls);
        LoopbackGuard.Require(options, addresses);
        RequireIssuer(options);
        var rulebook = ReadRulebook(options.RulebookDirectory);
        options = DemonstrationClock.Set(StartClock.Set(options));
        WebApplication? app = null;
        try
        {
            app = ServerHost.Build(options, addresses, rulebook);
            var pages = ServerHost.Map(app, options);
            if (PrivateFile.OpenToOthers(options.DataDirectory) is { } rights)
                OpenToOthers(app.Logger, options.DataDirectory, rights);
            foreach (var warning in LoopbackGuard.Unencrypted(options, addresses))
                Unencrypted(app.Logger, warning);
            await app.StartAsync(cancellation);
            var server = new CreditServer(app, pages);
            if (app.Services.GetService<Demonstration>() is { } demonstration)
                await demonstration.ShowAsync(server.Address, options.DataDirectory, talk, cancellation);
            return server;
        }
        catch (Exception exception)
        {
            var isStopped = exception is OperationCanceledException && app?.Lifetime.ApplicationStopping.IsCancellationRequested is true;
            if (app is not null)
                await AbandonAsync(app);
            if (isStopped)
                throw new StartRefusedException(ExitCodes.Stopped, "Stopped before it was ready.", exception);
            throw StartRefusals.Of(exception, options) ?? exception;
        }
    }

    /// <exception cref="StartRefusedException">The issuer cannot be one, or its tokens for the portal would be tokens for the
    /// interface.</exception>
    internal static void RequireIssuer(ServerOptions options)
    {
        if (options.Issuer is null)
            return;
        if (options.Audience is null || !Uri.TryCreate(options.Issuer, UriKind.Absolute, out var issuer))
            throw new StartRefusedException(ExitCodes.Usage, "--issuer needs an absolute address and --audience beside it.");
        if (issuer.Scheme != Uri.UriSchemeHttps && !issuer.IsLoopback)
            throw new StartRefusedException(ExitCodes.Usage, $"The issuer {issuer} must have https: what answers there lets people in.");
        if (options.Audience == options.Portal.ClientId)
        {
            throw new StartRefusedException(
                ExitCodes.Usage, "Audience and Portal:ClientId must differ: what proves to the portal who somebody is would be a token.");
        }
    }

    /// <summary>Completes when the process is asked to stop (SIGTERM, SIGINT).</summary>
    public Task WaitForStopAsync(CancellationToken cancellation) => _app.WaitForShutdownAsync(cancellation);

    /// <summary>Stops taking requests, finishes those there are, writes back what is dirty and closes the store.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await _app.StopAsync();
        }
        finally
        {
            await _app.DisposeAsync();
        }
    }

    /// <summary>Stops those services of a host that have started, and closes all.</summary>
    private static async Task AbandonAsync(WebApplication app)
    {
        try
        {
            await app.StopAsync();
        }
        catch (Exception stopping)
        {
            // Orleans throws when it is stopped before it has started.
            StoppedBadly(app.Logger, stopping);
        }

        await app.DisposeAsync();
    }

    private static Rulebook ReadRulebook(string directory)
    {
        var read = RulebookFolder.Read(directory);
        return read.Rulebook ?? throw new StartRefusedException(
            ExitCodes.Rulebook,
            string.Join('\n', read.Mistakes.Select(mistake => mistake.ToString())
                .Prepend($"The rulebook {directory} has {read.Mistakes.Count} mistake(s):")));
    }

    [LoggerMessage(8001, LogLevel.Warning,
        "Data directory {Directory} has permissions {Rights}: other users of this machine can read it; run chmod -R go= on it")]
    private static partial void OpenToOthers(ILogger log, string directory, string rights);

    [LoggerMessage(8003, LogLevel.Warning, "{Warning}")]
    private static partial void Unencrypted(ILogger log, string warning);

    [LoggerMessage(8002, LogLevel.Debug, "Stop of a service failed after a start that failed")]
    private static partial void StoppedBadly(ILogger log, Exception fault);
}
