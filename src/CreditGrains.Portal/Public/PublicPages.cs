using CreditGrains.Engine;
using CreditGrains.Portal.Hosting;
using CreditGrains.Portal.Lists;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CreditGrains.Portal.Public;

/// <summary>The pages for everybody.</summary>
internal static class PublicPages
{
    public static void AddServices(IServiceCollection services) =>
        services.AddSingleton<PublicReader>().AddSingleton<ListReader>().AddSingleton<PublicLists>();

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.GetPage("/", () => Pages.SeeOther(PortalPaths.Home)).AllowAnonymous();
        routes.GetPage(PortalPaths.Home, Home).AllowAnonymous();
        routes.GetPage(PortalPaths.Rules, (CreditEngine engine) => Pages.Page<RulesPage>(RulesInWords.Of(engine.Rulebook, engine.Today)))
            .AllowAnonymous();
        SearchPages.Map(routes);
        SubjectPages.Map(routes);
        ListPages.Map(routes);
        VerifyPages.Map(routes);
        routes.GetPage(PortalPaths.About, () => Pages.Page<AboutPage>()).AllowAnonymous();
        routes.GetPage(PortalPaths.Accessibility, () => Pages.Page<AccessibilityPage>()).AllowAnonymous();
        routes.GetPage(PortalPaths.Contact, (PortalOptions options) => Pages.Page<ContactPage>(options)).AllowAnonymous();
    }

    private static RazorComponentResult<HomePage> Home(HttpContext context) =>
        Pages.Page<HomePage>(new HomeModel(context.Request.Query["signin"] == "failed"));
}
