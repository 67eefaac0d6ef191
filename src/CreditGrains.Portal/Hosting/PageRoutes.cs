namespace CreditGrains.Portal.Hosting;

/// <summary>
/// Maps pages. The handler is taken as a <see cref="Delegate"/> on purpose: one that takes the request alone and returns a task would
/// otherwise be mapped as a bare <see cref="RequestDelegate"/>, and its result be thrown away.
/// </summary>
internal static class PageRoutes
{
    /// <summary>A page. It must go on to say whom it is for, or be open by <c>AllowAnonymous</c>.</summary>
    public static RouteHandlerBuilder GetPage(this IEndpointRouteBuilder routes, string path, Delegate handler) =>
        routes.MapGet(path, handler).ExcludeFromDescription();

    /// <summary>Address of a form; the handler reads it with <c>PortalForm</c>, which checks its token.</summary>
    public static RouteHandlerBuilder PostForm(this IEndpointRouteBuilder routes, string path, Delegate handler) =>
        routes.MapPost(path, handler).DisableAntiforgery().ExcludeFromDescription();
}
