using System.Text;
using CreditGrains.Api.Authorization;
using CreditGrains.Api.Commands;
using CreditGrains.Api.Errors;
using CreditGrains.Api.Limits;
using CreditGrains.Api.Requests;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine;
using CreditGrains.Engine.Storage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CreditGrains.Api.Feeds;

/// <summary>Rejected lines of a source: list, send again, dismiss.</summary>
internal static class QuarantineEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/sources/{source}/quarantine", ListAsync)
            .Require(AccessRules.Quarantine).Within(capacities => capacities.Lists).WithTags("feeds")
            .WithSummary("Lists rejected lines, oldest first: those that are open, or of the state named.");
        routes.MapPost("/v1/sources/{source}/quarantine/{number:long}:resubmit", ResubmitAsync)
            .Require(AccessRules.Resubmit).AsCommand().WithTags("feeds")
            .WithMetadata(new AcceptsBody(typeof(string), FeedBody.Array, FeedBody.Lines, AcceptsBody.Anything))
            .WithSummary("Sends a rejected line again: the body is the line put right, or empty to try it as it was kept.");
        routes.MapPost("/v1/sources/{source}/quarantine/{number:long}:dismiss", DismissAsync)
            .Require(AccessRules.Quarantine).AsCommand().WithTags("feeds")
            .WithSummary("Closes a rejected line without sending it again.");
    }

    private static async Task<Ok<QuarantinePage>> ListAsync(
        string source, string? state, string? limit, string? cursor, string? purpose, HttpContext context, CreditEngine engine,
        Cursors cursors, ShownSubjects shown)
    {
        var cancellation = context.RequestAborted;
        var language = Language.Of(context);
        var id = FeedEndpoints.ReadSource(source);
        var asked = string.IsNullOrEmpty(state) ? QuarantineState.Open : state;
        if (!QuarantineState.Filters.Contains(asked))
            throw Parameters.Refused("state", string.Join(", ", QuarantineState.Filters));
        var list = asked == QuarantineState.Open ? $"quarantine/{id.Value}" : $"quarantine/{id.Value}/{asked}";
        var after = cursors.Read(list, cursor) is { } place ? long.Parse(place, System.Globalization.CultureInfo.InvariantCulture) : 0;
        var size = Parameters.Limit(limit);
        var lines = new List<QuarantinedLine>();
        var bytes = new PageBytes();
        var more = true;
        while (more && lines.Count < size && !bytes.AreMany)
        {
            var few = Math.Min(PageBytes.Few, size - lines.Count);
            var found = await engine.Quarantine.ListAsync(id, after, few + 1, asked, cancellation);
            more = found.Count > few;
            foreach (var line in found.Take(few))
            {
                bytes.Add(line.Line?.Length ?? 0);
                lines.Add(line);
                after = line.Number;
            }
        }

        await shown.RecordAsync(
            lines.Select(line => shown.SubjectOf(line.Line)).OfType<SubjectId>(), "quarantine", id.Value, context);
        var page = lines.Select(line => new QuarantineLine(
            line.Number, line.RecordId, line.Code, Detail(line, language), line.Pointer,
            line.Line is null ? null : Encoding.UTF8.GetString(line.Line), line.At, line.State, line.ClosedBy,
            line.ClosedAt)).ToList();
        return TypedResults.Ok(new QuarantinePage(
            page, await engine.Store.Quarantine.CountAsync(id, cancellation),
            more ? cursors.Make(list, $"{page[^1].Number}") : null));
    }

    private static async Task<Ok<FeedAnswer>> ResubmitAsync(
        string source, long number, HttpContext context, ApiOptions options, QuarantineResubmission resubmission)
    {
        var sent = await ReadLineAsync(context.Request, options.Feed.LineBytesMax, context.RequestAborted);
        var receipt = await resubmission.SendAsync(
            FeedEndpoints.ReadSource(source), number, sent, Caller.Of(context).Actor, context.RequestAborted);
        return TypedResults.Ok(FeedAnswer.Of(receipt, Language.Of(context)));
    }

    private static async Task<NoContent> DismissAsync(
        string source, long number, HttpContext context, CreditEngine engine, TimeProvider time)
    {
        var closed = await engine.Store.Quarantine.CloseAsync(
            FeedEndpoints.ReadSource(source), [number], QuarantineState.Dismissed, Caller.Of(context).Actor, time.GetUtcNow(),
            context.RequestAborted);
        return closed == 1 ? TypedResults.NoContent() : throw new RequestRefusedException(ErrorCatalogue.UnknownQuarantineLine);
    }

    /// <summary>The store keeps the English sentence with what was found behind it; only the sentence has translations.</summary>
    internal static string Detail(QuarantinedLine line, string language) =>
        ErrorCatalogue.All.TryGetValue(line.Code, out var error) && error.Sentence.In("en") is var english
            && line.Detail.StartsWith(english, StringComparison.Ordinal)
            ? error.Sentence.In(language) + line.Detail[english.Length..]
            : line.Detail;

    private static async Task<byte[]> ReadLineAsync(HttpRequest request, int bytesMax, CancellationToken cancellation)
    {
        var bytes = await SmallBody.ReadAsync(request, bytesMax, cancellation);
        var text = bytes.AsSpan().Trim(" \t\r\n"u8);
        return text.StartsWith("["u8)
            ? throw new RequestRefusedException(ErrorCatalogue.WrongType, "", "one event, not an array")
            : text.ToArray();
    }
}
