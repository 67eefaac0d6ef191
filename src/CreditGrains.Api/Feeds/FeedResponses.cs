using System.Text.Json.Serialization;
using CreditGrains.Api.Requests;
using CreditGrains.Engine.Ingestion;

namespace CreditGrains.Api.Feeds;

/// <summary>The answer to a feed.</summary>
/// <param name="Token">A read <c>at-least</c> this reflects every accepted line.</param>
/// <param name="Accepted">Lines accepted.</param>
/// <param name="Duplicate">Lines known already with the same content.</param>
/// <param name="Stale">Lines older than what is known.</param>
/// <param name="Rejected">Lines refused; they are in the source's quarantine.</param>
/// <param name="Lines">Lines that were not accepted, and those with warnings; with <c>?lines=all</c> every line.</param>
/// <param name="Partial">True when more lines would have been listed.</param>
public sealed record FeedAnswer(
    string Token, long Accepted, long Duplicate, long Stale, long Rejected, IReadOnlyList<FeedLine> Lines,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Partial)
{
    internal static FeedAnswer Of(FeedReceipt receipt, string language) => new(
        receipt.Token.ToString(), receipt.Accepted, receipt.Duplicate, receipt.Stale, receipt.Rejected,
        [.. receipt.Lines.Select(line => FeedLine.Of(line, language))], receipt.Partial);
}

/// <summary>Outcome of one line.</summary>
/// <param name="Line">1-based number within the body.</param>
/// <param name="Id">The record's id, where it could be read.</param>
/// <param name="Revision">The revision, where it could be read.</param>
/// <param name="Outcome"><c>accepted</c>, <c>duplicate</c>, <c>stale</c> or <c>rejected</c>.</param>
/// <param name="Code">Why it was rejected.</param>
/// <param name="Detail">The same as a sentence.</param>
/// <param name="Pointer">JSON pointer to the field.</param>
/// <param name="Warnings">Warnings about a line that is not rejected.</param>
public sealed record FeedLine(
    long Line, string? Id, int? Revision, string Outcome,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Code,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Detail,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Pointer,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<FeedWarning>? Warnings)
{
    internal static FeedLine Of(LineOutcome line, string language) => new(
        line.Line, line.Id, line.Revision, WireNames.Of(line.Outcome), line.Rejection?.Code, line.Rejection?.Detail(language),
        line.Rejection?.Pointer, line.Warnings is null ? null : [.. line.Warnings.Select(warning => FeedWarning.Of(warning, language))]);
}

/// <summary>A doubt about a line that is not rejected for it.</summary>
/// <param name="Code">Code of the error catalogue.</param>
/// <param name="Detail">The same as a sentence.</param>
/// <param name="Pointer">JSON pointer to the field.</param>
public sealed record FeedWarning(string Code, string Detail, string Pointer)
{
    internal static FeedWarning Of(Domain.Errors.Rejection warning, string language) =>
        new(warning.Code, warning.Detail(language), warning.Pointer);
}

/// <summary>A page of a source's rejected lines, oldest first.</summary>
/// <param name="Items">The lines.</param>
/// <param name="Open">How many are open in all.</param>
/// <param name="Next">Cursor of the next page; null on the last.</param>
public sealed record QuarantinePage(IReadOnlyList<QuarantineLine> Items, long Open, string? Next);

/// <summary>One rejected line.</summary>
/// <param name="Number">Its number in the source's quarantine.</param>
/// <param name="Id">The record's id, where it could be read.</param>
/// <param name="Code">Why it was rejected.</param>
/// <param name="Detail">The same as a sentence.</param>
/// <param name="Pointer">JSON pointer to the field.</param>
/// <param name="Line">The line as received; null when it may not be kept (personal data), was too long, or is closed.</param>
/// <param name="At">When.</param>
/// <param name="State"><c>open</c>, <c>dismissed</c>, <c>resubmitted</c> or <c>superseded</c>: its record was taken in later.</param>
/// <param name="ClosedBy">By whom it was closed; null while it is open.</param>
/// <param name="ClosedAt">When it was closed.</param>
public sealed record QuarantineLine(
    long Number, string? Id, string Code, string Detail, string Pointer, string? Line, DateTimeOffset At, string State,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ClosedBy,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? ClosedAt);
