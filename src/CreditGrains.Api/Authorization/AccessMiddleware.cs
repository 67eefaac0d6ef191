using Microsoft.AspNetCore.Authorization;

namespace CreditGrains.Api.Authorization;

/// <summary>
/// Lets a known caller through whose roles alone satisfy the endpoint's one rule: the framework's way to the same decision costs as much
/// as a check does. Everybody and everything else goes that way.
/// </summary>
internal sealed class AccessMiddleware
{
    private readonly RequestDelegate _next;
    private readonly RequestDelegate _authorise;
    private readonly ApiOptions _options;

    /// <param name="next">The endpoint.</param>
    /// <param name="options">Name the networks of operators.</param>
    /// <param name="app">Makes the framework's middleware.</param>
    public AccessMiddleware(RequestDelegate next, ApiOptions options, IApplicationBuilder app)
    {
        _next = next;
        _options = options;
        var branch = app.New();
        branch.UseAuthorization();
        branch.Run(next);
        _authorise = branch.Build();
    }

    public Task InvokeAsync(HttpContext context)
    {
        if (context.User is not Caller caller || OperatorPlaces.Hold(caller, context, _options))
            return IsGranted(context) ? _next(context) : _authorise(context);
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    }

    private static bool IsGranted(HttpContext context) =>
        context.User is Caller caller && context.GetEndpoint()?.Metadata.GetMetadata<GrantingRoles>() is { } granting
        && caller.IsAny(granting.Any);
}

/// <summary>Metadata of an endpoint with exactly one rule: callers with any of these roles may, whatever the path names.</summary>
internal sealed record GrantingRoles(Roles Any);
