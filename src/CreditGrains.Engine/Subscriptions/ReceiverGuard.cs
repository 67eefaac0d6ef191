using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace CreditGrains.Engine.Subscriptions;

/// <summary>
/// Keeps a subscription from sending into the platform's own networks. What a name leads to is judged where the connection is made, each
/// time anew, so that a name that leads elsewhere later is no way round it.
/// </summary>
internal sealed class ReceiverGuard(SubscriptionOptions options)
{
    private const int UrlCharsMax = 2048;
    private const int IdeographicStop = 0x3002;
    private const int HalfWidthIdeographicStop = 0xFF61;
    private const int FullWidthFirst = 0xFF01;
    private const int FullWidthLast = 0xFF5E;
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");
    private static readonly SearchValues<char> NotOfHosts = SearchValues.Create(" %/\\?#@:<>[]^|\"");

    /// <summary>Why an address may not be sent to, in a phrase; null when it may, as far as can be told without looking names up.</summary>
    public string? Refuse(string? text)
    {
        if (string.IsNullOrEmpty(text) || text.Length > UrlCharsMax || !Uri.TryCreate(text, UriKind.Absolute, out var url))
            return $"an absolute https address of at most {UrlCharsMax} characters";
        if (url.UserInfo.Length > 0 || url.Fragment.Length > 0)
            return "no name, password or fragment in the address";
        if (HostOf(url) is not { } host)
            return "the name of a host, or an address";
        var address = IPAddress.TryParse(host, out var literal) ? literal : null;
        if (address is null && EndsInNumber(host))
            return "the name of a host, or an address";
        var isLoopback = address is null ? IsLoopbackName(host) : IPAddress.IsLoopback(address);
        if (url.Scheme != Uri.UriSchemeHttps && !(url.Scheme == Uri.UriSchemeHttp && options.AllowLoopback && isLoopback))
            return "https only";
        if (address is not null)
            return Allows(address) ? null : "an internal address";
        return isLoopback && !options.AllowLoopback ? "an internal address" : null;
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

    /// <summary>
    /// The host as a resolver or a socket takes it: letters in lower case, full-width characters and dots mapped to ASCII, no dot at the
    /// end. Else <c>10.0.0.1.</c> and <c>１０．0.0.1</c> pass for names and lead to the address (UTS 46, section 4). Null where it holds what
    /// only a mapping would make a name of, such as circled or mathematical digits.
    /// </summary>
    private static string? HostOf(Uri url)
    {
        if (url.HostNameType == UriHostNameType.IPv6)
            return url.DnsSafeHost;
        var host = new StringBuilder(url.Host.Length);
        foreach (var rune in url.Host.EnumerateRunes())
        {
            if (rune.Value is IdeographicStop or HalfWidthIdeographicStop)
                host.Append('.');
            else if (rune.IsAscii || rune.Value is >= FullWidthFirst and <= FullWidthLast)
                host.Append(char.ToLowerInvariant((char)(rune.IsAscii ? rune.Value : rune.Value - FullWidthFirst + '!')));
            else if (IsOfName(rune))
                host.Append(rune.ToString());
            else
                return null;
        }

        var text = host.ToString().TrimEnd('.');
        return text.Length == 0 || text.AsSpan().ContainsAny(NotOfHosts) ? null : text;
    }

    private static bool IsOfName(Rune rune) => rune.Value is not ((>= 0x2100 and <= 0x214F) or (>= 0x1D400 and <= 0x1D7FF))
        && Rune.GetUnicodeCategory(rune) is UnicodeCategory.OtherLetter or UnicodeCategory.LowercaseLetter
            or UnicodeCategory.UppercaseLetter or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;

    /// <summary>Whether the last label is a number: no name of a host, but an address in some form (WHATWG URL, section 3.5).</summary>
    private static bool EndsInNumber(string host)
    {
        var last = host.AsSpan(host.LastIndexOf('.') + 1);
        return !last.ContainsAnyExceptInRange('0', '9')
            || (last.StartsWith("0x") && !last[2..].ContainsAnyExcept(HexDigits));
    }

    private static bool IsLoopbackName(string host) =>
        host is "localhost" or "loopback" || host.EndsWith(".localhost", StringComparison.Ordinal);

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
