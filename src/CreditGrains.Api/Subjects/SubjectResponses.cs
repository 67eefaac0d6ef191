using System.Text.Json;
using System.Text.Json.Serialization;

namespace CreditGrains.Api.Subjects;

/// <summary>A policy version.</summary>
public sealed record PolicyName(string Id, string Version);

/// <summary>A record's name.</summary>
public sealed record RecordName(string Source, string Id);

/// <summary>One subject at a glance. The score is a decimal string with three places.</summary>
/// <param name="Subject">Normalised code.</param>
/// <param name="Name">By its registration.</param>
/// <param name="Region">By its registration.</param>
/// <param name="Industry">By its registration.</param>
/// <param name="Status">By its registration.</param>
/// <param name="AsOf">Legal date of the assessment.</param>
/// <param name="Policy">The rules.</param>
/// <param name="Rated">False: no score, no grade.</param>
/// <param name="Score">Internal reference, not the national public credit grade.</param>
/// <param name="Grade">Likewise.</param>
/// <param name="NextChange">First later date on which the assessment changes with no new event; null for never.</param>
/// <param name="ExternalGrades">
/// Grades that others give, the national one among them: imported, kept apart with owner and date, never computed here.
/// </param>
/// <param name="Records">How many records are known, withdrawn ones included.</param>
/// <param name="Known">False when every record is withdrawn.</param>
/// <param name="Token">Position of the answer.</param>
public sealed record SubjectOverview(
    string Subject, string? Name, string? Region, string? Industry, string? Status, DateOnly AsOf, PolicyName Policy, bool Rated,
    string? Score, string? Grade, DateOnly? NextChange, IReadOnlyList<ExternalGradeResponse> ExternalGrades, int Records, bool Known,
    string Token)
{
    /// <summary>Early warnings that are on; left out where there is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<WarningResponse>? Warnings { get; init; }
}

/// <summary>An early warning (预警) that is on. No check and no measure looks at it.</summary>
/// <param name="Warning">Its id.</param>
/// <param name="Title">Its title.</param>
public sealed record WarningResponse(string Warning, string Title);

/// <summary>A grade that another owner gives.</summary>
/// <param name="Kind">The record kind, for instance <c>national-grade</c>.</param>
/// <param name="Title">The kind's title.</param>
/// <param name="Owner">Owner of the grade; null where the rulebook does not say.</param>
/// <param name="Level">The grade as its owner writes it.</param>
/// <param name="Date">Of the grade.</param>
/// <param name="Until">End of its validity; null for none.</param>
/// <param name="Record">The record it was imported with, and by whom.</param>
/// <param name="Disputed">An objection is open.</param>
public sealed record ExternalGradeResponse(
    string Kind, string Title, string? Owner, string? Level, DateOnly? Date, DateOnly? Until, RecordName Record, bool Disputed);

/// <summary>A page of a subject's records, newest first: of each its current revision.</summary>
public sealed record RecordsPage(string Subject, DateOnly AsOf, IReadOnlyList<RecordResponse> Items, string? Next, string Token);

/// <summary>One record with its content and marks.</summary>
/// <param name="Source">Source that reports it.</param>
/// <param name="Id">The source's id.</param>
/// <param name="Revision">Its newest revision.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Title">The kind's title.</param>
/// <param name="Date">Decision date.</param>
/// <param name="Until">End of validity.</param>
/// <param name="Severity"><c>minor</c>, <c>general</c>, <c>serious</c> or null.</param>
/// <param name="Withdrawn">The source took it back.</param>
/// <param name="Disputed">An objection is open.</param>
/// <param name="Suspended">The record takes no part until the objection's outcome.</param>
/// <param name="Repaired">The record has been repaired.</param>
/// <param name="ReceivedAt">When the platform learned of this revision.</param>
/// <param name="Data">The content; null when withdrawn.</param>
/// <param name="Repair">Notice of the right to repair it (两书同达); null where it is not to be repaired, or has been.</param>
public sealed record RecordResponse(
    string Source, string Id, int Revision, string Kind, string Title, DateOnly? Date, DateOnly? Until, string? Severity, bool Withdrawn,
    bool Disputed, bool Suspended, bool Repaired, DateTimeOffset? ReceivedAt, JsonElement? Data,
    RepairNoticeResponse? Repair = null);

/// <summary>The right to repair a record.</summary>
/// <param name="From">First day on which it can be repaired; null for any.</param>
/// <param name="Where">Where the organisation applies, in words of the rulebook; null where the rulebook does not say.</param>
public sealed record RepairNoticeResponse(DateOnly? From, string? Where);

/// <summary>A page of a subject's events in the order in which the platform learned of them.</summary>
public sealed record TimelinePage(string Subject, IReadOnlyList<TimelineEvent> Items, string? Next, string Token);

/// <summary>One event.</summary>
/// <param name="Source">Source that reported it.</param>
/// <param name="Id">The record.</param>
/// <param name="Revision">Its revision.</param>
/// <param name="Op"><c>put</c> or <c>withdraw</c>.</param>
/// <param name="Kind">The record's kind.</param>
/// <param name="Date">Decision date.</param>
/// <param name="ReceivedAt">When the platform learned of it.</param>
/// <param name="Token">The position: <c>knownAt</c> this, the event is the last one known.</param>
/// <param name="Data">The content; null for a withdrawal, for one that was destroyed, and for words that the caller may not read.</param>
/// <param name="Destroyed">The content was destroyed after its retention; the event stays.</param>
public sealed record TimelineEvent(
    string Source, string Id, int Revision, string Op, string Kind, DateOnly? Date, DateTimeOffset ReceivedAt, string Token,
    JsonElement? Data, bool Destroyed);

/// <summary>A page of a search, in order of code.</summary>
/// <param name="Items">Matches.</param>
/// <param name="Next">Cursor of the next page; null on the last.</param>
/// <param name="Token">Everything up to here is reflected.</param>
public sealed record SearchPage(IReadOnlyList<SubjectMatch> Items, string? Next, string Token);

/// <summary>One match.</summary>
public sealed record SubjectMatch(
    string Subject, string? Name, string? Region, string? Industry, string? Status, bool Rated, string? Score, string? Grade,
    DateOnly AsOf);

/// <summary>A page of the accesses to one subject, newest first.</summary>
public sealed record AccessLogPage(string Subject, IReadOnlyList<AccessResponse> Items, string? Next, string Token);

/// <summary>One access.</summary>
/// <param name="Number">Its number in the whole log.</param>
/// <param name="At">When.</param>
/// <param name="Actor">Actor.</param>
/// <param name="Purpose">For what.</param>
/// <param name="Operation">Operation that was read.</param>
/// <param name="Reference">Check number, where there is one.</param>
public sealed record AccessResponse(long Number, DateTimeOffset At, string Actor, string Purpose, string Operation, string? Reference);

/// <summary>An assessment in words.</summary>
public sealed record Explanation(string Subject, DateOnly AsOf, string Language, IReadOnlyList<string> Lines, string Token);
