using System.Diagnostics.Metrics;
using CreditGrains.Engine.Keys;
using CreditGrains.Engine.Recomputation;
using CreditGrains.Engine.Signatures;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subscriptions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CreditGrains.Engine.Hosting;

/// <summary>
/// Opens store and engine when the host starts and closes them when it stops. Registered first, so it starts before whatever asks the
/// engine, and stops after. A start that fails closes what it has opened; the container closes the rest of a host that never stopped
/// (<c>Start_that_fails_leaves_no_engine_open</c>).
/// </summary>
internal sealed partial class EngineHostedService(
    CreditGrainsBuilder builder, IServiceProvider services, IHostApplicationLifetime lifetime, ILogger<EngineHostedService> log)
    : IHostedService, IAsyncDisposable
{
    private readonly Lock _lifecycleLock = new();
    private Task<OpenedEngine>? _opening;
    private IStore? _store;
    private RotatedSigner? _signer;
    private RotatedSigner? _reportSigner;
    private CancellationTokenRegistration _superseded;
    private Task? _closing;

    /// <summary>
    /// The open engine. A hosted service that takes it in its constructor is made before any hosted service starts: it is opened there and
    /// then, and the host's start waits for it.
    /// </summary>
    public CreditEngine Engine
    {
        get
        {
            var opening = OpenAsync(CancellationToken.None);
            return (opening.IsCompleted ? opening : Task.Run(() => opening)).GetAwaiter().GetResult().Engine;
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => OpenAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => CloseAsync();

    public async ValueTask DisposeAsync() => await CloseAsync().ConfigureAwait(false);

    private Task<OpenedEngine> OpenAsync(CancellationToken cancellation)
    {
        lock (_lifecycleLock)
        {
            ObjectDisposedException.ThrowIf(_closing is not null && _opening is null, typeof(CreditEngine));
            return _opening ??= Task.Run(() => OpenAllAsync(cancellation), CancellationToken.None);
        }
    }

    private async Task<OpenedEngine> OpenAllAsync(CancellationToken cancellation)
    {
        var open = builder.Store ?? throw new InvalidOperationException("AddCreditGrains needs a store: UseSqlite or UsePostgres.");
        var rulebook = (builder.Rulebook ?? throw new InvalidOperationException("AddCreditGrains needs UseRulebook."))();
        var options = services.GetRequiredService<IOptions<EngineOptions>>().Value;
        options = options with { MeterScope = options.MeterScope ?? services.GetService<IMeterFactory>() };
        _store = await open(services, cancellation).ConfigureAwait(false);
        if (_store.PutBack is { } reason)
            PutBack(log, reason, $"{_store.Incarnation:x8}");
        _superseded = _store.LeaseLost.Register(Supersede);
        if (options.Recomputation.Signer is null)
        {
            var key = await SigningKey.OfSummariesAsync(
                _store.Control, options.Signatures, builder.FormerKeyDirectory, cancellation).ConfigureAwait(false);
            _signer = new RotatedSigner(_store.Control, key, SigningKey.StoredAs(SigningKey.SummaryKey, options.Signatures));
            options = options with { Recomputation = options.Recomputation with { Signer = _signer } };
        }

        if (options.Reports.Signer is null)
        {
            var key = await SigningKey.OfReportsAsync(
                _store.Control, options.Signatures, options.Reports.KeyFile, cancellation).ConfigureAwait(false);
            _reportSigner = new RotatedSigner(
                _store.Control, key,
                options.Reports.KeyFile is null ? SigningKey.StoredAs(SigningKey.ReportKey, options.Signatures) : null);
            options = options with { Reports = options.Reports with { Signer = _reportSigner } };
        }

        if (options.Subscriptions is { Keys: null, KeyFile: { } file })
        {
            var keys = await OpenKeysAsync(file, cancellation).ConfigureAwait(false);
            options = options with { Subscriptions = options.Subscriptions with { Keys = keys } };
        }

        await KeyService.KeepAsync(_store.Control, KeyUse.Reports, options.Reports.Signer, cancellation).ConfigureAwait(false);
        await KeyService.KeepAsync(_store.Control, KeyUse.Summaries, options.Recomputation.Signer, cancellation).ConfigureAwait(false);
        return await services.GetRequiredService<IEngineOpener>().OpenAsync(_store, rulebook, options, cancellation).ConfigureAwait(false);
    }

    /// <summary>A missing key file is made only while no secret needs the one that is missing.</summary>
    private async Task<SecretKeyRing?> OpenKeysAsync(string file, CancellationToken cancellation)
    {
        var isNeeded = await SubscriptionService.HasProtectedAsync(_store!.Control, cancellation).ConfigureAwait(false);
        return SecretKeyRing.Open(file, mayMake: !isNeeded);
    }

    private Task CloseAsync()
    {
        lock (_lifecycleLock)
            return _closing ??= CloseAllAsync();
    }

    private async Task CloseAllAsync()
    {
        if (_opening is { } opening)
        {
            await ((Task)opening).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await _superseded.DisposeAsync().ConfigureAwait(false);
            if (opening.IsCompletedSuccessfully)
                await (await opening.ConfigureAwait(false)).Closing.DisposeAsync().ConfigureAwait(false);
        }

        if (_store is not null)
            await _store.DisposeAsync().ConfigureAwait(false);
        _signer?.Dispose();
        _reportSigner?.Dispose();
    }

    /// <summary>Answers may be outdated from here on, and nothing can be written: the process ends.</summary>
    private void Supersede()
    {
        Superseded(log);
        lifetime.StopApplication();
    }

    [LoggerMessage(2011, LogLevel.Warning,
        "Store was restored ({Reason}): continuing as incarnation {Incarnation}; tokens and cursors issued before are refused")]
    private static partial void PutBack(ILogger log, string reason, string incarnation);

    [LoggerMessage(2012, LogLevel.Error, "Database was taken over by another server; stopping")]
    private static partial void Superseded(ILogger log);
}
