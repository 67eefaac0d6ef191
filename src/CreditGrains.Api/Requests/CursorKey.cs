using CreditGrains.Engine;
using CreditGrains.Engine.Keys;
using Microsoft.Extensions.Hosting;

namespace CreditGrains.Api.Requests;

/// <summary>Reads the store's key of cursors when the host starts, or makes it, and takes over what an operator changes it to.</summary>
internal sealed class CursorKey(IServiceProvider services, ApiOptions options, TimeProvider time) : IHostedService
{
    private Cursors? _cursors;
    private CreditEngine? _engine;

    public Cursors Cursors => _cursors ?? throw new InvalidOperationException("The host has not started.");

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        // Asked of the services now, not in the constructor: hosted services are made before the first of them opens the engine.
        _engine = services.GetRequiredService<CreditEngine>();
        _engine.Keys.Changed += FollowAsync;
        _cursors = await Cursors.OpenAsync(_engine.Store, options.DataDirectory, time, cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        if (_engine is not null)
            _engine.Keys.Changed -= FollowAsync;
        return Task.CompletedTask;
    }

    private Task FollowAsync(CancellationToken cancellation) =>
        _cursors is { } cursors && _engine is { } engine
            ? cursors.FollowAsync(engine.Store, cancellation) : Task.CompletedTask;
}
