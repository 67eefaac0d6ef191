using System.Globalization;
using CreditGrains.Api.Authorization;
using CreditGrains.Api.Limits;
using CreditGrains.Api.Requests;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine;
using CreditGrains.Engine.Storage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CreditGrains.Api.Operations;

/// <summary>
/// Lists for an incident, over all organisations: what one reader has looked at, and what one source has reported. Each organisation that a
/// page names finds it in its own access log (I9).
/// </summary>
internal static class IncidentEndpoints
{
    private const int NameCharsMax = 256;
    private const string Operation = "incident";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/access-log", ByActorAsync).Require(AccessRules.IncidentRead).Within(capacities => capacities.JournalReads)
            .WithTags("operations").WithSummary(
                "What one reader (actor) has looked at from an instant until another, over all organisations, the oldest first. A page may "
                + "come with fewer entries than asked for, or none, while next leads on.");
        routes.MapGet("/v1/sources/{source}/reported", BySourceAsync).Require(AccessRules.IncidentRead)
            .Within(capacities => capacities.JournalReads).WithTags("operations").WithSummary(
                "What one source has reported since an instant, over all organisations, by shard and position. A page may come with fewer "
                + "events than asked for, or none, while next leads on.");
    }

    private static async Task<Ok<ActorAccessResponse>> ByActorAsync(
        string? actor, string? from, string? until, string? limit, string? cursor, string? purpose, HttpContext context,
        CreditEngine engine, Cursors cursors, ShownSubjects shown, TimeProvider time)
    {
        if (actor is not { Length: > 0 and <= NameCharsMax })
            throw Parameters.Refused("actor", $"1 to {NameCharsMax} characters");
        var since = Require("from", from);
        var size = Parameters.Limit(limit);
        var list = $"by-actor\n{actor}\n{since:O}\n{until}";
        var (end, after) = PlaceOf(cursors.Read(list, cursor), until, time);
        var page = await engine.ActorAccesses.ReadAsync(
            actor, since, end, after is [var number] ? number : null, size, context.RequestAborted);
        await shown.RecordAsync(page.Items.Select(entry => entry.Subject), Operation, actor, context);
        return TypedResults.Ok(new ActorAccessResponse(
            actor, since, end,
            [
                .. page.Items.Select(entry => new ActorAccessEntry(
                    entry.Number, entry.At, entry.Subject.Value, entry.Purpose, entry.Operation, entry.Reference)),
            ],
            page.Next is { } next ? cursors.Make(list, Place(end, next)) : null));
    }

    private static async Task<Ok<ReportedResponse>> BySourceAsync(
        string source, string? since, string? until, string? limit, string? cursor, string? purpose, HttpContext context,
        CreditEngine engine, Cursors cursors, ShownSubjects shown, TimeProvider time)
    {
        if (source.Length > NameCharsMax)
            throw Parameters.Refused("source", $"at most {NameCharsMax} characters");
        var begin = Require("since", since);
        var size = Parameters.Limit(limit);
        var list = $"by-source\n{source}\n{begin:O}\n{until}";
        var (end, after) = PlaceOf(cursors.Read(list, cursor), until, time);
        var page = await engine.ReportedEvents.ReadAsync(
            new SourceId(source), begin, end, after is [var shard, var position] ? new ShardNumber((int)shard, position) : null, size,
            context.RequestAborted);
        await shown.RecordAsync(page.Items.Select(entry => entry.Subject), Operation, source, context);
        return TypedResults.Ok(new ReportedResponse(
            source, begin, end,
            [
                .. page.Items.Select(entry => new ReportedEvent(
                    entry.Shard, entry.Position, entry.ReceivedAt, entry.Subject.Value, entry.Kind, entry.Record.Id, entry.Revision,
                    entry.Op == EventOp.Put ? "put" : "withdraw", entry.Actor)),
            ],
            page.Next is { } next ? cursors.Make(list, Place(end, next.Shard, next.Number)) : null));
    }

    private static DateTimeOffset Require(string name, string? text) =>
        text is not null && Parameters.Instant(text) is { } instant ? instant : throw Parameters.Refused(name, "an instant");

    /// <summary>The end of the interval stays that of the first page, so that a list ends though readers go on.</summary>
    private static string Place(DateTimeOffset until, params long[] numbers) =>
        string.Join(' ', numbers.Prepend(until.UtcTicks).Select(number => number.ToString(CultureInfo.InvariantCulture)));

    private static (DateTimeOffset Until, long[] After) PlaceOf(string? place, string? until, TimeProvider time)
    {
        if (place is null)
            return (string.IsNullOrEmpty(until) ? time.GetUtcNow() : Require("until", until), []);
        var numbers = Array.ConvertAll(place.Split(' '), number => long.Parse(number, CultureInfo.InvariantCulture));
        return (new DateTimeOffset(numbers[0], TimeSpan.Zero), numbers[1..]);
    }
}

/// <summary>Reads of one person.</summary>
/// <param name="Actor">The reader.</param>
/// <param name="From">The first instant.</param>
/// <param name="Until">The instant after the last.</param>
/// <param name="Items">The oldest first.</param>
/// <param name="Next">Cursor of the next page; null where there is none.</param>
public sealed record ActorAccessResponse(
    string Actor, DateTimeOffset From, DateTimeOffset Until, IReadOnlyList<ActorAccessEntry> Items, string? Next);

/// <summary>One access.</summary>
/// <param name="Number">Its number in the access log.</param>
/// <param name="At">When.</param>
/// <param name="Subject">About whom.</param>
/// <param name="Purpose">For what.</param>
/// <param name="Operation">Operation, for instance <c>check</c>.</param>
/// <param name="Reference">Number of the check or case, or the matter.</param>
public sealed record ActorAccessEntry(
    long Number, DateTimeOffset At, string Subject, string Purpose, string Operation, string? Reference);

/// <summary>Reports of one source.</summary>
/// <param name="Source">The source.</param>
/// <param name="Since">The first instant of receipt.</param>
/// <param name="Until">The instant after the last.</param>
/// <param name="Items">By shard and position.</param>
/// <param name="Next">Cursor of the next page; null where there is none.</param>
public sealed record ReportedResponse(
    string Source, DateTimeOffset Since, DateTimeOffset Until, IReadOnlyList<ReportedEvent> Items, string? Next);

/// <summary>An accepted event, without its content.</summary>
/// <param name="Shard">Its shard.</param>
/// <param name="Position">Its position there.</param>
/// <param name="ReceivedAt">When it was received.</param>
/// <param name="Subject">The organisation.</param>
/// <param name="Kind">Kind of the record.</param>
/// <param name="Id">Id of the record, as the source named it.</param>
/// <param name="Revision">Its revision.</param>
/// <param name="Op"><c>put</c> or <c>withdraw</c>.</param>
/// <param name="Actor">Sender, as the credentials said.</param>
public sealed record ReportedEvent(
    int Shard, long Position, DateTimeOffset ReceivedAt, string Subject, string Kind, string Id, int Revision, string Op, string Actor);
