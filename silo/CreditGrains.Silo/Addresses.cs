using System.Net;

namespace CreditGrains.Silo;

/// <summary>Checks the addresses to listen on.</summary>
internal static class Addresses
{
    /// <exception cref="StartRefusedException">An address is none.</exception>
    public static bool AreAllLoopback(IReadOnlyList<string> urls)
    {
        var all = true;
        foreach (var url in urls)
        {
            // "*" and "+" are Kestrel's words for every interface.
            var readable = url.Replace("://*", "://0.0.0.0", StringComparison.Ordinal)
                .Replace("://+", "://0.0.0.0", StringComparison.Ordinal);
            if (!Uri.TryCreate(readable, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
                throw new StartRefusedException(ExitCodes.Usage, $"--urls: '{url}' is no address such as http://127.0.0.1:8080.");
            all &= address.Host == "localhost" || (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));
        }

        return all;
    }
}
