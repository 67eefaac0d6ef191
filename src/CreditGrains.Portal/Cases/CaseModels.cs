using CreditGrains.Portal.Organisation;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Cases;

/// <summary>A case as its page shows it.</summary>
public sealed record CaseModel
{
    public required CaseHeadModel Head { get; init; }

    public required DateOnly? ClosedOn { get; init; }

    /// <summary>The organisation, or a source.</summary>
    public required Text FiledBy { get; init; }

    /// <summary>Of an objection.</summary>
    public required Text? Grounds { get; init; }

    public required string? Statement { get; init; }

    /// <summary>Of a list entry the facts of the department; else what the applicant says.</summary>
    public required Text StatementLabel { get; init; }

    /// <summary>Values that the record should have, by field.</summary>
    public required IReadOnlyList<(Text Label, Text Value)> Expected { get; init; }

    /// <summary>Whether the source agrees; null before it has answered.</summary>
    public required bool? Upheld { get; init; }

    public required string? Answer { get; init; }

    public required Text? Outcome { get; init; }

    public required string? Reason { get; init; }

    /// <summary>Day of that decision; null for none.</summary>
    public required DateOnly? DecidedOn { get; init; }

    /// <summary>The order to rectify, or to complete an application; null for none.</summary>
    public required (Text Label, string Note)? Order { get; init; }

    /// <summary>Of a list entry, commitment, declaration or contract.</summary>
    public required IReadOnlyList<(Text Label, Text Value)> Facts { get; init; }

    /// <summary>Measures that the notice before a list entry has named.</summary>
    public required IReadOnlyList<CaseMeasureModel> Measures { get; init; }

    /// <summary>The last day on which the organisation may be heard before it is put on a list; null where it is not awaited.</summary>
    public required DateOnly? HearingUntil { get; init; }

    /// <summary>Statement of the organisation on a list entry; null for nothing.</summary>
    public required string? Heard { get; init; }

    /// <summary>Of a contract that the other party's file lacks: why; null where it has it.</summary>
    public required Text? MirrorAwaited { get; init; }

    /// <summary>Those that it concerns, and the one that it has made.</summary>
    public required IReadOnlyList<CaseRecordModel> Records { get; init; }

    public required IReadOnlyList<CaseDeadlineModel> Deadlines { get; init; }

    /// <summary>Field-level old and new values.</summary>
    public required IReadOnlyList<(Text Field, Text Old, Text New)> Changes { get; init; }

    public required IReadOnlyList<CaseEffectModel> Effects { get; init; }

    /// <summary>Ruling of a court, decision of another site, end of a ban, where there are such.</summary>
    public required IReadOnlyList<(Text Label, string Value)> Further { get; init; }

    /// <summary>In the order in which they were taken.</summary>
    public required IReadOnlyList<CaseStepModel> Steps { get; init; }

    /// <summary>Files that steps have brought.</summary>
    public required IReadOnlyList<CaseProofModel> Proofs { get; init; }

    /// <summary>The steps that the person may take now.</summary>
    public required IReadOnlyList<CaseChoiceModel> Choices { get; init; }

    /// <summary>Effects of filing it, and the next step, in sentences; its deadlines beside them.</summary>
    public required IReadOnlyList<Text> Filed { get; init; }

    /// <summary>A step that the person has just taken; null for none.</summary>
    public Text? Done { get; init; }
}

/// <summary>Above each page of a case.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="State">Its state.</param>
/// <param name="StateColour">Of the state's tag.</param>
/// <param name="Subject">Code of the organisation.</param>
/// <param name="Name">Its name; null where none is known.</param>
/// <param name="OpenedOn">The day of filing.</param>
/// <param name="Above">The list that the case is reached from, for this person.</param>
public sealed record CaseHeadModel(
    string Number, Text Kind, Text State, string StateColour, string Subject, string? Name, DateOnly OpenedOn, string Above)
{
    public Text Title => CaseTexts.Case.With(Number);
}

/// <summary>A step that may be taken.</summary>
/// <param name="Step">Its name.</param>
/// <param name="Label">Of its link and button.</param>
/// <param name="Explanation">Its effect; null where the label says it.</param>
public sealed record CaseChoiceModel(string Step, Text Label, Text? Explanation);

/// <summary>A measure that an entry of a list brings.</summary>
/// <param name="Title">Its title.</param>
/// <param name="Content">Its content.</param>
/// <param name="Basis">Law and article.</param>
public sealed record CaseMeasureModel(Text Title, Text Content, string Basis);

/// <summary>A record of a case.</summary>
/// <param name="Source">Its source.</param>
/// <param name="Id">The source's id.</param>
/// <param name="Record">As it stands; null when it is not held any more.</param>
/// <param name="Outcome">Decision of its body; null before it, and for objections.</param>
/// <param name="Reason">Of that decision.</param>
public sealed record CaseRecordModel(string Source, string Id, FileRecordModel? Record, Text? Outcome, string? Reason);

/// <summary>A deadline of a case.</summary>
/// <param name="Title">Its title in the rulebook.</param>
/// <param name="Owner">Party that must act.</param>
/// <param name="From">Its first day, which does not count.</param>
/// <param name="Due">The last day on which it is met.</param>
/// <param name="Ended">When its owner acted; null while it runs.</param>
/// <param name="State">Running, due soon, overdue, met.</param>
/// <param name="Colour">Of the state's tag.</param>
/// <param name="Basis">Law and article.</param>
/// <param name="Extension">Why it was extended; null where it was not.</param>
public sealed record CaseDeadlineModel(
    Text Title, Text Owner, DateOnly From, DateOnly Due, DateOnly? Ended, Text State, string Colour, string Basis, string? Extension);

