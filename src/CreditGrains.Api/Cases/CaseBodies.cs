using System.Text.Json;

namespace CreditGrains.Api.Cases;

/// <summary>A record, by its source and the source's id.</summary>
public sealed record CaseRecordBody(string Source, string Id);

/// <summary>An objection to one record.</summary>
/// <param name="Subject">Subject of the record.</param>
/// <param name="Record">The record.</param>
/// <param name="Grounds">
/// <c>error</c>, <c>omission</c>, <c>duplicate</c>, <c>not-to-be-published</c>, <c>past-publicity</c> or <c>identity-mismatch</c>.
/// </param>
/// <param name="Statement">The fault, in words; at most 4,000 characters.</param>
/// <param name="Expected">Values that the record should have, by field.</param>
/// <param name="Declaration">That what is said is true.</param>
public sealed record ObjectionBody(
    string Subject, CaseRecordBody Record, string Grounds, string? Statement = null,
    IReadOnlyDictionary<string, string>? Expected = null, bool Declaration = false);

/// <summary>An application for the repair of records.</summary>
/// <param name="Subject">Subject of the records.</param>
/// <param name="Records">1 to 20.</param>
/// <param name="Statement">Statement of the repair; at most 4,000 characters.</param>
/// <param name="Declaration">That what is said is true.</param>
/// <param name="Route"><c>bankruptcy</c>, where a court has approved a plan; null for the usual way.</param>
/// <param name="Ruling">Of a bankruptcy: the number of the court's ruling; at most 100 characters.</param>
/// <param name="Origin">Of a repair that another site has made and that is taken over, by the platform or the records' source.</param>
public sealed record RepairBody(
    string Subject, IReadOnlyList<CaseRecordBody> Records, string? Statement = null, bool Declaration = false, string? Route = null,
    string? Ruling = null, CaseOriginBody? Origin = null);

/// <summary>Where a repair was made.</summary>
/// <param name="Site">Name or address of the site; 1 to 200 characters.</param>
/// <param name="Number">The number of its decision; 1 to 100 characters.</param>
/// <param name="RepairedOn">Date of its decision.</param>
public sealed record CaseOriginBody(string Site, string Number, DateOnly RepairedOn);

/// <summary>A later step; each takes what it needs.</summary>
/// <param name="Reason">Why; needed to answer, decide, extend, return and review. At most 4,000 characters.</param>
/// <param name="Upheld">The source's answer: whether the objection is right.</param>
/// <param name="Record">To decide on a repair: the record.</param>
/// <param name="Outcome">
/// Of an objection <c>corrected</c>, <c>supplemented</c>, <c>deleted</c>, <c>publicity-ended</c>, <c>removed-from-list</c> or
/// <c>rejected</c>; of a repair <c>granted</c> or <c>refused</c>.
/// </param>
/// <param name="Changes">Of a correction: every field with the value that it has and the one that it gets.</param>
/// <param name="Statement">To complete an application.</param>
public sealed record CaseStepBody(
    string? Reason = null, bool? Upheld = null, CaseRecordBody? Record = null, string? Outcome = null,
    IReadOnlyList<CaseChangeBody>? Changes = null, string? Statement = null);

/// <summary>One field of a correction; null or left out for no value.</summary>
public sealed record CaseChangeBody(string Field, JsonElement? Old = null, JsonElement? New = null);
