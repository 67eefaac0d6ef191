using System.Globalization;
using CreditGrains.Api.Authorization;
using CreditGrains.Api.Commands;
using CreditGrains.Api.Errors;
using CreditGrains.Api.Limits;
using CreditGrains.Api.Requests;
using CreditGrains.Domain.Errors;
using CreditGrains.Engine;
using CreditGrains.Engine.Checks;
using CreditGrains.Engine.Storage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CreditGrains.Api.Checks;

/// <summary>
/// Feedback on checks (联合奖惩案例回传) by those who asked them, once for each measure and correctable, and the reminders of what is to come.
/// </summary>
internal static class FeedbackEndpoints
{
    private const string Json = "application/json";
    private const string Reminders = "check-reminders";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/checks/{number}").WithTags("checks");
        group.MapPost("/feedback", GiveAsync).Require(AccessRules.Check).AsCommand().Within(capacities => capacities.Assessments)
            .WithMetadata(new AcceptsBody(typeof(FeedbackBody), Json)).Produces<FeedbackItem>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .WithSummary("Says what was done with a measure that one's own check has shown; once for each measure.");
        group.MapPut("/feedback/{measure}", CorrectAsync).Require(AccessRules.Check).AsCommand()
            .Within(capacities => capacities.Assessments)
            .WithMetadata(new AcceptsBody(typeof(FeedbackCorrectionBody), Json)).Produces<FeedbackItem>()
            .ProducesProblem(StatusCodes.Status412PreconditionFailed)
            .WithSummary("Corrects feedback of one's own; every revision is kept. If-Match names the revision that it is made on.");
        group.MapGet("/feedback", ReadAsync).Require(AccessRules.CheckAgain).Within(capacities => capacities.Lists)
            .WithSummary("What was done with the measures of a check, with every revision, and what is to come.");
        routes.MapGet("/v1/check-reminders", ListAsync).Require(AccessRules.CheckReminders).Within(capacities => capacities.Lists)
            .WithTags("checks")
            .WithSummary("Mandatory measures of checks of which nothing was fed back yet, the oldest deadline first.");
    }

    internal static FeedbackItem Of(StoredFeedback feedback, CreditEngine engine, IReadOnlyList<FeedbackItem>? former = null) => new(
        feedback.Measure, feedback.Revision, feedback.Action, feedback.Amount?.ToString("0.######", CultureInfo.InvariantCulture),
        feedback.Note, feedback.ActedOn, TimeZoneInfo.ConvertTime(feedback.At, engine.Rulebook.TimeZone), feedback.Actor,
        feedback.Department, former);

    internal static PendingFeedbackItem Of(PendingFeedback pending, DateOnly today) => new(
        pending.Check, pending.Measure, pending.Subject.Value, pending.Matter, pending.Stage,
        pending.Owner.StartsWith('@') ? null : pending.Owner, pending.AskedOn,
        pending.Due == DateOnly.MaxValue ? null : pending.Due, pending.Due < today);

    private static async Task<Created<FeedbackItem>> GiveAsync(
        string number, string? purpose, HttpContext context, CheckReading reading, CreditEngine engine)
    {
        var check = await reading.FindOwnAsync(number, "check-feedback", context);
        var body = await JsonBody.ReadAsync<FeedbackBody>(context);
        var given = await WriteAsync(
            check, body.Measure, new FeedbackCorrectionBody(body.Action, body.Amount, body.Note, body.ActedOn), null, context, engine);
        return TypedResults.Created($"/v1/checks/{number}/feedback", given);
    }

    private static async Task<Ok<FeedbackItem>> CorrectAsync(
        string number, string measure, string? purpose, HttpContext context, CheckReading reading, CreditEngine engine)
    {
        var check = await reading.FindOwnAsync(number, "check-feedback", context);
        var body = await JsonBody.ReadAsync<FeedbackCorrectionBody>(context);
        return TypedResults.Ok(await WriteAsync(check, measure, body, RevisionOf(context.Request), context, engine));
    }

    private static async Task<FeedbackItem> WriteAsync(
        AccessEntry check, string measure, FeedbackCorrectionBody body, int? correction, HttpContext context, CreditEngine engine)
    {
        var caller = Caller.Of(context);
        if (body.Note is { Length: > FeedbackService.NoteCharsMax })
        {
            throw new RequestRefusedException(
                ErrorCatalogue.TooLong, "/note", $"at most {FeedbackService.NoteCharsMax} characters");
        }

        CommandText.Require(body.Note, "/note", engine, hasLines: true);
        var result = await engine.Feedback.GiveAsync(
            check,
            new FeedbackCommand(
                measure, body.Action, AmountOf(body.Amount), body.Note, DateOf(body.ActedOn), caller.Actor, caller.Source, correction),
            context.RequestAborted);
        if (result.Feedback is not { } given)
            throw new RequestRefusedException(result.Rejection!);
        context.Response.Headers.ETag = TagOf(given.Revision);
        return Of(given, engine);
    }

    private static async Task<Ok<FeedbackResponse>> ReadAsync(
        string number, string? purpose, HttpContext context, CheckReading reading, CreditEngine engine)
    {
        var check = await reading.FindAsync(number, "check-feedback", context);
        var given = await engine.Feedback.ReadAsync(number, context.RequestAborted);
        var pending = await engine.Feedback.PendingOfAsync(number, context.RequestAborted);
        var items = given.GroupBy(each => each.Measure, StringComparer.Ordinal).Select(revisions =>
        {
            var all = revisions.ToList();
            return Of(all[^1], engine, all.SkipLast(1).Select(each => Of(each, engine)).ToList());
        });
        return TypedResults.Ok(new FeedbackResponse(
            number, check.Subject.Value, check.Receipt!.Matter, check.Receipt.Stage, [.. items],
            [.. pending.Select(each => Of(each, engine.Today))]));
    }

    /// <summary>Auditors and operators see all, and may ask for one department's; everybody else what is theirs.</summary>
    private static async Task<Ok<PendingFeedbackPage>> ListAsync(
        string? department, string? due, string? limit, string? cursor, string? purpose, HttpContext context, CreditEngine engine,
        Cursors cursors, ShownSubjects shown)
    {
        var caller = Caller.Of(context);
        var size = Parameters.Limit(limit);
        var until = Parameters.Date("due", due);
        var owner = string.IsNullOrEmpty(department) ? null : department;
        if (!caller.IsAny(Roles.Auditor | Roles.Operator))
        {
            var own = PendingFeedback.OwnerOf(caller.Source, caller.Actor);
            if (owner is not null && owner != own)
                throw new RequestRefusedException(ErrorCatalogue.Forbidden);
            owner = own;
        }

        var list = $"{Reminders}/{owner}/{due}";
        var found = await engine.Feedback.PendingAsync(
            new PendingFeedbackQuery(owner, until, PlaceOf(cursors.Read(list, cursor)), size + 1), context.RequestAborted);
        var page = found.Take(size).ToList();
        await shown.RecordAsync(page.Select(each => each.Subject), Reminders, null, context);
        return TypedResults.Ok(new PendingFeedbackPage(
            engine.Today, page.ConvertAll(each => Of(each, engine.Today)),
            found.Count > size ? cursors.Make(list, TextOf(page[^1])) : null));
    }

    private static string TextOf(PendingFeedback place) =>
        string.Create(CultureInfo.InvariantCulture, $"{place.Due.DayNumber}|{place.Check}|{place.Measure}");

    private static (DateOnly Due, string Check, string Measure)? PlaceOf(string? text) =>
        text?.Split('|', 3) is [var day, var check, var measure]
            ? (DateOnly.FromDayNumber(int.Parse(day, CultureInfo.InvariantCulture)), check, measure) : null;

    private static string TagOf(int revision) => string.Create(CultureInfo.InvariantCulture, $"\"{revision}\"");

    /// <summary>The revision that <c>If-Match</c> names; 0 where any will do.</summary>
    private static int RevisionOf(HttpRequest request)
    {
        if (request.Headers.IfMatch is not [{ Length: > 0 } tag] || tag == "*")
            return 0;
        return int.TryParse(tag.Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var revision) && revision > 0
            ? revision : throw new RequestRefusedException(ErrorCatalogue.PreconditionFailed);
    }

    private static decimal? AmountOf(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        return decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount)
            ? amount : throw new RequestRefusedException(ErrorCatalogue.WrongType, "/amount", "a decimal, 0 or more");
    }

    private static DateOnly? DateOf(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        return DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            ? date : throw new RequestRefusedException(ErrorCatalogue.WrongType, "/actedOn", "YYYY-MM-DD");
    }
}
