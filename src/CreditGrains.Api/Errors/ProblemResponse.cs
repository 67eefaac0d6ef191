using System.Text.Json.Serialization;

namespace CreditGrains.Api.Errors;

/// <summary>Problem details (RFC 9457) with our code.</summary>
/// <param name="Type"><c>urn:creditgrains:error:</c> and the code.</param>
/// <param name="Title">The fault, in a few words.</param>
/// <param name="Status">HTTP status.</param>
/// <param name="Detail">Advice.</param>
/// <param name="Code">Stable code of the error catalogue.</param>
/// <param name="Errors">The places.</param>
/// <param name="TraceId">For the operator.</param>
public sealed record ProblemResponse(
    string Type, string Title, int Status, string Detail, string Code, IReadOnlyList<ProblemPlace> Errors, string TraceId);

/// <summary>One place that is wrong.</summary>
/// <param name="Pointer">JSON pointer into the body, or <c>/query/…</c>.</param>
/// <param name="Detail">The fault there, in a sentence.</param>
/// <param name="Line">Line of the text at the pointer, from 1; left out where the place is no text of several lines.</param>
/// <param name="Code">Code of a mistake in a rulebook file; left out elsewhere.</param>
/// <param name="Advice">Advice about this place; left out where the problem's own detail says it.</param>
public sealed record ProblemPlace(
    string Pointer, string Detail, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Line = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Code = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Advice = null);
