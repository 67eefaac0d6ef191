using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using CreditGrains.Api.Authorization;
using CreditGrains.Api.Commands;
using CreditGrains.Api.Errors;
using CreditGrains.Api.Limits;
using CreditGrains.Api.Policies;
using CreditGrains.Api.Requests;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Policies;
using CreditGrains.Engine;
using CreditGrains.Engine.Inspections;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CreditGrains.Api.Inspections;

/// <summary>Graded supervision (双随机、一公开): draw a plan, read and export it, see the results, repeat the draw.</summary>
internal static partial class InspectionEndpoints
{
    private const string Csv = "text/csv";
    /// <summary>The names of the columns, with the line's end.</summary>
    internal const string CsvHead = "plan,period,sequence,subject,name,grade,unit,result,inspectedOn\r\n";

    private const int UnitsMax = 1000;
    private const int SeedCharsMax = 200;
    private const int CsvPage = 500;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1").WithTags("inspections");
        group.MapGet("/inspection-plans", ListAsync).Require(AccessRules.InspectionRead).WithSummary("Inspection plans.");
        group.MapPost("/inspection-plans", DrawAsync).Require(AccessRules.InspectionDraw).AsCommand()
            .WithMetadata(new AcceptsBody(typeof(InspectionPlanBody), PolicyTexts.Json))
            .WithSummary("Draws a plan over all subjects by their grade under the policy in force; it never changes afterwards. "
                + "202 with where to ask for it when it takes long.");
        group.MapGet("/inspection-plans/{plan}", FindAsync).Require(AccessRules.InspectionRead)
            .WithSummary("A plan: seed, rules, numbers by grade; 202 with the progress while it is being drawn.");
        group.MapGet("/inspection-plans/{plan}/inspections", InspectionsAsync).Require(AccessRules.InspectionRead)
            .Within(capacities => capacities.Lists)
            .WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(InspectionPage), ["application/json", Csv]))
            .WithSummary("A plan's inspections with their results, by pages; with Accept: text/csv all of them as a file.");
        group.MapGet("/inspection-plans/{plan}:verify", VerifyAsync).Require(AccessRules.InspectionRead)
            .Within(capacities => capacities.JournalReads)
            .WithSummary("Repeats the draw from the journal and compares.");
    }

    private static async Task<Ok<InspectionPlanPage>> ListAsync(
        string? limit, string? cursor, HttpContext context, CreditEngine engine, Cursors cursors)
    {
        const string List = "inspection-plans";
        var size = Parameters.Limit(limit);
        var plans = await engine.Inspections.ListAsync(cursors.Read(List, cursor), size + 1, context.RequestAborted);
        return TypedResults.Ok(new InspectionPlanPage(
            [.. plans.Take(size).Select(InspectionPlanResponse.Of)], plans.Count > size ? cursors.Make(List, plans[size - 1].Id) : null));
    }

    /// <summary>The plan, or where to ask for it when drawing it takes longer than a request may.</summary>
    private static async Task<Results<Created<InspectionPlanResponse>, Accepted<InspectionDrawingResponse>>> DrawAsync(
        HttpContext context, CreditEngine engine, ApiOptions options)
    {
        var body = await JsonBody.ReadAsync<InspectionPlanBody>(context);
        var period = Word(body.Period, "/period", 32);
        var id = Word(body.Id ?? period, "/id", 64);
        var seed = body.Seed?.Trim() ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        if (seed.Length is 0 or > SeedCharsMax)
            throw new RequestRefusedException(ErrorCatalogue.OutOfRange, "/seed", $"1 to {SeedCharsMax} characters");
        if (engine.InspectionDrawings.IsFull(Caller.Of(context).Actor))
            throw new RequestRefusedException(ErrorCatalogue.TooManyRequests, "", "draws that wait or run");
        var begun = await engine.InspectionDrawings.BeginAsync(
            new InspectionCommand(id, period, seed, Units(body.Units ?? []), Caller.Of(context).Actor), context.RequestAborted)
            ?? await MadeAsync(id, context, engine) ?? throw new RequestRefusedException(ErrorCatalogue.PlanExists, "/id", id);
        var place = $"/v1/inspection-plans/{id}";
        try
        {
            await engine.InspectionDrawings.Jobs.WaitAsync(id)
                .WaitAsync(TimeSpan.FromMilliseconds(options.SimulationWaitMsMax), context.RequestAborted);
        }
        catch (TimeoutException)
        {
            return TypedResults.Accepted(place, InspectionDrawingResponse.Of(begun));
        }

        var plan = await engine.Inspections.FindAsync(id, context.RequestAborted)
            ?? throw NotDrawn(await engine.InspectionDrawings.Jobs.FindAsync(id, context.RequestAborted) ?? begun);
        return TypedResults.Created(place, InspectionPlanResponse.Of(plan));
    }

    /// <summary>The draw, if this very command has begun it before its answer was lost.</summary>
    private static async Task<InspectionDrawing?> MadeAsync(string id, HttpContext context, CreditEngine engine) =>
        await engine.InspectionDrawings.Jobs.FindAsync(id, context.RequestAborted) is { } drawing
        && drawing.Actor == Caller.Of(context).Actor && CommandOperation.Made(context, drawing.AskedAt) ? drawing : null;

    private static async Task<Results<Ok<InspectionPlanResponse>, Accepted<InspectionDrawingResponse>>> FindAsync(
        string plan, HttpContext context, CreditEngine engine)
    {
        // First the draw: it may come to its end between the two questions.
        var drawing = await engine.InspectionDrawings.Jobs.FindAsync(plan, context.RequestAborted);
        if (await engine.Inspections.FindAsync(plan, context.RequestAborted) is { } found)
            return TypedResults.Ok(InspectionPlanResponse.Of(found));
        return drawing switch
        {
            null => throw new RequestRefusedException(ErrorCatalogue.UnknownPlan, "", plan),
            { IsOpen: true } =>
                TypedResults.Accepted($"/v1/inspection-plans/{plan}", InspectionDrawingResponse.Of(drawing)),
            _ => throw NotDrawn(drawing),
        };
    }

    private static RequestRefusedException NotDrawn(InspectionDrawing drawing) =>
        new(ErrorCatalogue.PlanNotDrawn, "", drawing.Error ?? drawing.Id);

    private static async Task<IResult> InspectionsAsync(
        string plan, string? limit, string? cursor, HttpContext context, CreditEngine engine, Cursors cursors, InspectionResults results)
    {
        var found = await RequireAsync(plan, context, engine);
        if (context.Request.Headers.Accept is [{ } accept] && accept.StartsWith(Csv, StringComparison.OrdinalIgnoreCase))
            return TypedResults.Stream(
                output => WriteCsvAsync(found, output, context, engine, results), $"{Csv}; charset=utf-8", $"{found.Id}.csv");
        var list = $"inspections/{found.Id}";
        var size = Parameters.Limit(limit);
        var after = cursors.Read(list, cursor) is { } place ? int.Parse(place, CultureInfo.InvariantCulture) : 0;
        var page = await engine.Inspections.InspectionsAsync(found, after, size, context.RequestAborted);
        var items = new List<InspectionResponse>(page.Count);
        foreach (var planned in page)
            items.Add(await ShowAsync(found, planned, context, engine, results));
        var more = after + page.Count < found.Inspections;
        return TypedResults.Ok(new InspectionPage(
            found.Id, items, more ? cursors.Make(list, (after + page.Count).ToString(CultureInfo.InvariantCulture)) : null));
    }

    private static async Task<Ok<InspectionVerificationResponse>> VerifyAsync(
        string plan, string? purpose, HttpContext context, CreditEngine engine, ShownSubjects shown)
    {
        var found = await RequireAsync(plan, context, engine);
        var verified = await engine.Inspections.VerifyAsync(found, context.RequestAborted)
            ?? throw new RequestRefusedException(ErrorCatalogue.PolicyInvalid, "", found.PolicyVersion);
        await shown.RecordAsync(verified.Differences.SelectMany(each => each.Subjects), "inspection-verify", found.Id, context);
        var language = Language.Of(context);
        return TypedResults.Ok(new InspectionVerificationResponse(
            found.Id, verified.Matches, verified.CandidatesMatch, verified.CatalogueMatches,
            [.. verified.Differences.Select(difference => difference.Text.In(language))]));
    }

    /// <summary>One inspection; that somebody reads of its subject is recorded first (I9).</summary>
    private static async Task<InspectionResponse> ShowAsync(
        StoredPlan plan, PlannedInspection planned, HttpContext context, CreditEngine engine, InspectionResults results)
    {
        var caller = Caller.Of(context);
        await engine.Access.RecordAsync(
            caller.Actor, AccessPurpose.Of(context, caller), "inspection-plan", planned.Subject, plan.Id, context.RequestAborted);
        return await results.FindAsync(plan, planned, context.RequestAborted);
    }

    private static async Task WriteCsvAsync(
        StoredPlan plan, Stream output, HttpContext context, CreditEngine engine, InspectionResults results)
    {
        await using var writer = new StreamWriter(output, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), leaveOpen: true);
        await writer.WriteAsync(CsvHead);
        for (var after = 0; after < plan.Inspections;)
        {
            var page = await engine.Inspections.InspectionsAsync(plan, after, CsvPage, context.RequestAborted);
            foreach (var planned in page)
            {
                await writer.WriteAsync(CsvLine(plan, await ShowAsync(plan, planned, context, engine, results)));
            }

            if (page.Count == 0)
                break;
            after += page.Count;
        }
    }

    /// <summary>One inspection as a line with its end.</summary>
    internal static string CsvLine(StoredPlan plan, InspectionResponse row)
    {
        string?[] cells =
        [
            plan.Id, plan.Period, row.Sequence.ToString(CultureInfo.InvariantCulture), row.Subject, row.Name, row.Grade, row.Unit,
            row.Result, row.InspectedOn is { } date ? WireNames.Date(date) : null,
        ];
        return string.Join(',', cells.Select(Cell)) + "\r\n";
    }

    /// <summary>Quoted where it must be; what a spreadsheet would take for a formula begins with an apostrophe.</summary>
    private static string Cell(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return "";
        var safe = text[0] is '=' or '+' or '-' or '@' or '\t' or '\r' ? "'" + text : text;
        return safe.AsSpan().ContainsAny(",\"\r\n") ? $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : safe;
    }

    private static List<InspectionUnit> Units(IReadOnlyList<InspectionUnitResponse> given)
    {
        if (given.Count > UnitsMax)
            throw new RequestRefusedException(ErrorCatalogue.OutOfRange, "/units", $"at most {UnitsMax}");
        var units = new List<InspectionUnit>(given.Count);
        foreach (var (unit, place) in given.Select((unit, place) => (unit, place)))
        {
            if (string.IsNullOrWhiteSpace(unit.Id) || unit.Id.Length > 100 || unit.Id.Any(char.IsControl))
                throw new RequestRefusedException(ErrorCatalogue.InvalidParameter, $"/units/{place}/id", "1 to 100 characters");
            if (unit.Capacity < 0)
                throw new RequestRefusedException(ErrorCatalogue.OutOfRange, $"/units/{place}/capacity", "0 or more");
            if (units.Any(known => known.Id == unit.Id.Trim()))
                throw new RequestRefusedException(ErrorCatalogue.InvalidParameter, $"/units/{place}/id", "each unit once");
            units.Add(new InspectionUnit(unit.Id.Trim(), unit.Capacity));
        }

        return units;
    }

    private static string Word(string text, string pointer, int charsMax) =>
        text.Length <= charsMax && NameForm().IsMatch(text)
            ? text
            : throw new RequestRefusedException(
                ErrorCatalogue.InvalidParameter, pointer, $"1 to {charsMax} letters, digits, dots, hyphens, underscores");

    private static async Task<StoredPlan> RequireAsync(string plan, HttpContext context, CreditEngine engine) =>
        await engine.Inspections.FindAsync(plan, context.RequestAborted)
        ?? throw new RequestRefusedException(ErrorCatalogue.UnknownPlan, "", plan);

    [GeneratedRegex(@"^[0-9A-Za-z][0-9A-Za-z._-]*\z")]
    private static partial Regex NameForm();
}
