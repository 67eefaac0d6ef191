using System.Globalization;
using CreditGrains.Api.Authorization;
using CreditGrains.Api.Feeds;
using CreditGrains.Api.Limits;
using CreditGrains.Engine;
using CreditGrains.FeedFiles;
using CreditGrains.Portal.Forms;
using CreditGrains.Portal.Hosting;
using CreditGrains.Portal.SignIn;
using CreditGrains.Portal.Texts;
using CsvHelper;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace CreditGrains.Portal.Department;

/// <summary>Reports a file in the browser, with the same reading and the same outcomes as the command line.</summary>
internal static class UploadPages
{
    private const long FormBytesMax = 1024 * 1024;
    private const int RowsFlushed = 1000;
    private const int TextCharsMax = 100;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.GetPage($"{DepartmentPages.Source}/upload", Ask).For(AccessRules.Feed);
        routes.PostForm($"{DepartmentPages.Source}/upload", SendAsync).For(AccessRules.Feed)
            .Within(capacities => capacities.Feeds, "source").WithMetadata(new DisableRequestSizeLimitAttribute());
    }

    private static RazorComponentResult<UploadPage> Ask(string source, CreditEngine engine, PortalOptions options) =>
        Pages.Page<UploadPage>(ModelOf(FeedEndpoints.ReadSource(source).Value, engine, options, null, []));

    private static async Task<IResult> SendAsync(
        string source, HttpContext context, CreditEngine engine, PortalOptions options, UploadRun run, UploadedFiles files)
    {
        var id = FeedEndpoints.ReadSource(source);
        using var file = files.Make();
        UploadForm? form = null;
        var isTooLarge = context.Request.ContentLength > options.UploadBytesMax + FormBytesMax;
        if (!isTooLarge)
        {
            form = await UploadForm.ReadAsync(context, options.UploadBytesMax, file.Path);
            isTooLarge = form.IsTooLarge;
        }

        if (isTooLarge || form is null)
        {
            await BodyDrain.ReadAsync(context);
            var tooLarge = UploadTexts.TooLarge.With(options.UploadBytesMax / 1024 / 1024);
            return Pages.Page<UploadPage>(
                ModelOf(id.Value, engine, options, form?.Fields, [new FieldError("file", tooLarge)]), StatusCodes.Status413PayloadTooLarge);
        }

        var errors = ErrorsOf(form, out var headerRow);
        if (errors.Count > 0)
            return await WrongAsync(errors);
        var fields = form.Fields;
        FeedSource feed;
        try
        {
            feed = FeedFileOpener.Open(
                new FeedReading(file.Path, form.FileName!)
                {
                    Mapping = fields["mapping"] is { Length: > 0 } mapping ? mapping : null,
                    Encoding = fields["encoding"] is { Length: > 0 } encoding ? encoding : null,
                    Sheet = fields["sheet"] is { Length: > 0 } sheet ? sheet : null,
                    HeaderRow = headerRow,
                },
                engine.Rulebook.Feeds, engine.Rulebook.Catalogue.Kinds);
        }
        catch (FeedFileException unreadable)
        {
            return await WrongAsync([new FieldError(FieldOf(unreadable.Fault), WordsOf(unreadable))]);
        }

        return fields["answer"] == "csv"
            ? await AnswerCsvAsync(id, feed, form.FileName!, context, run)
            : await AnswerPageAsync(id, feed, form.FileName!, context, run);

        async Task<IResult> WrongAsync(IReadOnlyList<FieldError> mistakes)
        {
            await BodyDrain.ReadAsync(context);
            return Pages.Page<UploadPage>(
                ModelOf(id.Value, engine, options, form.Fields, mistakes), StatusCodes.Status422UnprocessableEntity);
        }
    }

    private static async Task<IResult> AnswerPageAsync(
        Domain.Subjects.SourceId source, FeedSource feed, string name, HttpContext context, UploadRun run)
    {
        var report = new UploadReport();
        Text? broken = null;
        try
        {
            await run.SendAsync(source, Caller.Of(context).Actor, feed, row =>
            {
                report.Add(row);
                return ValueTask.CompletedTask;
            }, context.RequestAborted);
        }
        catch (FeedFileException unreadable)
        {
            broken = WordsOf(unreadable);
        }
        catch (UnansweredRowsException unanswered)
        {
            broken = UploadTexts.Unaccounted.With(unanswered.Sent, unanswered.Answered);
        }

        return Pages.Page<UploadReportPage>(new UploadReportModel(
            source.Value, name, feed.Read, feed.Mapping, feed.HeaderRow, UploadColumns.Of(feed.Columns), report, broken));
    }

    /// <summary>Rows as they are answered; where they break off the connection ends: no part passes for the whole.</summary>
    private static async Task<IResult> AnswerCsvAsync(
        Domain.Subjects.SourceId source, FeedSource feed, string name, HttpContext context, UploadRun run)
    {
        var response = context.Response;
        response.ContentType = "text/csv; charset=utf-8";
        var disposition = new Microsoft.Net.Http.Headers.ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName($"{Path.GetFileNameWithoutExtension(name)}-report.csv");
        response.Headers.ContentDisposition = disposition.ToString();
        var request = context.RequestServices.GetRequiredService<PortalRequest>();
        await using var csv = CsvWriter.Create(
            response.Body, new CsvWriterOptions { Injection = CsvInjection.Escape, NewLine = "\r\n", WriteByteOrderMark = true },
            leaveOpen: true);
        await csv.WriteRecordAsync(["row", "id", "outcome", "code", "detail"], context.RequestAborted);
        var written = 0;
        await run.SendAsync(source, Caller.Of(context).Actor, feed, async row =>
        {
            await csv.WriteRecordAsync(
                [
                    row.Row.ToString(CultureInfo.InvariantCulture), row.Id ?? "", row.Outcome, row.Code ?? "",
                    (row.Detail ?? row.Warnings?[0])?.In(request.Language) ?? "",
                ],
                context.RequestAborted);
            if (++written % RowsFlushed == 0)
                await csv.FlushAsync(context.RequestAborted);
        }, context.RequestAborted);
        await csv.FlushAsync(context.RequestAborted);
        return Results.Empty;
    }

    private static List<FieldError> ErrorsOf(UploadForm form, out int? headerRow)
    {
        var errors = new List<FieldError>();
        headerRow = null;
        if (!form.Fields.IsFresh)
            errors.Add(FieldError.Stale);
        if (form.FileName is null)
            errors.Add(new FieldError("file", UploadTexts.FileMissing));
        if (form.Fields["sheet"].Length > TextCharsMax)
            errors.Add(new FieldError("sheet", HomeTexts.TooLong.With(TextCharsMax)));
        if (form.Fields["headerRow"] is { Length: > 0 } text)
        {
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var row) && row >= 1)
                headerRow = row;
            else
                errors.Add(new FieldError("headerRow", UploadTexts.HeaderRowWrong));
        }

        return errors;
    }

    private static Text WordsOf(FeedFileException unreadable) => UploadTexts.Faults[unreadable.Fault].With([.. unreadable.Values]);

    private static string FieldOf(FeedFileFault fault) => fault switch
    {
        FeedFileFault.HeaderBelow => "headerRow",
        FeedFileFault.NoSuchSheet => "sheet",
        FeedFileFault.UnknownMapping or FeedFileFault.SeveralMappingsFit or FeedFileFault.ColumnsLacking => "mapping",
        FeedFileFault.UnknownEncoding => "encoding",
        _ => "file",
    };

    private static UploadModel ModelOf(
        string source, CreditEngine engine, PortalOptions options, PortalForm? form, IReadOnlyList<FieldError> errors) => new(
        source, options.UploadBytesMax / 1024 / 1024,
        [
            ("", UploadTexts.Automatic),
            .. engine.Rulebook.Feeds.Values.OrderBy(feed => feed.Name, StringComparer.Ordinal).Select(feed => (
                feed.Name, feed.Title is { } title ? new Text($"{title.In("zh")}（{feed.Name}）", $"{title.In("en")} ({feed.Name})")
                    : new Text(feed.Name, feed.Name))),
        ],
        form?["mapping"] ?? "", form?["encoding"] ?? "", form?["sheet"] ?? "", form?["headerRow"] ?? "", form?["answer"] == "csv", errors);
}