/// <summary>An effect of a case on a record.</summary>
/// <param name="Effect">Its words.</param>
/// <param name="Source">The record's source.</param>
/// <param name="Id">The record's id.</param>
/// <param name="On">Since when.</param>
/// <param name="NextRevision">The least revision of the source's next report; null for any.</param>
public sealed record CaseEffectModel(Text Effect, string Source, string Id, DateOnly On, int? NextRevision);

/// <summary>A step that was taken.</summary>
/// <param name="Step">Its words.</param>
/// <param name="At">When it was received.</param>
/// <param name="Role">In whose place.</param>
/// <param name="By">Actor; null where the person is not told who it was.</param>
/// <param name="Note">The reason given; null for none.</param>
/// <param name="Detail">Its decisions, and the entries they are on; empty for nothing.</param>
public sealed record CaseStepModel(Text Step, DateTimeOffset At, Text Role, string? By, string? Note, IReadOnlyList<Text> Detail);

/// <summary>A file of a case.</summary>
/// <param name="Name">As it was given; its number where the file is not for the person, as names may be those of people.</param>
/// <param name="Digest">Shown in its place; null where the name is.</param>
/// <param name="Kind">Type and size.</param>
/// <param name="Step">The step that brought it.</param>
/// <param name="On">Day of that step.</param>
/// <param name="Role">In whose place that was taken.</param>
/// <param name="Path">Where the person gets it; null where it is not for the person.</param>
public sealed record CaseProofModel(Text Name, string? Digest, string Kind, Text Step, DateOnly On, Text Role, string? Path);

/// <summary>A line of a list of cases.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Subject">Code of the organisation.</param>
/// <param name="Name">Its name; null where none is known.</param>
/// <param name="State">Its state.</param>
/// <param name="StateColour">Of the state's tag.</param>
/// <param name="OpenedOn">The day of filing.</param>
/// <param name="Outcome">Null while there is none.</param>
/// <param name="Deadline">The earliest running deadline; null for none.</param>
public sealed record CaseRowModel(
    string Number, Text Kind, string Subject, string? Name, Text State, string StateColour, DateOnly OpenedOn, Text? Outcome,
    CaseDeadlineModel? Deadline)
{
    /// <summary>Its matter; null where its kind says so.</summary>
    public Text? About { get; init; }

    /// <summary>The day by which a commitment or contract is to be performed; null for none.</summary>
    public string? DueOn { get; init; }

    /// <summary>A later deadline of the owner's own, where the shown one is the organisation's; null for none.</summary>
    public CaseDeadlineModel? Own { get; init; }

    /// <summary>First day on which what was decided holds no longer; null for none.</summary>
    public DateOnly? HoldsUntil { get; init; }

    /// <summary>First day on which an entry of a list may be removed early, while that has not come; null for none.</summary>
    public DateOnly? RemovableFrom { get; init; }

    /// <summary>The steps that the person may take now, in a list of cases in force: address and words.</summary>
    public IReadOnlyList<(string Path, Text Label)> Steps { get; init; } = [];
}

/// <summary>Cases of one organisation.</summary>
/// <param name="Head">For whom.</param>
/// <param name="Rows">The page, newest first.</param>
/// <param name="MayFile">Whether the person files for it.</param>
/// <param name="First">Address of the first page; null on it.</param>
/// <param name="Next">Address of the next page; null on the last.</param>
public sealed record OrganisationCasesModel(
    OrganisationHeadModel Head, IReadOnlyList<CaseRowModel> Rows, bool MayFile, string? First, string? Next);

/// <summary>Open cases, the oldest deadline first; or cases in force, those that end first before the others.</summary>
/// <param name="Source">Of one source; null for all.</param>
/// <param name="Filter">The filter in force.</param>
/// <param name="Owners">Owners of deadlines to choose from; empty where the list is one department's own.</param>
/// <param name="Opens">Cases that the person may open here: address and words.</param>
/// <param name="Rows">The page.</param>
/// <param name="First">Address of the first page; null on it.</param>
/// <param name="Next">Address of the next page; null on the last.</param>
public sealed record CaseDeskModel(
    string? Source, CaseDeskFilter Filter, IReadOnlyList<(string Value, Text Label)> Owners, IReadOnlyList<(string Path, Text Label)> Opens,
    IReadOnlyList<CaseRowModel> Rows, string? First, string? Next)
{
    public string Path => Source is { } source ? Hosting.PortalPaths.Source(source, "cases") : Hosting.PortalPaths.Cases;

    /// <summary>The two lists, the one that is shown among them.</summary>
    public IReadOnlyList<(string Path, Text Label)> Lists => [(Path, CaseTexts.ToHandle), (PathInForce, CaseTexts.InForce)];

    public string PathInForce => $"{Path}?show={CaseDeskFilter.InForce}";
}

/// <summary>Filters of the due list; empty for any.</summary>
/// <param name="Kind">Name of a kind.</param>
/// <param name="State">Name of a state.</param>
/// <param name="Due"><c>overdue</c>, <c>today</c>, <c>week</c>.</param>
/// <param name="Owner"><c>platform</c> or a source, by whose deadlines the list goes.</param>
/// <param name="Show">Empty for what is to be handled, or <see cref="InForce"/>.</param>
public sealed record CaseDeskFilter(string Kind, string State, string Due, string Owner = "", string Show = "")
{
    public const string InForce = "in-force";

    public bool IsInForce => Show == InForce;
}
