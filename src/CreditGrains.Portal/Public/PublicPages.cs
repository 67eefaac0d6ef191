using CreditGrains.Portal.Hosting;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CreditGrains.Portal.Public;

/// <summary>The pages for everybody.</summary>
internal static class PublicPages
{
    public static void AddServices(IServiceCollection services) => _ = services;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.GetPage("/", () => Pages.SeeOther(PortalPaths.Home)).AllowAnonymous();
        routes.GetPage(PortalPaths.Home, Home).AllowAnonymous();
        routes.GetPage(PortalPaths.About, () => Pages.Page<AboutPage>()).AllowAnonymous();
        routes.GetPage(PortalPaths.Accessibility, () => Pages.Page<AccessibilityPage>()).AllowAnonymous();
        routes.GetPage(PortalPaths.Contact, (PortalOptions options) => Pages.Page<ContactPage>(options)).AllowAnonymous();
    }

    private static RazorComponentResult<HomePage> Home(HttpContext context) =>
        Pages.Page<HomePage>(new HomeModel(context.Request.Query["signin"] == "failed"));
}
