using CreditGrains.Api.Reports;
using CreditGrains.Engine.Reports;
using CreditGrains.Portal.Hosting;

namespace CreditGrains.Portal.Reports;

/// <summary>A report as one file of HTML with its style in it, to be kept and printed.</summary>
internal sealed class HtmlReport : IReportRenderer
{
    /// <summary>Nothing but the style that the file holds, by its digest.</summary>
    private static readonly string Policy =
        $"default-src 'none'; style-src 'sha256-{Stylesheet.Digest}'; img-src data:; base-uri 'none'; form-action 'none'; "
        + "frame-ancestors 'none'";

    public string Format => "html";

    public string MediaType => "text/html";

    public void RequireAvailable()
    {
    }

    public Task WriteAsync(IssuedReport issued, string language, HttpContext context)
    {
        context.RequestServices.GetRequiredService<PortalRequest>().Begin(context, language);
        context.Response.Headers.ContentSecurityPolicy = Policy;
        return Pages.Page<ReportDocument>(
            new ReportModel(issued, ReportAddresses.Verify(issued.Report.Number, context), "", "")).ExecuteAsync(context);
    }
}
