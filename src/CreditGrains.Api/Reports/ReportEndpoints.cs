using CreditGrains.Api.Authorization;
using CreditGrains.Api.Errors;
using CreditGrains.Api.Limits;
using CreditGrains.Api.Requests;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Reports;
using CreditGrains.Engine;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Metadata;

namespace CreditGrains.Api.Reports;

/// <summary>Credit reports (信用报告): made for everybody, and verified by everybody.</summary>
internal static class ReportEndpoints
{
    public const string KeySetPath = "/.well-known/jwks.json";
    public const string PemPath = "/.well-known/credit-report.pem";
    public const string NumberHeader = "Credit-Report";
    private const string Pem = "application/x-pem-file";

    public static void AddServices(IServiceCollection services) =>
        services.AddSingleton<IReportRenderer, JsonReport>().AddSingleton<ReportRequests>();

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/subjects/{id}/report", MakeAsync).AllowAnonymous().Within(capacities => capacities.Reports)
            .WithMetadata(new ProducesResponseTypeMetadata(
                StatusCodes.Status200OK, typeof(object), ["application/json", "text/html", "application/pdf"]))
            .WithTags("reports").WithSummary("The credit report of an organisation: public facts only, numbered and signed.");
        routes.MapGet("/v1/reports/{number}", FindAsync).AllowAnonymous()
            .WithTags("reports").WithSummary("Verifies the number of a report: when it was made, about whom, and its digest.");
        routes.MapGet(KeySetPath, KeySetAsync).AllowAnonymous()
            .WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(object), ["application/json"]))
            .WithTags("reports").WithSummary("The public keys that verify reports, former ones included (RFC 7517); "
                + "a revoked one bears revokedAt and revokedReason.");
        routes.MapGet(PemPath, PemAsync).AllowAnonymous()
            .WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(string), [Pem]))
            .WithTags("reports").WithSummary("The same as PEM, the present key first, without revoked ones.");
    }

    /// <summary>Writes a report with its number in a header.</summary>
    public static Task WriteAsync(
        Engine.Reports.IssuedReport issued, IReportRenderer renderer, string language, HttpContext context)
    {
        var headers = context.Response.Headers;
        headers[NumberHeader] = issued.Report.Number;
        headers.ContentLanguage = language == "en" ? "en" : "zh-CN";
        headers.ContentDisposition = renderer.Format == "html"
            ? "inline" : $"attachment; filename=\"{issued.Report.Number}.{renderer.Format}\"";
        return renderer.WriteAsync(issued, language, context);
    }

    private static async Task MakeAsync(
        string id, string? format, string? lang, string? consistency, string? purpose, HttpContext context, ReportRequests reports,
        SubjectCodes codes)
    {
        var renderer = reports.RendererOf(format, context);
        var language = lang switch
        {
            null or "" => Language.Of(context),
            "zh" or "en" => lang,
            _ => throw Parameters.Refused("lang", "zh or en"),
        };
        var subject = codes.Read(id, StatusCodes.Status400BadRequest);
        var caller = context.User as Caller;
        var issued = await reports.IssueAsync(
            subject, caller, caller is null ? null : AccessPurpose.Of(context, caller), context);
        await WriteAsync(issued, renderer, language, context);
    }

    private static async Task<Ok<ReportResponse>> FindAsync(string number, HttpContext context, CreditEngine engine)
    {
        var found = ReportNumber.TryParse(number, out var read)
            ? await engine.Reports.FindAsync(read, context.RequestAborted) : null;
        return found is null
            ? throw new RequestRefusedException(ErrorCatalogue.UnknownReport)
            : TypedResults.Ok(new ReportResponse(
                found.Number, TimeZoneInfo.ConvertTime(found.At, engine.Rulebook.TimeZone), found.Subject.Value,
                $"sha256:{Convert.ToHexStringLower(found.Digest)}", ReportSignature.AlgorithmOf(found.KeyId), found.KeyId,
                Convert.ToBase64String(found.Signature), KeySetPath)
            {
                KeyRevokedAt = engine.Keys.RevocationOf(found.KeyId)?.At, KeyRevokedReason = engine.Keys.RevocationOf(found.KeyId)?.Reason,
            });
    }

    private static async Task<ContentHttpResult> KeySetAsync(HttpContext context, CreditEngine engine) => TypedResults.Text(
        ReportKeys.WriteSet(await engine.Reports.PublicKeysAsync(context.RequestAborted)), "application/json; charset=utf-8");

    private static async Task<ContentHttpResult> PemAsync(HttpContext context, CreditEngine engine) => TypedResults.Text(
        PemOf(await engine.Reports.PublicKeysAsync(context.RequestAborted)), Pem);

    /// <summary>Keys that are trusted: PEM has no place to say that one is not, so that a revoked one is unknown there.</summary>
    internal static string PemOf(IEnumerable<PublishedKey> keys) =>
        string.Join('\n', keys.Where(key => key.Revocation is null).Select(key => key.Pem)) + "\n";
}
