using System.Net;
using System.Net.Sockets;

namespace CreditGrains.Engine.Subscriptions;

/// <summary>
/// Which addresses are no receivers of the outside world (IANA special-purpose registries, RFC 6890): this machine, private and link-local
/// networks with their services, multicast, and IPv6 addresses that only wrap an IPv4 one.
/// </summary>
internal static class InternalNetworks
{
    private static readonly IPNetwork[] Of4 =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
            "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        }.Select(IPNetwork.Parse),
    ];

    // All that is routed in the outside world lies in here; what wraps IPv4 addresses or documents is taken out again.
    private static readonly IPNetwork Global6 = IPNetwork.Parse("2000::/3");

    private static readonly IPNetwork[] Of6 =
        [.. new[] { "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20" }.Select(IPNetwork.Parse)];

    public static bool Contain(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetwork
            ? Of4.Any(network => network.Contains(address))
            : !Global6.Contains(address) || Of6.Any(network => network.Contains(address));
    }
}
