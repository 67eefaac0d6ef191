using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orleans.Dashboard;
using Orleans.Hosting;

namespace CreditGrains.Cluster.Hosting;

/// <summary>
/// Orleans' own dashboard: silos, grains by type, calls, reminders. It knows no callers, so whoever mounts it says who may; it never shows
/// the state of a grain, nor the log.
/// </summary>
public static class OperatorDashboard
{
    private const string ContentPolicy =
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; frame-ancestors 'none'";

    /// <summary>Collects what it shows; on every silo.</summary>
    public static ISiloBuilder AddOperatorDashboard(this ISiloBuilder silo) => silo.AddDashboard(options => options.HideTrace = true);

    /// <summary>Lets a gateway show it.</summary>
    public static IClientBuilder AddOperatorDashboard(this IClientBuilder client) =>
        client.AddDashboard(options => options.HideTrace = true);

    /// <summary>Mounts it; the caller adds who may.</summary>
    public static RouteGroupBuilder MapOperatorDashboard(this IEndpointRouteBuilder endpoints, string path)
    {
        var dashboard = endpoints.MapOrleansDashboard(path);
        dashboard.AddEndpointFilter(static (invocation, next) =>
        {
            // Its page brings script and style of its own, where every other answer of the interface renders nothing.
            var context = invocation.HttpContext;
            context.Response.Headers.ContentSecurityPolicy = ContentPolicy;
            return context.Request.Path.Value?.TrimEnd('/').EndsWith("/GrainState", StringComparison.OrdinalIgnoreCase) == true
                ? ValueTask.FromResult<object?>(Results.NotFound())
                : next(invocation);
        });
        dashboard.ExcludeFromDescription();
        return dashboard;
    }
}
