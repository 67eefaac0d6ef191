using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CreditGrains.Api.Authorization;
using CreditGrains.Api.Errors;
using CreditGrains.Api.Feeds;
using CreditGrains.Api.Limits;
using CreditGrains.Api.Requests;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Feeds;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine;
using CreditGrains.Engine.Ingestion;
using CreditGrains.Engine.Storage;
using CreditGrains.Portal.Forms;
using CreditGrains.Portal.Hosting;
using CreditGrains.Portal.SignIn;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Department;

/// <summary>Returned lines: list, put right and send again, close. Whoever a line names is on the access log (I9).</summary>
internal static class QuarantinePages
{
    private const int PageSize = 20;
    private const string Operation = "portal/quarantine";
    private const string Line = DepartmentPages.Source + "/quarantine/{number:long}";
    private static readonly JsonWriterOptions Indented = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonWriterOptions Flat = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.GetPage($"{DepartmentPages.Source}/quarantine", ListAsync).ForWithPurpose(AccessRules.Quarantine)
            .Within(capacities => capacities.Lists);
        routes.GetPage(Line, EditAsync).ForWithPurpose(AccessRules.Quarantine);
        routes.PostForm(Line, ResubmitAsync).ForWithPurpose(AccessRules.Resubmit);
        routes.PostForm($"{Line}/dismiss", DismissAsync).ForWithPurpose(AccessRules.Quarantine);
    }

    private static async Task<IResult> ListAsync(
        string source, string? state, string? cursor, string? done, string? line, HttpContext context, CreditEngine engine,
        Cursors cursors, ShownSubjects shown, SubjectLooks looks, PortalRequest request)
    {
        var id = FeedEndpoints.ReadSource(source);
        var asked = string.IsNullOrEmpty(state) ? QuarantineState.Open : state;
        if (!QuarantineState.Filters.Contains(asked))
            return Results.NotFound();
        var list = $"portal-quarantine/{id.Value}/{asked}";
        var address = PortalPaths.Source(id.Value, "quarantine") + QueryString.Create("state", asked);
        var after = cursors.Read(list, cursor) is { } place ? long.Parse(place, CultureInfo.InvariantCulture) : 0;
        var found = await engine.Quarantine.ListAsync(id, after, PageSize + 1, asked, context.RequestAborted);
        var page = found.Take(PageSize).ToList();
        foreach (var subject in page.Select(each => shown.SubjectOf(each.Line)).OfType<SubjectId>().Distinct())
            await looks.RecordAsync(subject, Operation, id.Value);
        return Pages.Page<QuarantinePage>(new QuarantineModel(
            id.Value, asked, [.. page.Select(each => ModelOf(each, request.Language))],
            await engine.Store.Quarantine.CountAsync(id, context.RequestAborted), MayRepair(request), DoneOf(done, line),
            after == 0 ? null : address,
            found.Count > PageSize
                ? $"{address}&cursor={cursors.Make(list, page[^1].Number.ToString(CultureInfo.InvariantCulture))}" : null));
    }

    private static async Task<IResult> EditAsync(
        string source, long number, string? again, CreditEngine engine, ShownSubjects shown, SubjectLooks looks, PortalRequest request)
    {
        var line = await OpenAsync(source, number, engine, shown, looks, request);
        List<FieldError> errors = again switch
        {
            "stale" => [FieldError.Stale],
            "wrong" => [new FieldError("line", QuarantineTexts.StillWrong.With(
                new Text(QuarantineEndpoints.Detail(line, "zh"), QuarantineEndpoints.Detail(line, "en")), line.Code))],
            _ => [],
        };
        return Pages.Page<QuarantineEditPage>(EditOf(line, line.Line is null ? "" : Pretty(line.Line), errors, request));
    }

    private static async Task<IResult> ResubmitAsync(
        string source, long number, HttpContext context, CreditEngine engine, QuarantineResubmission resubmission, ShownSubjects shown,
        SubjectLooks looks, PortalRequest request)
    {
        var form = await PortalForm.ReadAsync(context);
        var line = await OpenAsync(source, number, engine, shown, looks, request);
        var typed = form["line"];
        var errors = ErrorsOf(typed);
        if (!form.IsFresh)
            errors.Insert(0, FieldError.Stale);
        if (errors.Count > 0)
            return Pages.Page<QuarantineEditPage>(EditOf(line, typed, errors, request), StatusCodes.Status422UnprocessableEntity);

        // A line that was only looked at goes as it was kept, whatever line breaks the form has put into it.
        var sent = Compact(Encoding.UTF8.GetBytes(typed));
        if (line.Line is { } kept && sent.AsSpan().SequenceEqual(Compact(kept)))
            sent = kept;
        var receipt = await resubmission.SendAsync(line.Source, number, sent, Caller.Of(context).Actor, context.RequestAborted);
        if (receipt.Rejected == 0)
            return Done(line.Source, number, receipt.Accepted > 0 ? "accepted" : "known");
        var outcome = receipt.Lines.FirstOrDefault(each => each.Outcome == FeedOutcome.Rejected);
        if (await SuccessorAsync(line, outcome, engine, context.RequestAborted) is not { } successor || outcome?.Rejection is not { } why)
            return Done(line.Source, number, "rejected");

        // Its new form is kept as a line of its own: the page of that one goes on from here.
        if (successor.Number != number && successor.Line is not null)
            return Pages.SeeOther(PortalPaths.Source(line.Source.Value, $"quarantine/{successor.Number}") + "?again=wrong");
        var mistake = QuarantineTexts.StillWrong.With(new Text(why.Detail("zh"), why.Detail("en")), why.Code);
        return Pages.Page<QuarantineEditPage>(
            EditOf(successor, typed, [new FieldError("line", mistake)], request), StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<IResult> DismissAsync(
        string source, long number, HttpContext context, CreditEngine engine, TimeProvider time, ShownSubjects shown, SubjectLooks looks,
        PortalRequest request)
    {
        var form = await PortalForm.ReadAsync(context);
        var line = await OpenAsync(source, number, engine, shown, looks, request);
        if (!form.IsFresh)
            return Pages.SeeOther(PortalPaths.Source(line.Source.Value, $"quarantine/{number}") + "?again=stale");

        await engine.Store.Quarantine.CloseAsync(
            line.Source, [number], QuarantineState.Dismissed, Caller.Of(context).Actor, time.GetUtcNow(), context.RequestAborted);
        return Done(line.Source, number, "dismissed");
    }

    /// <summary>The line as it stands now: itself, or where it was closed for another content, the newest open one of its record.</summary>
    private static async Task<QuarantinedLine?> SuccessorAsync(
        QuarantinedLine line, LineOutcome? outcome, CreditEngine engine, CancellationToken cancellation)
    {
        if (await engine.Store.Quarantine.FindAsync(line.Source, line.Number, cancellation) is { } open)
            return open;
        return outcome?.Id is { } id
            ? (await engine.Store.Quarantine.FindOpenAsync(line.Source, [id], cancellation)).MaxBy(each => each.Number) : null;
    }

    private static async Task<QuarantinedLine> OpenAsync(
        string source, long number, CreditEngine engine, ShownSubjects shown, SubjectLooks looks, PortalRequest request)
    {
        var line = await engine.Store.Quarantine.FindAsync(FeedEndpoints.ReadSource(source), number, request.Context.RequestAborted)
            ?? throw new RequestRefusedException(ErrorCatalogue.UnknownQuarantineLine);
        if (shown.SubjectOf(line.Line) is { } subject)
            await looks.RecordAsync(subject, Operation, line.Source.Value);
        return line;
    }

    private static List<FieldError> ErrorsOf(string typed)
    {
        if (typed.Length == 0)
            return [new FieldError("line", QuarantineTexts.LineMissing)];
        if (typed.StartsWith('['))
            return [new FieldError("line", QuarantineTexts.LineArray)];
        return Encoding.UTF8.GetByteCount(typed) > EventReader.LineBytesMax ? [new FieldError("line", QuarantineTexts.LineTooLong)] : [];
    }

    private static IResult Done(SourceId source, long number, string what) => Pages.SeeOther(
        PortalPaths.Source(source.Value, "quarantine") + QueryString.Create(
        [
            KeyValuePair.Create("done", (string?)what), KeyValuePair.Create("line", (string?)number.ToString(CultureInfo.InvariantCulture)),
        ]));

    private static Text? DoneOf(string? done, string? line)
    {
        if (!long.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return null;
        return done switch
        {
            "accepted" => QuarantineTexts.DoneAccepted.With(number),
            "known" => QuarantineTexts.DoneKnown.With(number),
            "dismissed" => QuarantineTexts.DoneDismissed.With(number),
            "rejected" => QuarantineTexts.DoneRejected.With(number),
            _ => null,
        };
    }

    private static bool MayRepair(PortalRequest request) => request.IsAny(Roles.Source);

    private static QuarantineLineModel ModelOf(QuarantinedLine line, string language) => new(
        line.Number, line.RecordId, line.Code, QuarantineEndpoints.Detail(line, language), line.Pointer, line.At,
        QuarantineTexts.States.FirstOrDefault(state => state.Value == line.State).Label ?? new Text(line.State, line.State),
        line.State == QuarantineState.Open);

    private static QuarantineEditModel EditOf(
        QuarantinedLine line, string text, IReadOnlyList<FieldError> errors, PortalRequest request) => new(
        line.Source.Value, ModelOf(line, request.Language),
        ErrorCatalogue.All.TryGetValue(line.Code, out var error) ? Text.Of(error.Advice) : QuarantineTexts.LineHint, text,
        line.Line is not null, MayRepair(request), errors);

    private static string Pretty(byte[] line) => Encoding.UTF8.GetString(Rewritten(line, Indented));

    private static byte[] Compact(byte[] line) => Rewritten(line, Flat);

    /// <summary>The same JSON with other white space; what is no JSON stays. Repeated members and numbers stay as written.</summary>
    private static byte[] Rewritten(byte[] line, JsonWriterOptions how)
    {
        try
        {
            using var document = JsonDocument.Parse(line, new JsonDocumentOptions { AllowDuplicateProperties = true });
            using var written = new MemoryStream();
            using (var writer = new Utf8JsonWriter(written, how))
                document.RootElement.WriteTo(writer);
            return written.ToArray();
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return line;
        }
    }
}
