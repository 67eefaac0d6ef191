using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace CreditGrains.Silo;

/// <summary>
/// Ends a start whose addresses turn out to be reachable from other machines while the development issuer lets everybody in: those that
/// Kestrel has bound, not those that it was told.
/// </summary>
internal sealed class LoopbackGuard(ServerOptions options, IServer server) : IHostedLifecycleService
{
    /// <exception cref="StartRefusedException">The server has no issuer, and an address is no loopback.</exception>
    public static void Require(ServerOptions options, IReadOnlyList<ListenAddress> addresses)
    {
        if (options.Issuer is not null || addresses.All(address => address.IsLoopback))
            return;
        throw new StartRefusedException(
            ExitCodes.Usage,
            "The development issuer works on loopback only. "
            + "Listen on 127.0.0.1, or name an OpenID Connect issuer with --issuer and --audience.");
    }

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        Require(options, Addresses.Read([.. server.Features.Get<IServerAddressesFeature>()!.Addresses]));
        return Task.CompletedTask;
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
