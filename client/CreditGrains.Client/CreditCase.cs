using System.Text.Json;

namespace CreditGrains.Client;

/// <summary>A case (办件): an objection, repair, list entry, commitment, declaration or contract.</summary>
public sealed record CreditCase
{
    /// <summary>Its number, for instance <c>MD-20261129-000001</c>.</summary>
    public required string Case { get; init; }

    /// <summary><c>objection</c>, <c>repair</c>, <c>listing</c>, <c>commitment</c>, <c>declaration</c> or <c>contract</c>.</summary>
    public required string Kind { get; init; }

    public required string Subject { get; init; }

    /// <summary>Where it stands today; docs/procedures.md has the states of each kind.</summary>
    public required string State { get; init; }

    public required DateOnly OpenedOn { get; init; }

    public DateOnly? ClosedOn { get; init; }

    public IReadOnlyList<CreditCaseRecord> Records { get; init; } = [];

    /// <summary>The department that acts, beside the sources of the records; null for none.</summary>
    public string? Body { get; init; }

    public string? Grounds { get; init; }

    public string? Statement { get; init; }

    public string? Outcome { get; init; }

    public string? Reason { get; init; }

    /// <summary>Facts that were asked for and that the steps have found, by name.</summary>
    public IReadOnlyDictionary<string, string> Facts { get; init; } = new Dictionary<string, string>();

    /// <summary>Measures that a notice before a listing names.</summary>
    public IReadOnlyList<string> Measures { get; init; } = [];

    /// <summary>The record that the case has made; null for none.</summary>
    public CreditCaseRecord? Made { get; init; }

    /// <summary>First day on which that record no longer holds; null for none.</summary>
    public DateOnly? Until { get; init; }

    /// <summary>Of a contract: whether the other party's file has its record; null for other kinds.</summary>
    public bool? Mirrored { get; init; }

    /// <summary>Of a contract: code of the error for which the other party's file has refused its record; null where it has not.</summary>
    public string? MirrorFault { get; init; }

    /// <summary>Day of the last decision; null where there is none, or a former build has made it.</summary>
    public DateOnly? DecidedOn { get; init; }

    /// <summary>Empty in lists.</summary>
    public IReadOnlyList<CreditCaseStep> Steps { get; init; } = [];

    public IReadOnlyList<CreditCaseDeadline> Deadlines { get; init; } = [];

    /// <summary>Files that its steps have brought.</summary>
    public IReadOnlyList<CreditCaseProof> Proofs { get; init; } = [];

    /// <summary>Reads with it reflect the case's last step.</summary>
    public required string Token { get; init; }
}

/// <summary>A record of a case.</summary>
/// <param name="Source">Its source.</param>
/// <param name="Id">The source's id.</param>
/// <param name="Outcome">Decision about it; null before one.</param>
/// <param name="Reason">Why.</param>
public sealed record CreditCaseRecord(string Source, string Id, string? Outcome = null, string? Reason = null);

/// <summary>A step that was taken.</summary>
/// <param name="Step">The step.</param>
/// <param name="State">The state after it.</param>
/// <param name="On">The legal date.</param>
/// <param name="At">When it was received.</param>
/// <param name="By">Actor.</param>
/// <param name="Role"><c>subject</c>, <c>source</c> or <c>platform</c>.</param>
/// <param name="Note">The reason given.</param>
public sealed record CreditCaseStep(string Step, string State, DateOnly On, DateTimeOffset At, string By, string Role, string? Note);

/// <summary>A deadline of a case.</summary>
/// <param name="Clock">Its name in <c>clocks.yaml</c>.</param>
/// <param name="Due">The last day on which it is met.</param>
/// <param name="Owner"><c>platform</c>, <c>subject</c>, or a source.</param>
/// <param name="State"><c>running</c>, <c>extended</c>, <c>met</c> or <c>overdue</c>.</param>
/// <param name="EndedOn">The day on which its owner acted; null while it runs.</param>
/// <param name="Basis">Law and article.</param>
public sealed record CreditCaseDeadline(
    string Clock, DateOnly Due, string Owner, string State, DateOnly? EndedOn = null, string? Basis = null);

/// <summary>Cases.</summary>
/// <param name="Items">The oldest deadline first; of one organisation, the newest first.</param>
/// <param name="Next">Cursor of the next page; null after the last.</param>
public sealed record CreditCasePage(IReadOnlyList<CreditCase> Items, string? Next);

/// <summary>Which cases are listed; everything null for all that are open.</summary>
/// <param name="State">Only in this state.</param>
/// <param name="Due">Only with a deadline on or before this day.</param>
/// <param name="Source">Only those in which this source takes part.</param>
/// <param name="Subject">All of one organisation, closed ones too.</param>
public sealed record CreditCaseFilter(string? State = null, DateOnly? Due = null, string? Source = null, string? Subject = null);

/// <summary>The kinds of case and where each is found.</summary>
public static class CreditCaseKinds
{
    private static readonly (string Kind, string Letters, string Collection)[] All =
    [
        ("objection", "YY", "objections"), ("repair", "XF", "repairs"), ("listing", "MD", "listings"), ("commitment", "CN", "commitments"),
        ("declaration", "SB", "declarations"), ("contract", "HT", "contracts"),
    ];

    /// <summary>Names of the kinds.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(each => each.Kind)];

    /// <summary>The place of a kind under <c>/v1</c>; null for no kind.</summary>
    public static string? CollectionOf(string kind) => All.FirstOrDefault(each => each.Kind == kind || each.Collection == kind).Collection;

    /// <summary>The place of a case under <c>/v1</c> by its number; null where that is none.</summary>
    public static string? CollectionOfCase(string number)
    {
        ArgumentNullException.ThrowIfNull(number);
        return All.FirstOrDefault(each => number.StartsWith(each.Letters + "-", StringComparison.Ordinal)).Collection;
    }
}
