namespace CreditGrains.Api.Authorization;

/// <summary>Operators act from named networks only, where the server's settings name some.</summary>
internal static class OperatorPlaces
{
    /// <summary>Whether a caller may act from where its request comes: from behind a named proxy that is the proxy's client.</summary>
    public static bool Hold(Caller caller, HttpContext context, ApiOptions options)
    {
        if (options.OperatorNetworks.Count == 0 || !caller.IsAny(Roles.Operator))
            return true;
        if (context.Connection.RemoteIpAddress is not { } from)
            return false;
        var address = from.IsIPv4MappedToIPv6 ? from.MapToIPv4() : from;
        return options.OperatorNetworks.Any(network => network.Contains(address));
    }
}
