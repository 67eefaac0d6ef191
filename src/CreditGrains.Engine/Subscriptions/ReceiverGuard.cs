using System.Net;
using System.Net.Sockets;

namespace CreditGrains.Engine.Subscriptions;

/// <summary>
/// Keeps a subscription from sending into the platform's own networks. What a name leads to is judged where the connection is made, each
/// time anew, so that a name that leads elsewhere later is no way round it.
/// </summary>
internal sealed class ReceiverGuard(SubscriptionOptions options)
{
    private const int UrlCharsMax = 2048;

    /// <summary>Why an address may not be sent to, in a phrase; null when it may, as far as can be told without looking names up.</summary>
    public string? Refuse(string? text)
    {
        if (string.IsNullOrEmpty(text) || text.Length > UrlCharsMax || !Uri.TryCreate(text, UriKind.Absolute, out var url))
            return $"an absolute https address of at most {UrlCharsMax} characters";
        if (url.Scheme != Uri.UriSchemeHttps && !(url.Scheme == Uri.UriSchemeHttp && options.AllowLoopback && url.IsLoopback))
            return "https only";
        if (url.UserInfo.Length > 0 || url.Fragment.Length > 0)
            return "no name, password or fragment in the address";
        if (IPAddress.TryParse(url.DnsSafeHost, out var address))
            return Allows(address) ? null : "an internal address";
        return url.IsLoopback && !options.AllowLoopback ? "an internal address" : null;
    }

    /// <summary>Connects to the host if every address that it has may be sent to.</summary>
    /// <exception cref="ReceiverRefusedException">One may not.</exception>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        IPAddress[] addresses = IPAddress.TryParse(host, out var literal)
            ? [literal]
            : await (options.Resolve ?? Dns.GetHostAddressesAsync)(host, cancellation).ConfigureAwait(false);
        if (addresses.Length == 0)
            throw new SocketException((int)SocketError.HostNotFound);
        if (!addresses.All(Allows))
            throw new ReceiverRefusedException("The name leads to an internal address, which nothing is sent to.");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, port, cancellation).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private bool Allows(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return !InternalNetworks.Contain(address) || options.Networks.Any(network => network.Contains(address))
            || (options.AllowLoopback && IPAddress.IsLoopback(address));
    }
}

/// <summary>A receiver's name leads where nothing is sent to.</summary>
internal sealed class ReceiverRefusedException(string message) : Exception(message);
