using System.Globalization;
using CreditGrains.Api.Authorization;
using CreditGrains.Api.Commands;
using CreditGrains.Api.Errors;
using CreditGrains.Api.Limits;
using CreditGrains.Api.Requests;
using CreditGrains.Domain.Errors;
using CreditGrains.Engine;
using CreditGrains.Engine.Measures;
using CreditGrains.Engine.Storage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CreditGrains.Api.Measures;

/// <summary>The implementers' work lists: measures to be applied and to be lifted, and done when.</summary>
internal static class MeasureTaskEndpoints
{
    private const string Operation = "measure-task";

    public static void Map(IEndpointRouteBuilder routes)
    {
        const string Tag = "measures";
        routes.MapGet("/v1/measures/tasks", ListAsync).Require(AccessRules.MeasureTasks).Within(capacities => capacities.Lists)
            .WithTags(Tag).WithSummary("Restraints and mandatory measures to be applied or lifted, the oldest first.");
        routes.MapPost("/v1/measures/tasks/{task}:done", EndAsync).Require(AccessRules.Check).AsCommand()
            .WithMetadata(new AcceptsBody(typeof(MeasureTaskDoneBody), "application/json"))
            .ProducesProblem(StatusCodes.Status409Conflict).WithTags(Tag)
            .WithSummary("Says that a measure was applied or lifted, and when.");
    }

    private static async Task<Ok<MeasureTaskPage>> ListAsync(
        string? implementer, string? limit, string? cursor, string? purpose, HttpContext context, CreditEngine engine, Cursors cursors,
        ShownSubjects shown)
    {
        if (implementer is { Length: > 200 })
            throw Parameters.Refused("implementer", "at most 200 characters");
        var size = Parameters.Limit(limit);
        var list = $"measure-tasks/{implementer}";
        var found = await engine.MeasureTasks.ListAsync(
            new MeasureTaskQuery(
                string.IsNullOrEmpty(implementer) ? null : implementer, PlaceOf(cursors.Read(list, cursor)), size + 1),
            context.RequestAborted);
        var page = found.Take(size).ToList();
        await shown.RecordAsync(page.Select(task => task.Subject), Operation, null, context);
        return TypedResults.Ok(new MeasureTaskPage(
            engine.Today, page.ConvertAll(task => Of(task, engine, Language.Of(context))),
            found.Count > size ? cursors.Make(list, TextOf(page[^1])) : null));
    }

    private static async Task<Ok<MeasureTaskResponse>> EndAsync(
        string task, string? purpose, HttpContext context, CreditEngine engine, ShownSubjects shown)
    {
        var body = await JsonBody.ReadAsync<MeasureTaskDoneBody>(context);
        if (body.Note is { Length: > MeasureTaskService.NoteCharsMax })
            throw new RequestRefusedException(ErrorCatalogue.TooLong, "/note", $"at most {MeasureTaskService.NoteCharsMax} characters");
        CommandText.Require(body.Note, "/note", engine, hasLines: true);
        if (ChangeOf(task) is not { } change || await engine.MeasureTasks.FindAsync(change, context.RequestAborted) is not { } found)
            throw new RequestRefusedException(ErrorCatalogue.UnknownTask);
        var on = DateOf(body.DoneOn) ?? engine.Today;
        if (on > engine.Today)
            throw new RequestRefusedException(ErrorCatalogue.DateInFuture, "/doneOn");
        if (on < found.Since)
            throw new RequestRefusedException(ErrorCatalogue.DateTooEarly, "/doneOn");
        await shown.RecordAsync([found.Subject], Operation, task, context);
        if (!await engine.MeasureTasks.EndAsync(change, on, body.Note, Caller.Of(context).Actor, context.RequestAborted))
            throw new RequestRefusedException(ErrorCatalogue.TaskDone);
        return TypedResults.Ok(Of(
            await engine.MeasureTasks.FindAsync(change, context.RequestAborted) ?? found, engine, Language.Of(context)));
    }

    internal static MeasureTaskResponse Of(MeasureTask task, CreditEngine engine, string language)
    {
        var measure = engine.Rulebook.Measures.GetValueOrDefault(task.Measure);
        return new MeasureTaskResponse(
            NameOf(task.Change), task.IsLift ? "lift" : "apply", task.Subject.Value, task.Measure, measure?.Title.In(language),
            measure is null ? null : WireNames.Of(measure.Class), measure?.Mandatory ?? false, measure?.Basis, task.Implementer, task.Since,
            task.Done?.On, task.Done?.Actor, task.Done?.Note);
    }

    private static string NameOf(ShardNumber change) =>
        string.Create(CultureInfo.InvariantCulture, $"MT-{change.Shard}-{change.Number}");

    internal static ShardNumber? ChangeOf(string name) => name.Split('-') is ["MT", var shard, var number]
        && int.TryParse(shard, NumberStyles.None, CultureInfo.InvariantCulture, out var of)
        && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var at) ? new ShardNumber(of, at) : null;

    internal static string TextOf(MeasureTask task) => string.Create(
        CultureInfo.InvariantCulture, $"{task.Since.DayNumber}|{task.Change.Shard}|{task.Change.Number}");

    internal static (DateOnly Since, ShardNumber Change)? PlaceOf(string? text) => text?.Split('|') is [var day, var shard, var number]
        ? (DateOnly.FromDayNumber(int.Parse(day, CultureInfo.InvariantCulture)), new ShardNumber(
            int.Parse(shard, CultureInfo.InvariantCulture), long.Parse(number, CultureInfo.InvariantCulture)))
        : null;

    private static DateOnly? DateOf(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        return DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            ? date : throw new RequestRefusedException(ErrorCatalogue.WrongType, "/doneOn", "YYYY-MM-DD");
    }
}
