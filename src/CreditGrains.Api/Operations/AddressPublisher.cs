using CreditGrains.Engine;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Hosting;

namespace CreditGrains.Api.Operations;

/// <summary>Tells the other nodes where clients reach this one, once it listens.</summary>
internal sealed class AddressPublisher(IServiceProvider services, ApiOptions options, IServer server) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        if (AddressOf(options, server.Features.Get<IServerAddressesFeature>()?.Addresses ?? []) is { } address)
            await services.GetRequiredService<CreditEngine>().Topology.PublishAsync(address, cancellationToken);
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>
    /// The address that is given; else the first that is listened on, an encrypted one before others, on all interfaces under the address
    /// that other nodes know this one by.
    /// </summary>
    internal static string? AddressOf(ApiOptions options, IEnumerable<string> listening)
    {
        if (options.PublicAddress is { } given)
            return given.GetComponents(UriComponents.HttpRequestUrl, UriFormat.UriEscaped).TrimEnd('/');
        var addresses = listening.Select(BindingAddress.Parse).ToList();
        if ((addresses.Find(each => each.Scheme == Uri.UriSchemeHttps) ?? addresses.FirstOrDefault()) is not { } first)
            return null;
        var host = first.Host.Trim('[', ']') is "*" or "+" or "0.0.0.0" or "::" ? options.NodeHost : first.Host;
        return new UriBuilder(first.Scheme, host, first.Port).Uri.AbsoluteUri.TrimEnd('/');
    }
}
