using CreditGrains.Domain.Reports;
using CreditGrains.Portal.Public;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Organisation;

/// <summary>Above each page of an organisation's file.</summary>
/// <param name="Code">Its code.</param>
/// <param name="Name">By its registration; null where none is known.</param>
/// <param name="Status">Likewise.</param>
/// <param name="IsActive">Its registration says that it is active.</param>
/// <param name="AsOf">Legal date of the page.</param>
public sealed record OrganisationHeadModel(string Code, string? Name, Text? Status, bool IsActive, DateOnly AsOf)
{
    /// <summary>The name, or that there is none.</summary>
    public Text Title => Name is { } name ? new Text(name, name) : HomeTexts.NoName;

    /// <summary>Title of a page of the file.</summary>
    public Text TitleOf(Text page)
    {
        ArgumentNullException.ThrowIfNull(page);
        return new Text($"{page.Zh}：{Title.Zh}", $"{page.En}: {Title.En}");
    }
}

/// <summary>The internal reference in short.</summary>
/// <param name="Score">Points with three places; null: not rated.</param>
/// <param name="Grade">Null: not rated.</param>
/// <param name="Policy">Name of the rules.</param>
/// <param name="Version">Their version.</param>
/// <param name="NextChange">First later date on which it changes without new entries; null for never.</param>
/// <param name="InspectionPercent">Share drawn for inspection; null for none set.</param>
/// <param name="InspectionsPerYear">At most so many.</param>
public sealed record ReferenceModel(
    string? Score, string? Grade, Text Policy, string Version, DateOnly? NextChange, decimal? InspectionPercent, int InspectionsPerYear);

/// <summary>The whole file.</summary>
/// <param name="Head">Header of the organisation's pages.</param>
/// <param name="Reference">Its internal evaluation.</param>
/// <param name="Registration">Fields of its registration; empty for none.</param>
/// <param name="Sections">All sections, or the one that was asked for.</param>
/// <param name="IsOneSection">Only one section was asked for, page by page.</param>
public sealed record FileModel(
    OrganisationHeadModel Head, ReferenceModel Reference, IReadOnlyList<(Text Label, Text Value)> Registration,
    IReadOnlyList<FileSectionModel> Sections, bool IsOneSection);

/// <summary>A section of the file.</summary>
/// <param name="Section">Which.</param>
/// <param name="Records">The records of the page, newest first.</param>
/// <param name="First">Number of the first of them, from 1.</param>
/// <param name="Total">How many records the section has.</param>
/// <param name="Page">Which page, from 1.</param>
/// <param name="IsLast">No page follows.</param>
public sealed record FileSectionModel(
    ReportSection Section, IReadOnlyList<FileRecordModel> Records, int First, int Total, int Page, bool IsLast);

/// <summary>A record with everything that is known of it.</summary>
/// <param name="Kind">Title of its kind.</param>
/// <param name="Source">Source that reports it.</param>
/// <param name="Id">The source's id.</param>
/// <param name="Revision">Its newest revision.</param>
/// <param name="Marks">Tier and states, each with a colour of tags.</param>
/// <param name="Fields">Its content in catalogue order; empty when withdrawn.</param>
/// <param name="Date">Of the decision.</param>
/// <param name="IsPublic">The public sees it.</param>
/// <param name="PublicUntil">First day on which it is not published any longer by itself; null for never.</param>
/// <param name="RepairableFrom">First day on which a repair has effect; null where nothing is to be repaired.</param>
/// <param name="IsRepairable">That day has come.</param>
/// <param name="ReceivedAt">When the platform learned of this revision.</param>
public sealed record FileRecordModel(
    Text Kind, string Source, string Id, int Revision, IReadOnlyList<(Text Label, string Colour)> Marks,
    IReadOnlyList<(Text Label, Text Value)> Fields, DateOnly? Date, bool IsPublic, DateOnly? PublicUntil, DateOnly? RepairableFrom,
    bool IsRepairable, DateTimeOffset? ReceivedAt)
{
    /// <summary>The organisation may object to it.</summary>
    public bool MayBeObjectedTo { get; init; }

    /// <summary>Its kind is one that is repaired, and it has not been.</summary>
    public bool MayBeRepaired { get; init; }
}

