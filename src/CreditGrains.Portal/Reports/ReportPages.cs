using CreditGrains.Api.Authorization;
using CreditGrains.Api.Limits;
using CreditGrains.Api.Reports;
using CreditGrains.Api.Requests;
using CreditGrains.Domain.Reports;
using CreditGrains.Engine;
using CreditGrains.Portal.Department;
using CreditGrains.Portal.Forms;
using CreditGrains.Portal.Hosting;
using CreditGrains.Portal.SignIn;
using CreditGrains.Portal.Texts;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace CreditGrains.Portal.Reports;

/// <summary>
/// The credit report for everybody and on the organisation's own pages, where each is logged for whom it was made; and its verification.
/// </summary>
internal static class ReportPages
{
    private const long FormBytesMax = 64 * 1024;

    /// <summary>Slower senders are cut off: each holds one of few places.</summary>
    private static readonly MinDataRate Rate = new(bytesPerSecond: 16 * 1024, gracePeriod: TimeSpan.FromSeconds(10));

    public static void AddServices(IServiceCollection services) =>
        services.AddSingleton<IReportRenderer, HtmlReport>().AddSingleton<IReportRenderer, PdfReport>()
            .AddSingleton<ReportFileVerifier>();

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.GetPage($"{PortalPaths.Subjects}/{{code}}/report", PublicAsync).AllowAnonymous().Within(capacities => capacities.Reports);
        routes.GetPage($"{PortalPaths.Organisations}/{{id}}/report", OwnAsync).ForWithPurpose(AccessRules.Subject)
            .Within(capacities => capacities.Reports);
        routes.GetPage(PortalPaths.VerifyReport, VerifyAsync).AllowAnonymous();
        routes.PostForm(PortalPaths.VerifyReport, VerifyFileAsync).AllowAnonymous().Within(capacities => capacities.ReportFiles)
            .WithMetadata(new DisableRequestSizeLimitAttribute());
    }

    private static Task<IResult> PublicAsync(
        string code, string? format, HttpContext context, ReportRequests reports, PortalRequest request, SubjectCodes codes) =>
        MakeAsync(code, format, null, PortalPaths.SubjectReport(code), context, reports, request, codes);

    private static Task<IResult> OwnAsync(
        string id, string? format, HttpContext context, ReportRequests reports, PortalRequest request, SubjectCodes codes) =>
        MakeAsync(id, format, request.Caller, PortalPaths.Organisation(id, "report"), context, reports, request, codes);

    private static async Task<IResult> MakeAsync(
        string code, string? format, Caller? caller, string path, HttpContext context, ReportRequests reports, PortalRequest request,
        SubjectCodes codes)
    {
        if (!codes.TryRead(code, out var subject))
            return Results.NotFound();

        // The page is the answer unless a file is asked for by name: browsers say of themselves that they take anything.
        var renderer = string.IsNullOrEmpty(format) ? null : reports.RendererOf(format, context);
        var issued = await reports.IssueAsync(subject, caller, caller is null ? null : PortalSession.PurposeOf(caller), context);
        if (renderer is null)
        {
            return Pages.Page<ReportPage>(new ReportModel(
                issued, ReportAddresses.Verify(issued.Report.Number, context), $"{path}?format=pdf", $"{path}?format=json"));
        }

        await ReportEndpoints.WriteAsync(issued, renderer, request.Language, context);
        return Results.Empty;
    }

    private static async Task<IResult> VerifyAsync(string? number, HttpContext context, CreditEngine engine)
    {
        if (string.IsNullOrWhiteSpace(number))
            return Pages.Page<ReportVerifyPage>(ReportVerifyModel.Empty);
        var known = ReportNumber.TryParse(number, out var read)
            ? await engine.Reports.FindAsync(read, context.RequestAborted) : null;
        if (known is not null)
        {
            return Pages.Page<ReportVerifyPage>(
                new ReportVerifyModel(known.Number, [], known, null) { Revocation = engine.Keys.RevocationOf(known.KeyId) });
        }

        return Pages.Page<ReportVerifyPage>(
            new ReportVerifyModel(
                number, [new FieldError("number", read is null ? ReportVerifyTexts.NumberWrong : ReportVerifyTexts.NumberUnknown)], null,
                null),
            read is null ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> VerifyFileAsync(
        HttpContext context, CreditEngine engine, UploadedFiles files, ReportFileVerifier verifier)
    {
        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
            rate.MinDataRate = Rate;
        using var file = files.Make();
        var form = context.Request.ContentLength > ReportFileVerifier.BytesMax + FormBytesMax
            ? null : await UploadForm.ReadAsync(context, ReportFileVerifier.BytesMax, file.Path);
        var wrong = form is null || form.IsTooLarge ? new FieldError("file", ReportVerifyTexts.FileTooLarge)
            : !form.Fields.IsFresh ? FieldError.Stale
            : form.FileName is null ? new FieldError("file", ReportVerifyTexts.FileMissing) : null;
        if (wrong is not null)
        {
            await BodyDrain.ReadAsync(context);
            return Pages.Page<ReportVerifyPage>(
                ReportVerifyModel.Empty with { Errors = [wrong] },
                form is null || form.IsTooLarge ? StatusCodes.Status413PayloadTooLarge : StatusCodes.Status422UnprocessableEntity);
        }

        var verdict = await verifier.VerifyAsync(file.Path, context.RequestAborted);
        var known = verdict.Outcome is ReportOutcome.Genuine or ReportOutcome.RevokedKey
            ? await engine.Reports.FindAsync(verdict.Number!, context.RequestAborted) : null;
        return Pages.Page<ReportVerifyPage>(new ReportVerifyModel("", [], known, verdict) { Revocation = verdict.Revocation });
    }
}
