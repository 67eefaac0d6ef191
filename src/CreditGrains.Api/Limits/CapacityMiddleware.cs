using CreditGrains.Api.Authorization;

namespace CreditGrains.Api.Limits;

/// <summary>Lets in a bounded number of requests at once, of endpoints that say so.</summary>
internal sealed class CapacityMiddleware(RequestDelegate next, SharedCapacities capacities)
{
    public Task InvokeAsync(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<CapacityMetadata>() is { } share ? WithinAsync(context, share) : next(context);

    private async Task WithinAsync(HttpContext context, CapacityMetadata share)
    {
        var caller = share.RouteValue is { } name ? context.Request.RouteValues[name] as string : null;
        using var place = await share.Of(capacities).AcquireAsync(caller ?? ClientOf(context), context.RequestAborted);
        await next(context);
    }

    /// <summary>The caller, and of the public the address: no name of a caller begins as one does here.</summary>
    private static string ClientOf(HttpContext context) => context.User is Caller caller
        ? caller.Actor : $"\n{ClientAllowances.AddressOf(context.Connection.RemoteIpAddress)}";
}

/// <summary>Metadata of an endpoint.</summary>
/// <param name="Of">Which capacity it takes a place of.</param>
/// <param name="RouteValue">The part of the path that names whose share it is; null for the caller's.</param>
internal sealed record CapacityMetadata(Func<SharedCapacities, SharedCapacity> Of, string? RouteValue);

/// <summary>Marks endpoints.</summary>
internal static class CapacityEndpoints
{
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="of">Which capacity it takes a place of.</param>
    /// <param name="routeValue">The part of the path that names whose share it is; null for the caller's.</param>
    public static TBuilder Within<TBuilder>(
        this TBuilder endpoint, Func<SharedCapacities, SharedCapacity> of, string? routeValue = null)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new CapacityMetadata(of, routeValue));
}
