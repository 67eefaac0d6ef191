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

    /// <summary>A sentence for each address that other machines reach without TLS, where no proxy is named that has it.</summary>
    public static IEnumerable<string> Unencrypted(ServerOptions options, IReadOnlyList<ListenAddress> addresses) =>
        addresses.Where(address => !address.IsLoopback && !address.IsEncrypted && options.ProxyNetworks.Count == 0).Select(address =>
            $"{address.Url} is reached from other machines without TLS: tokens and data can be read on the way. Write https:// with "
            + "Tls:Certificate and Tls:Key, or put a proxy with TLS before it and name its network in Proxy:Networks");

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
