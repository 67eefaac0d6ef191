using CreditGrains.Portal.Hosting;

namespace CreditGrains.Portal.Department;

/// <summary>Pages of reporting departments and of those who make checks.</summary>
internal static class DepartmentPages
{
    public static void AddServices(IServiceCollection services) =>
        services.AddSingleton<UploadRun>().AddSingleton<UploadedFiles>().AddSingleton<CheckReader>();

    public static void Map(IEndpointRouteBuilder routes)
    {
        SourcePages.Map(routes);
        UploadPages.Map(routes);
        QuarantinePages.Map(routes);
        CheckPages.Map(routes);
        CheckListJobPages.Map(routes);
        FeedbackPages.Map(routes);
        InspectionPages.Map(routes);
    }

    /// <summary>The address of all pages of one source.</summary>
    public const string Source = PortalPaths.Sources + "/{source}";
}