/// <summary>The evaluation in words.</summary>
/// <param name="Head">Header of the organisation's pages.</param>
/// <param name="Reference">In short.</param>
/// <param name="Parts">Headings with their sentences; each sentence with its details.</param>
public sealed record ExplanationModel(
    OrganisationHeadModel Head, ReferenceModel Reference,
    IReadOnlyList<(Text Heading, IReadOnlyList<ExplanationSentence> Sentences)> Parts);

/// <summary>A sentence in the language of the request, and the details below it.</summary>
public sealed record ExplanationSentence(string Text, IReadOnlyList<string> Details);

/// <summary>The measures in force, and those that an open objection to their cause keeps out of force.</summary>
/// <param name="Head">For whom.</param>
/// <param name="Measures">Those in force, in the order of the measure list.</param>
/// <param name="Suspended">The others, in the same order.</param>
/// <param name="IsCut">Only the oldest causes of a measure are named.</param>
public sealed record MeasuresModel(
    OrganisationHeadModel Head, IReadOnlyList<SubjectMeasureModel> Measures, IReadOnlyList<SubjectMeasureModel> Suspended, bool IsCut);

/// <summary>A measure of an organisation with its cause.</summary>
/// <param name="Title">Its title.</param>
/// <param name="Class">Class of the measure.</param>
/// <param name="Colour">Of the class's tag.</param>
/// <param name="IsMandatory">The measure must be applied.</param>
/// <param name="Content">Content of the measure.</param>
/// <param name="Basis">Law and article.</param>
/// <param name="Implementer">Authority that applies it.</param>
/// <param name="Cause">The record or grade that causes it.</param>
/// <param name="From">The cause's date.</param>
/// <param name="Until">First day on which it ends by itself; null where no date is set.</param>
/// <param name="SuspendedBy">The objection that keeps it out of force; null where it is in force.</param>
public sealed record SubjectMeasureModel(
    Text Title, Text Class, string Colour, bool IsMandatory, Text Content, string Basis, string Implementer, Text Cause, DateOnly? From,
    DateOnly? Until, Text? SuspendedBy);

/// <summary>A page of the events of an organisation, oldest first.</summary>
/// <param name="Head">Header of the organisation's pages.</param>
/// <param name="Events">The page.</param>
/// <param name="First">Address of the first page; null on it.</param>
/// <param name="Next">Address of the next page; null on the last.</param>
public sealed record TimelineModel(OrganisationHeadModel Head, IReadOnlyList<TimelineEventModel> Events, string? First, string? Next);

/// <summary>One event.</summary>
/// <param name="ReceivedAt">When the platform learned of it.</param>
/// <param name="What">First report, correction or withdrawal.</param>
/// <param name="Kind">Title of the record's kind.</param>
/// <param name="Date">Of the decision; null for the steps of a case.</param>
/// <param name="Source">Source that reported it.</param>
/// <param name="Id">The source's id.</param>
/// <param name="IsDestroyed">Its content was destroyed after its retention.</param>
public sealed record TimelineEventModel(
    DateTimeOffset ReceivedAt, Text What, Text Kind, DateOnly? Date, string Source, string Id, bool IsDestroyed);

/// <summary>A page of the looks at an organisation, newest first.</summary>
/// <param name="Head">Header of the organisation's pages.</param>
/// <param name="Looks">The page.</param>
/// <param name="First">Address of the first page; null on it.</param>
/// <param name="Next">Address of the next page; null on the last.</param>
public sealed record AccessLogModel(OrganisationHeadModel Head, IReadOnlyList<AccessModel> Looks, string? First, string? Next);

/// <summary>One look.</summary>
/// <param name="At">When.</param>
/// <param name="Actor">Actor, as the credentials say.</param>
/// <param name="Purpose">For what.</param>
/// <param name="Operation">Operation that was read.</param>
/// <param name="Reference">Number of a check, plan or case; null for none.</param>
public sealed record AccessModel(DateTimeOffset At, string Actor, Text Purpose, Text Operation, string? Reference);
