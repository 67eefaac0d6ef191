using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using CreditGrains.Api;
using CreditGrains.Api.Authorization;
using CreditGrains.Api.Errors;
using CreditGrains.Api.Feeds;
using CreditGrains.Api.Inspections;
using CreditGrains.Api.Limits;
using CreditGrains.Api.Requests;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Feeds;
using CreditGrains.Domain.Policies;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine;
using CreditGrains.Engine.Ingestion;
using CreditGrains.Engine.Inspections;
using CreditGrains.Portal.Forms;
using CreditGrains.Portal.Hosting;
using CreditGrains.Portal.SignIn;
using CreditGrains.Portal.Texts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CreditGrains.Portal.Department;

/// <summary>
/// Inspections (双随机抽查) of a department: of each plan those that were drawn for the unit of its name, as a list and as CSV, and the return
/// of a result, which is a record like any other and takes the way of every feed.
/// </summary>
internal static class InspectionPages
{
    private const int PlansMax = 100;
    private const int PageSize = 50;
    private const int PieceLines = 2000;
    private const string Operation = "portal/inspections";
    private const string Inspections = DepartmentPages.Source + "/inspections";
    private const string One = Inspections + "/{plan}/{sequence:int}";
    private static readonly string[] PlaceFields = ["plan", "sequence"];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.GetPage(Inspections, ListAsync).ForWithPurpose(AccessRules.Quarantine).Within(capacities => capacities.Lists);
        routes.GetPage($"{Inspections}.csv", CsvAsync).ForWithPurpose(AccessRules.Quarantine).Within(capacities => capacities.Lists);
        routes.GetPage(One, AskAsync).ForWithPurpose(AccessRules.Feed);
        routes.PostForm(One, ReturnAsync).ForWithPurpose(AccessRules.Feed);
    }

    private static async Task<IResult> ListAsync(
        string source, string? plan, string? cursor, int? done, HttpContext context, CreditEngine engine, InspectionResults results,
        Cursors cursors, SubjectLooks looks, PortalRequest request)
    {
        var id = FeedEndpoints.ReadSource(source);
        var plans = await PlansAsync(id, engine, context.RequestAborted);
        var shown = string.IsNullOrEmpty(plan) ? plans is [var newest, ..] ? newest : null : plans.FirstOrDefault(each => each.Id == plan)
            ?? throw new RequestRefusedException(ErrorCatalogue.UnknownPlan, "", plan);
        if (shown is null)
        {
            return Pages.Page<InspectionsPage>(
                new InspectionsModel(id.Value, [], null, [], 0, request.IsAny(Roles.Source), null, null, null));
        }

        var list = $"portal-inspections/{id.Value}/{shown.Id}";
        var after = cursors.Read(list, cursor) is { } place ? int.Parse(place, CultureInfo.InvariantCulture) : 0;
        var own = await OwnAsync(shown, id, engine, context.RequestAborted);
        var page = own.Where(each => each.Sequence > after).Take(PageSize).ToList();
        var rows = new List<InspectionResponse>(page.Count);
        foreach (var planned in page)
        {
            await looks.RecordAsync(planned.Subject, Operation, shown.Id);
            rows.Add(await results.FindAsync(shown, planned, context.RequestAborted));
        }

        var address = $"{PortalPaths.Source(id.Value, "inspections")}{QueryString.Create("plan", shown.Id)}";
        var more = page.Count > 0 && own.Count > 0 && own[^1].Sequence > page[^1].Sequence;
        return Pages.Page<InspectionsPage>(new InspectionsModel(
            id.Value, [.. plans.Select(each => each.Id)], shown, rows, own.Count, request.IsAny(Roles.Source), done,
            after == 0 ? null : address,
            more ? $"{address}&cursor={cursors.Make(list, page[^1].Sequence.ToString(CultureInfo.InvariantCulture))}" : null));
    }

    private static async Task<IResult> CsvAsync(
        string source, string? plan, HttpContext context, CreditEngine engine, InspectionResults results, SubjectLooks looks)
    {
        var id = FeedEndpoints.ReadSource(source);
        var shown = (await PlansAsync(id, engine, context.RequestAborted)).FirstOrDefault(each => each.Id == plan)
            ?? throw new RequestRefusedException(ErrorCatalogue.UnknownPlan, "", plan ?? "");
        var own = await OwnAsync(shown, id, engine, context.RequestAborted);
        return TypedResults.Stream(
            async output =>
            {
                await using var writer = new StreamWriter(output, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), leaveOpen: true);
                await writer.WriteAsync(InspectionEndpoints.CsvHead);
                foreach (var planned in own)
                {
                    await looks.RecordAsync(planned.Subject, Operation, shown.Id);
                    await writer.WriteAsync(InspectionEndpoints.CsvLine(
                        shown, await results.FindAsync(shown, planned, context.RequestAborted)));
                }
            },
            "text/csv; charset=utf-8", $"{shown.Id}-{id.Value}.csv");
    }

    /// <summary>The newest plans that have a unit of the department's name.</summary>
    private static async Task<IReadOnlyList<StoredPlan>> PlansAsync(SourceId source, CreditEngine engine, CancellationToken cancellation) =>
    [
        .. (await engine.Inspections.ListAsync(null, PlansMax, cancellation)).Where(plan => plan.Units.Any(unit => unit.Id == source.Value))
            .OrderByDescending(plan => plan.DrawnAt),
    ];

    /// <summary>A plan's inspections of one unit, piece by piece.</summary>
    private static async Task<List<PlannedInspection>> OwnAsync(
        StoredPlan plan, SourceId source, CreditEngine engine, CancellationToken cancellation)
    {
        var own = new List<PlannedInspection>();
        for (var after = 0; after < plan.Inspections;)
        {
            var piece = await engine.Inspections.InspectionsAsync(plan, after, PieceLines, cancellation);
            if (piece.Count == 0)
                break;
            own.AddRange(piece.Where(each => each.Unit == source.Value));
            after += piece.Count;
        }

        return own;
    }

    private static async Task<IResult> AskAsync(
        string source, string plan, int sequence, HttpContext context, CreditEngine engine, InspectionResults results, SubjectLooks looks)
    {
        var (id, inspection, kind) = await RequireAsync(source, plan, sequence, context, engine, results, looks);
        return Form(id, plan, inspection, kind, new Dictionary<string, string>(), []);
    }

    private static async Task<IResult> ReturnAsync(
        string source, string plan, int sequence, HttpContext context, CreditEngine engine, InspectionResults results, SubjectLooks looks,
        ApiOptions options)
    {
        var (id, inspection, kind) = await RequireAsync(source, plan, sequence, context, engine, results, looks);
        var form = await PortalForm.ReadAsync(context);
        var typed = FieldsOf(kind).ToDictionary(field => field.Name, field => form[InspectionReturnModel.FieldBegin + field.Name]);
        if (!form.IsFresh)
            return Form(id, plan, inspection, kind, typed, [FieldError.Stale]);
        var record = new RecordId(id, $"{plan}-{sequence}");
        var heads = await engine.Store.Journal.FindHeadsAsync([record], context.RequestAborted);
        var line = LineOf(record, heads is [var head] ? head.Revision + 1 : 1, inspection, plan, kind, typed);

        // Read first: a form with mistakes comes back to its sender and leaves nothing in the quarantine.
        var read = new EventReader(engine.Rulebook, engine.IdentifierExceptions).Read(line, id, engine.Today);
        if (read.Rejection is { } mistake)
            return Form(id, plan, inspection, kind, typed, [ErrorOf(mistake, kind)]);
        var receipt = await engine.Feed.SubmitAsync(
            id, Caller.Of(context).Actor, PipeReader.Create(new ReadOnlySequence<byte>(line)), options.Feed with { AllLines = true },
            context.RequestAborted);
        if (receipt.Rejected == 0)
        {
            return Pages.SeeOther(PortalPaths.Source(id.Value, "inspections") + QueryString.Create(
            [
                KeyValuePair.Create("plan", (string?)plan),
                KeyValuePair.Create("done", (string?)sequence.ToString(CultureInfo.InvariantCulture)),
            ]));
        }

        return Form(id, plan, inspection, kind, typed, [.. receipt.Lines.Select(each => each.Rejection).OfType<Rejection>()
            .Select(rejection => ErrorOf(rejection, kind))]);
    }

    private static async Task<(SourceId Source, InspectionResponse Inspection, RecordKind Kind)> RequireAsync(
        string source, string plan, int sequence, HttpContext context, CreditEngine engine, InspectionResults results, SubjectLooks looks)
    {
        var id = FeedEndpoints.ReadSource(source);
        var stored = await engine.Inspections.FindAsync(plan, context.RequestAborted)
            ?? throw new RequestRefusedException(ErrorCatalogue.UnknownPlan, "", plan);
        var planned = sequence < 1 ? []
            : await engine.Inspections.InspectionsAsync(stored, sequence - 1, 1, context.RequestAborted);

        // Of another department's inspection it is not said whether there is one.
        if (planned is not [{ } one] || one.Unit != id.Value)
            throw new RequestRefusedException(ErrorCatalogue.UnknownPlan, "", $"{plan}/{sequence}");
        var kind = engine.Rulebook.Catalogue.Kinds.Values.FirstOrDefault(
            each => each.Role == RecordRole.Inspection && PlaceFields.All(place => each.Fields.Any(field => field.Name == place)))
            ?? throw new RequestRefusedException(ErrorCatalogue.UnknownKind, "", "inspection");
        await looks.RecordAsync(one.Subject, Operation, plan);
        return (id, await results.FindAsync(stored, one, context.RequestAborted), kind);
    }

    private static IReadOnlyList<FieldDefinition> FieldsOf(RecordKind kind) =>
        [.. kind.Fields.Where(field => !PlaceFields.Contains(field.Name) && field.Type != FieldType.Codes)];

    private static RazorComponentResult<InspectionReturnPage> Form(
        SourceId source, string plan, InspectionResponse inspection, RecordKind kind, Dictionary<string, string> typed,
        IReadOnlyList<FieldError> errors) => Pages.Page<InspectionReturnPage>(
        new InspectionReturnModel(source.Value, plan, inspection, FieldsOf(kind), typed, errors),
        errors.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);

    private static FieldError ErrorOf(Rejection rejection, RecordKind kind)
    {
        var field = FieldsOf(kind).FirstOrDefault(each => rejection.Pointer == $"/data/{each.Name}")?.Name;
        return new FieldError(
            field is null ? "" : InspectionReturnModel.FieldBegin + field, new Text(rejection.Detail("zh"), rejection.Detail("en")));
    }

    private static byte[] LineOf(
        RecordId record, int revision, InspectionResponse inspection, string plan, RecordKind kind, Dictionary<string, string> typed)
    {
        using var line = new MemoryStream();
        using (var writer = new Utf8JsonWriter(line))
        {
            writer.WriteStartObject();
            writer.WriteString("id", record.Id);
            writer.WriteNumber("revision", revision);
            writer.WriteString("op", "put");
            writer.WriteString("subject", inspection.Subject);
            writer.WriteString("kind", kind.Name);
            writer.WriteStartObject("data");
            writer.WriteString("plan", plan);
            writer.WriteNumber("sequence", inspection.Sequence);
            foreach (var field in FieldsOf(kind).Where(field => typed.GetValueOrDefault(field.Name) is { Length: > 0 }))
            {
                var value = typed[field.Name];
                if (field.Type == FieldType.Integer
                    && int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
                    writer.WriteNumber(field.Name, number);
                else if (field.Type == FieldType.Boolean && value is "true" or "false")
                    writer.WriteBoolean(field.Name, value == "true");
                else
                    writer.WriteString(field.Name, value);
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return line.ToArray();
    }
}
