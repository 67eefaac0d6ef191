using CreditGrains.Engine.Reports;

namespace CreditGrains.Api.Reports;

/// <summary>The signed file itself, in both languages.</summary>
internal sealed class JsonReport : IReportRenderer
{
    public string Format => "json";

    public string MediaType => "application/json";

    public void RequireAvailable()
    {
    }

    public async Task WriteAsync(IssuedReport issued, string language, HttpContext context)
    {
        var bytes = issued.ToJson();
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
    }
}
