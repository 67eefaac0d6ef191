using System.Globalization;
using CreditGrains.Api.Authorization;
using CreditGrains.Api.Commands;
using CreditGrains.Api.Errors;
using CreditGrains.Api.Feeds;
using CreditGrains.Api.Limits;
using CreditGrains.Api.Policies;
using CreditGrains.Api.Requests;
using CreditGrains.Domain.Bulletins;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine;
using CreditGrains.Engine.Bulletins;
using CreditGrains.Engine.Storage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CreditGrains.Api.Bulletins;

/// <summary>Monthly bulletins and scorecards (双公示 通报). They are counted by the day's job; a question reads what it has written.</summary>
internal static class BulletinEndpoints
{
    private const string Csv = "text/csv";
    private const int NoteCharsMax = 1000;
    private const long CountMax = 1_000_000_000;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/bulletins").WithTags("bulletins");
        routes.MapGet("/v1/bulletins", ListAsync).Require(AccessRules.Statistics).WithTags("bulletins")
            .WithSummary("Bulletins by month, with the figures of all departments.");
        group.MapGet("/{month}", FindAsync).Require(AccessRules.Statistics)
            .WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(BulletinResponse), ["application/json", Csv]))
            .WithSummary("A month's bulletin: every department's figures; with Accept: text/csv as a file.");
        group.MapGet("/{month}/rows", RowsAsync).Require(AccessRules.Statistics).Within(capacities => capacities.Lists)
            .WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(BulletinRowPage), ["application/json", Csv]))
            .WithSummary("Rows behind a department's figures, by pages; with Accept: text/csv the page as a file.");
        group.MapPost("/{month}:issue", IssueAsync).Require(AccessRules.Operate).AsCommand()
            .WithMetadata(new AcceptsBody(typeof(ReasonBody), PolicyTexts.Json))
            .WithSummary("Issues a month's bulletin: nothing of it changes after that.");
        var sources = routes.MapGroup("/v1/sources/{source}").WithTags("bulletins");
        sources.MapGet("/scorecard", ScorecardAsync).Require(AccessRules.Quarantine)
            .WithSummary("A department's own figures of a month; of this month where none is named.");
        sources.MapGet("/scorecard/rows", OwnRowsAsync).Require(AccessRules.Quarantine).Within(capacities => capacities.Lists)
            .WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(BulletinRowPage), ["application/json", Csv]))
            .WithSummary("Rows behind a department's own figures, by pages.");
        sources.MapGet("/decision-counts/{month}", CountAsync).Require(AccessRules.Quarantine)
            .WithSummary("A department's own count of its decisions of a month.");
        sources.MapPut("/decision-counts/{month}", KeepCountAsync).Require(AccessRules.Quarantine).AsCommand()
            .WithMetadata(new AcceptsBody(typeof(DecisionCountBody), PolicyTexts.Json))
            .WithSummary("Says how many decisions a department counts itself, by kind: what its reporting rate is compared with.");
    }

    private static async Task<Ok<BulletinPage>> ListAsync(
        string? limit, string? cursor, HttpContext context, CreditEngine engine, Cursors cursors)
    {
        const string List = "bulletins";
        var size = Parameters.Limit(limit);
        var found = await engine.Bulletins.ListAsync(cursors.Read(List, cursor), size + 1, context.RequestAborted);
        return TypedResults.Ok(new BulletinPage(
            [.. found.Take(size).Select(bulletin => BulletinResponse.Of(bulletin, null))],
            found.Count > size ? cursors.Make(List, found[size - 1].Month) : null));
    }

    private static async Task<IResult> FindAsync(string month, HttpContext context, CreditEngine engine)
    {
        var bulletin = await RequireAsync(month, context, engine);
        if (AsksCsv(context))
            return Results.Text(BulletinCsv.Of(bulletin), $"{Csv}; charset=utf-8");
        return TypedResults.Ok(BulletinResponse.Of(bulletin, await engine.Bulletins.CorrectionsAsync(month, context.RequestAborted)));
    }

    private static async Task<IResult> RowsAsync(
        string month, string? department, string? @class, string? limit, string? cursor, HttpContext context, CreditEngine engine,
        Cursors cursors)
    {
        if (string.IsNullOrEmpty(department))
            throw new RequestRefusedException(ErrorCatalogue.Required, "/query/department");
        return await PageAsync(await RequireAsync(month, context, engine), department, @class, limit, cursor, context, engine, cursors);
    }

    private static async Task<IResult> OwnRowsAsync(
        string source, string? month, string? @class, string? limit, string? cursor, HttpContext context, CreditEngine engine,
        Cursors cursors) => await PageAsync(
        await RequireAsync(MonthOf(month, engine), context, engine), FeedEndpoints.ReadSource(source).Value, @class, limit, cursor, context,
        engine, cursors);

    private static async Task<IResult> PageAsync(
        Bulletin bulletin, string department, string? @class, string? limit, string? cursor, HttpContext context, CreditEngine engine,
        Cursors cursors)
    {
        var wanted = string.IsNullOrEmpty(@class) ? null : @class;
        if (wanted is not null && !BulletinClasses.All.Contains(wanted))
            throw Parameters.Refused("class", string.Join(", ", BulletinClasses.All));
        var list = $"bulletin-rows/{bulletin.Month}/{department}/{wanted}";
        var after = cursors.Read(list, cursor) is { } place ? long.Parse(place, CultureInfo.InvariantCulture) : 0;
        var (rows, next) = await engine.Bulletins.RowsAsync(
            bulletin, department, wanted, after, Parameters.Limit(limit), context.RequestAborted);
        var more = next is { } number ? cursors.Make(list, number.ToString(CultureInfo.InvariantCulture)) : null;
        if (!AsksCsv(context))
            return TypedResults.Ok(new BulletinRowPage(bulletin.Month, department, [.. rows.Select(BulletinRowResponse.Of)], more));
        if (more is not null)
            context.Response.Headers["Credit-Next"] = more;
        return Results.Text(BulletinCsv.Of(rows), $"{Csv}; charset=utf-8");
    }

    private static async Task<Ok<BulletinResponse>> IssueAsync(string month, HttpContext context, CreditEngine engine)
    {
        var body = await JsonBody.ReadAsync<ReasonBody>(context);
        if (Bounded(body.Reason, "/reason") is not { } reason)
            throw new RequestRefusedException(ErrorCatalogue.Required, "/reason");
        try
        {
            var (outcome, bulletin) = await engine.Bulletins.IssueAsync(
                month, Caller.Of(context).Actor, reason, context.RequestAborted);
            return outcome switch
            {
                BulletinIssue.Issued => TypedResults.Ok(BulletinResponse.Of(bulletin!, BulletinCorrections.None)),
                BulletinIssue.AlreadyIssued => throw new RequestRefusedException(ErrorCatalogue.BulletinIssued, "", month),
                BulletinIssue.NotOver => throw new RequestRefusedException(ErrorCatalogue.BulletinNotOver, "", month),
                BulletinIssue.NotCounted => throw new RequestRefusedException(ErrorCatalogue.BulletinNotCounted, "", month),
                _ => throw new RequestRefusedException(ErrorCatalogue.UnknownBulletin, "", month),
            };
        }
        catch (WriteConflictException)
        {
            throw new RequestRefusedException(ErrorCatalogue.BulletinNotCounted, "", month);
        }
    }

    private static async Task<Ok<ScorecardResponse>> ScorecardAsync(
        string source, string? month, HttpContext context, CreditEngine engine)
    {
        var department = FeedEndpoints.ReadSource(source).Value;
        var asked = MonthOf(month, engine);
        var bulletin = await engine.Bulletins.FindAsync(asked, context.RequestAborted);
        var score = bulletin?.Departments.FirstOrDefault(each => each.Source == department)?.Score ?? new DepartmentScore();
        return TypedResults.Ok(new ScorecardResponse(
            department, asked, bulletin is null ? "none" : bulletin.IsIssued ? "issued" : "open", bulletin?.CountedOn,
            ScoreResponse.Of(score)));
    }

    private static async Task<Ok<DecisionCountResponse>> CountAsync(string source, string month, HttpContext context, CreditEngine engine)
    {
        var department = FeedEndpoints.ReadSource(source);
        var known = await engine.Bulletins.OwnCountAsync(MonthOf(month, engine), department, context.RequestAborted);
        return TypedResults.Ok(Shown(department, month, known));
    }

    private static async Task<Ok<DecisionCountResponse>> KeepCountAsync(
        string source, string month, HttpContext context, CreditEngine engine)
    {
        var department = FeedEndpoints.ReadSource(source);
        var asked = MonthOf(month, engine);
        var body = await JsonBody.ReadAsync<DecisionCountBody>(context);
        var counts = body.Counts ?? new Dictionary<string, long>();
        if (counts.Count is 0 or > BulletinService.OwnCountsMax)
            throw new RequestRefusedException(ErrorCatalogue.OutOfRange, "/counts", $"1 to {BulletinService.OwnCountsMax} kinds");
        foreach (var (kind, count) in counts)
        {
            if (!engine.Rulebook.Catalogue.Kinds.ContainsKey(kind))
                throw new RequestRefusedException(ErrorCatalogue.UnknownKind, $"/counts/{kind}");
            if (count is < 0 or > CountMax)
                throw new RequestRefusedException(ErrorCatalogue.OutOfRange, $"/counts/{kind}", $"0 to {CountMax}");
        }

        var note = Bounded(body.Note, "/note");
        try
        {
            if (!await engine.Bulletins.KeepOwnCountAsync(
                asked, department, counts, note, Caller.Of(context).Actor, context.RequestAborted))
                throw new RequestRefusedException(ErrorCatalogue.BulletinIssued, "", asked);
        }
        catch (WriteConflictException)
        {
            throw new RequestRefusedException(ErrorCatalogue.BulletinNotCounted, "", asked);
        }

        return TypedResults.Ok(Shown(
            department, asked, await engine.Bulletins.OwnCountAsync(asked, department, context.RequestAborted)));
    }

    private static DecisionCountResponse Shown(SourceId department, string month, DecisionCount? known) =>
        new(department.Value, month, known?.Counts ?? new Dictionary<string, long>(), known?.Note, known?.At);

    /// <summary>A text without white space around it; null for none.</summary>
    private static string? Bounded(string? text, string pointer)
    {
        var trimmed = text?.Trim();
        if (trimmed?.Length > NoteCharsMax)
            throw new RequestRefusedException(ErrorCatalogue.TooLong, pointer, $"at most {NoteCharsMax} characters");
        return string.IsNullOrEmpty(trimmed) ? null : trimmed;
    }

    private static string MonthOf(string? month, CreditEngine engine)
    {
        if (string.IsNullOrEmpty(month))
            return BulletinMonth.Of(engine.Today);
        return BulletinMonth.Parse(month) is null ? throw Parameters.Refused("month", "2026-11") : month;
    }

    private static async Task<Bulletin> RequireAsync(string month, HttpContext context, CreditEngine engine) =>
        BulletinMonth.Parse(month) is null ? throw Parameters.Refused("month", "2026-11")
            : await engine.Bulletins.FindAsync(month, context.RequestAborted)
                ?? throw new RequestRefusedException(ErrorCatalogue.UnknownBulletin, "", month);

    private static bool AsksCsv(HttpContext context) =>
        context.Request.Headers.Accept is [{ } accept] && accept.StartsWith(Csv, StringComparison.OrdinalIgnoreCase);
}
