using CreditGrains.Api;
using CreditGrains.Portal.Hosting;

namespace CreditGrains.Portal.Reports;

/// <summary>Addresses that leave the platform with a report.</summary>
internal static class ReportAddresses
{
    /// <summary>Where a number is verified: at the address that the operator names, else at the one that was asked.</summary>
    public static string Verify(string number, HttpContext context)
    {
        var options = context.RequestServices.GetRequiredService<ApiOptions>();
        var origin = options.PublicAddress?.GetLeftPart(UriPartial.Authority) ?? $"{context.Request.Scheme}://{context.Request.Host}";
        return $"{origin}{PortalPaths.VerifyReport}{QueryString.Create("number", number)}";
    }
}
