using CreditGrains.Domain.Rulebooks;

namespace CreditGrains.Domain.Reports;

/// <summary>
/// A credit report (公共信用信息报告): what the public may see of one organisation at one time, in the order of the national report, and
/// nothing else. No score and no grade of the platform's own is in it (发改办财金 2021版: facts only).
/// </summary>
/// <param name="Number">By which it is verified, <c>CR-</c>.</param>
/// <param name="At">Time of the enquiry, to the second, in the rulebook's time zone.</param>
/// <param name="AsOf">Legal date of everything in it.</param>
/// <param name="Issuer">Issuer.</param>
/// <param name="Rules">The rules by which it was made.</param>
/// <param name="Subject">The organisation.</param>
/// <param name="Grade">The national grade, imported; null where none is in force.</param>
/// <param name="Sections">The ten sections, in order.</param>
public sealed record CreditReport(
    string Number, DateTimeOffset At, DateOnly AsOf, string Issuer, ReportRules Rules, ReportSubject Subject, ReportGrade? Grade,
    IReadOnlyList<ReportPart> Sections);

/// <summary>The rules by which a report was made.</summary>
/// <param name="Rulebook">Id of the rulebook.</param>
/// <param name="Title">Its title.</param>
/// <param name="Digest">SHA-256 over it, in hex.</param>
/// <param name="Policy">Id of its policy.</param>
/// <param name="Version">Version of the policy in force.</param>
public sealed record ReportRules(string Rulebook, LocalisedText Title, string Digest, string Policy, string Version);

/// <summary>Organisation of a report.</summary>
/// <param name="Code">Its code.</param>
/// <param name="Name">By its public registration; null where none is public.</param>
/// <param name="Registration">Registration; null where none is public.</param>
public sealed record ReportSubject(string Code, string? Name, ReportRecord? Registration);

/// <summary>A grade that another owner gave.</summary>
/// <param name="Level">As its owner writes it.</param>
/// <param name="Title">Title of the grade.</param>
/// <param name="Owner">Owner, who gives it and answers for it.</param>
/// <param name="Date">Date of the evaluation.</param>
public sealed record ReportGrade(string Level, LocalisedText Title, LocalisedText Owner, DateOnly? Date);

/// <summary>A section of a report.</summary>
/// <param name="Section">Which.</param>
/// <param name="Total">How many records it has; 0 says that there is nothing for the period.</param>
/// <param name="Records">The newest of them, as many as a report shows.</param>
/// <param name="Suggestions">Only in the section of suggestions.</param>
public sealed record ReportPart(
    ReportSection Section, int Total, IReadOnlyList<ReportRecord> Records, IReadOnlyList<ReportSuggestion> Suggestions)
{
    public bool IsEmpty => Total == 0;

    /// <summary>How many are shown.</summary>
    public int Shown => Records.Count + Suggestions.Count;
}

/// <summary>A public record.</summary>
/// <param name="Source">Source that reported it.</param>
/// <param name="Id">The source's id.</param>
/// <param name="Kind">Its kind in the catalogue.</param>
/// <param name="Title">Title of the kind.</param>
/// <param name="Date">From which it is published.</param>
/// <param name="Until">End of validity of what it says; null for none.</param>
/// <param name="PublicUntil">First day on which it is not published any longer by itself; null for never.</param>
/// <param name="Severity"><c>minor</c>, <c>general</c>, <c>serious</c>; null for none.</param>
/// <param name="IsDisputed">An objection is open.</param>
/// <param name="IsOver">The record is no longer valid.</param>
/// <param name="Fields">Its content, in catalogue order.</param>
public sealed record ReportRecord(
    string Source, string Id, string Kind, LocalisedText Title, DateOnly? Date, DateOnly? Until, DateOnly? PublicUntil, string? Severity,
    bool IsDisputed, bool IsOver, IReadOnlyList<ReportField> Fields);

/// <summary>From when a published negative record may be repaired, by the clocks of the rules.</summary>
/// <param name="Source">Source that reported the record.</param>
/// <param name="Id">The source's id.</param>
/// <param name="Title">Title of its kind.</param>
/// <param name="From">First day on which a repair has effect; null where the rules set no shortest period.</param>
/// <param name="PublicUntil">Until then it is published otherwise; null for without end.</param>
public sealed record ReportSuggestion(string Source, string Id, LocalisedText Title, DateOnly? From, DateOnly? PublicUntil);
