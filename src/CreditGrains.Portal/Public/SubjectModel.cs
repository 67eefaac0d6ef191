using CreditGrains.Domain.Reports;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Public;

/// <summary>The public page of one organisation. The internal reference score and grade are nowhere in it.</summary>
/// <param name="Code">Its code.</param>
/// <param name="Name">By its registration; null where none is public.</param>
/// <param name="Registration">Registration; null where none is public.</param>
/// <param name="Status">Of the registration.</param>
/// <param name="AsOf">Legal date of the page.</param>
/// <param name="Grade">The national grade, imported; null where there is none in force.</param>
/// <param name="Sections">All sections of the report, or the one that was asked for.</param>
/// <param name="IsOneSection">Only one section was asked for, page by page.</param>
public sealed record SubjectModel(
    string Code, string? Name, PublicRecordModel? Registration, Text? Status, DateOnly AsOf, PublicGradeModel? Grade,
    IReadOnlyList<PublicSectionModel> Sections, bool IsOneSection);

/// <summary>A grade as its owner gave it.</summary>
/// <param name="Level">As its owner writes it.</param>
/// <param name="Owner">Owner, who gives it and answers for it.</param>
/// <param name="Title">Title.</param>
/// <param name="On">Date of the evaluation.</param>
public sealed record PublicGradeModel(string Level, Text Owner, Text Title, DateOnly? On);

/// <summary>A section.</summary>
/// <param name="Section">Which.</param>
/// <param name="Records">The records of the page, newest first.</param>
/// <param name="First">Number of the first of them, from 1.</param>
/// <param name="Total">How many records the section has.</param>
/// <param name="Page">Which page, from 1.</param>
/// <param name="IsLast">No page follows.</param>
public sealed record PublicSectionModel(
    ReportSection Section, IReadOnlyList<PublicRecordModel> Records, int First, int Total, int Page, bool IsLast);

/// <summary>A record.</summary>
/// <param name="Kind">Title of its kind.</param>
/// <param name="Source">Source that reported it.</param>
/// <param name="Id">The source's id.</param>
/// <param name="Date">Of the decision; publicity counts from it.</param>
/// <param name="Until">End of validity of what it says.</param>
/// <param name="PublicUntil">First day on which it is not published any longer by itself; null for without end.</param>
/// <param name="Severity">Its tier; null for none.</param>
/// <param name="IsDisputed">An objection is open.</param>
/// <param name="IsOver">The record is no longer valid.</param>
/// <param name="Fields">Its content, in catalogue order.</param>
public sealed record PublicRecordModel(
    Text Kind, string Source, string Id, DateOnly? Date, DateOnly? Until, DateOnly? PublicUntil, Text? Severity, bool IsDisputed,
    bool IsOver, IReadOnlyList<(Text Label, Text Value)> Fields);
