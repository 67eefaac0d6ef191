using System.Collections.Concurrent;
using System.Net;

namespace CreditGrains.Api.Limits;

/// <summary>
/// The allowance of each client: by name where it has shown who it is, else by address. A full memory is emptied and fills again.
/// </summary>
internal sealed class ClientAllowances
{
    private const int ClientsMax = 50_000;

    /// <summary>Of an IPv6 address its network counts: whoever has one has all addresses of it.</summary>
    private const int NetworkBytes = 8;

    private readonly ConcurrentDictionary<object, ClientAllowance> _clients = new();
    private readonly Func<ClientAllowance> _make;
    private int _count;

    /// <param name="requestsMax">Requests of one client in one window; 0 for any number.</param>
    /// <param name="window">Length of a window.</param>
    /// <param name="time">The clock.</param>
    public ClientAllowances(int requestsMax, TimeSpan window, TimeProvider time)
    {
        RequestsMax = requestsMax;
        WindowSeconds = (int)window.TotalSeconds;
        WindowTicks = Math.Max(1, (long)(window.TotalSeconds * time.TimestampFrequency));
        _make = () => new ClientAllowance(RequestsMax, WindowTicks);
    }

    public int RequestsMax { get; }

    public int WindowSeconds { get; }

    /// <summary>In the clock's ticks.</summary>
    public long WindowTicks { get; }

    /// <param name="client">A name.</param>
    public ClientAllowance Of(string client) => Find(client);

    /// <param name="address">Null where the connection has none.</param>
    public ClientAllowance Of(IPAddress? address) => Find(AddressOf(address));

    /// <summary>Part of an address that counts as one client.</summary>
    public static IPAddress AddressOf(IPAddress? address)
    {
        if (address is null)
            return IPAddress.None;
        if (address.AddressFamily != System.Net.Sockets.AddressFamily.InterNetworkV6 || address.IsIPv4MappedToIPv6)
            return address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(NetworkBytes).Clear();
        return new IPAddress(bytes);
    }

    private ClientAllowance Find(object client)
    {
        if (_clients.TryGetValue(client, out var known))
            return known;
        if (Volatile.Read(ref _count) >= ClientsMax)
        {
            _clients.Clear();
            Volatile.Write(ref _count, 0);
        }

        var made = _make();
        if (_clients.TryAdd(client, made))
            Interlocked.Increment(ref _count);
        return _clients.GetValueOrDefault(client, made);
    }
}
