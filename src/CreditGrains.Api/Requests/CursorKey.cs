using CreditGrains.Engine;
using Microsoft.Extensions.Hosting;

namespace CreditGrains.Api.Requests;

/// <summary>Reads the store's key of cursors when the host starts, or makes it.</summary>
internal sealed class CursorKey(IServiceProvider services, ApiOptions options) : IHostedService
{
    private Cursors? _cursors;

    public Cursors Cursors => _cursors ?? throw new InvalidOperationException("The host has not started.");

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        // Asked of the services now, not in the constructor: hosted services are made before the first of them opens the engine.
        _cursors = await Cursors.OpenAsync(
            services.GetRequiredService<CreditEngine>().Store, options.DataDirectory, cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
