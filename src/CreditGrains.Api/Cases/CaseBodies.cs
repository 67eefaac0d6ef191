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
/// <param name="Proofs">Digests of uploaded files; at most 5.</param>
public sealed record ObjectionBody(
    string Subject, CaseRecordBody Record, string Grounds, string? Statement = null,
    IReadOnlyDictionary<string, string>? Expected = null, bool Declaration = false, IReadOnlyList<string>? Proofs = null);

/// <summary>An application for the repair of records.</summary>
/// <param name="Subject">Subject of the records.</param>
/// <param name="Records">1 to 20.</param>
/// <param name="Statement">Statement of the repair; at most 4,000 characters.</param>
/// <param name="Declaration">That what is said is true.</param>
/// <param name="Route"><c>bankruptcy</c>, where a court has approved a plan; null for the usual way.</param>
/// <param name="Ruling">Of a bankruptcy: the number of the court's ruling; at most 100 characters.</param>
/// <param name="Origin">Of a repair that another site has made and that is taken over, by the platform or the records' source.</param>
/// <param name="Proofs">Digests of uploaded files; at most 5.</param>
public sealed record RepairBody(
    string Subject, IReadOnlyList<CaseRecordBody> Records, string? Statement = null, bool Declaration = false, string? Route = null,
    string? Ruling = null, CaseOriginBody? Origin = null, IReadOnlyList<string>? Proofs = null);

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
/// <c>rejected</c>; of a repair <c>granted</c> or <c>refused</c>; of a listing <c>listed</c> or <c>dropped</c>; of a declaration
/// <c>verified</c> or <c>refuted</c>; of a breach of contract <c>breached</c> (when left out) or <c>seriously-breached</c>.
/// </param>
/// <param name="Changes">Of a correction: every field with the value that it has and the one that it gets.</param>
/// <param name="Statement">To complete an application; of a hearing, what the organisation says.</param>
/// <param name="Measures">Of a notice before a listing: measures; those of the list where left out.</param>
/// <param name="DocumentNumber">Of the decision to list or to remove.</param>
/// <param name="Until">Of a listing: the first day off the list; the longest term where left out.</param>
/// <param name="Result">Of an assessment: <c>full</c>, <c>partial</c> or <c>none</c>.</param>
/// <param name="NotPerformed">Of an assessment: what was not performed; needed unless all was.</param>
/// <param name="Consequences">Of an assessment: what follows; the catalogue's liability where left out.</param>
/// <param name="Party">Of a contract: the party in breach.</param>
/// <param name="Grounds">Of a contract: why it is in breach.</param>
/// <param name="Basis">Decision or judgment that finds the breach, or shows a declaration to be untrue.</param>
/// <param name="Proofs">Digests of uploaded files; at most 5, in steps that take them.</param>
public sealed record CaseStepBody(
    string? Reason = null, bool? Upheld = null, CaseRecordBody? Record = null, string? Outcome = null,
    IReadOnlyList<CaseChangeBody>? Changes = null, string? Statement = null, IReadOnlyList<string>? Measures = null,
    string? DocumentNumber = null, DateOnly? Until = null, string? Result = null, string? NotPerformed = null, string? Consequences = null,
    string? Party = null, string? Grounds = null, string? Basis = null, IReadOnlyList<string>? Proofs = null);

/// <summary>One field of a correction; null or left out for no value.</summary>
public sealed record CaseChangeBody(string Field, JsonElement? Old = null, JsonElement? New = null);
