using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Http;

namespace CreditGrains.Silo;

/// <summary>
/// Reads the addresses to listen on with Kestrel's own reader, since one that reads them otherwise judges other addresses than are bound:
/// to Kestrel every host that is neither an IP address nor localhost means all interfaces.
/// </summary>
internal static class Addresses
{
    /// <exception cref="StartRefusedException">An address is none, or would not mean what it looks like.</exception>
    public static IReadOnlyList<ListenAddress> Read(IReadOnlyList<string> urls)
    {
        if (urls.Count == 0)
            throw new StartRefusedException(ExitCodes.Usage, "--urls: there is no address such as http://127.0.0.1:8080.");
        return [.. urls.Select(Read)];
    }

    private static ListenAddress Read(string url)
    {
        StartRefusedException Refused(string why) => new(ExitCodes.Usage, $"--urls: '{url}' {why}");

        BindingAddress address;
        try
        {
            address = BindingAddress.Parse(url);
        }
        catch (Exception none) when (none is FormatException or InvalidOperationException)
        {
            throw Refused("is no address such as http://127.0.0.1:8080.");
        }

        if (address.Scheme.ToLowerInvariant() is not ("http" or "https") || address.IsUnixPipe || address.IsNamedPipe)
            throw Refused("is no address such as http://127.0.0.1:8080.");
        if (address.Host.Contains('@', StringComparison.Ordinal))
            throw Refused("has a user name in it: write the address alone.");
        if (address.PathBase.Length > 0)
            throw Refused("has a path: write scheme, address and port.");
        var isEncrypted = string.Equals(address.Scheme, "https", StringComparison.OrdinalIgnoreCase);
        ListenAddress Listen(string host, bool isLoopback) => new(
            string.Create(CultureInfo.InvariantCulture, $"{(isEncrypted ? "https" : "http")}://{host}:{address.Port}"), isLoopback,
            isEncrypted);

        if (address.Host is "*" or "+")
            return Listen("*", false);
        if (string.Equals(address.Host, "localhost", StringComparison.OrdinalIgnoreCase))
            return Listen("localhost", true);
        if (!IPAddress.TryParse(address.Host, out var ip))
            throw Refused("names a host: Kestrel would listen on all interfaces. Write an IP address, localhost, or * for all.");
        var text = ip.ToString();
        return Listen(text.Contains(':', StringComparison.Ordinal) ? $"[{text}]" : text, IPAddress.IsLoopback(ip));
    }
}
