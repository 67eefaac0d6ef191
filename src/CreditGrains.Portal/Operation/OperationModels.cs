using CreditGrains.Domain.Policies;
using CreditGrains.Engine;
using CreditGrains.Engine.Inspections;
using CreditGrains.Engine.Jobs;
using CreditGrains.Engine.Recomputation;
using CreditGrains.Engine.Storage;
using CreditGrains.Api.Policies;
using CreditGrains.Portal.Components;
using CreditGrains.Portal.Forms;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Operation;

/// <summary>The operator's console.</summary>
/// <param name="Subjects">Organisations stored.</param>
/// <param name="Events">Events in the journal.</param>
/// <param name="Lag">Events that subject rows do not reflect yet.</param>
/// <param name="Shards">Number of shards.</param>
/// <param name="Warm">Organisations in memory.</param>
/// <param name="Dirty">Organisations to be written back.</param>
/// <param name="Unfolded">Events to be folded.</param>
/// <param name="WorkingSetBytes">Memory of the process.</param>
/// <param name="HeapBytes">Of it the managed heap.</param>
/// <param name="StartedAt">Start of the process.</param>
/// <param name="Policy">Version in force.</param>
/// <param name="Dashboard">Path of Orleans' dashboard; null where no cluster runs.</param>
/// <param name="Lagging">Shards that lag most.</param>
/// <param name="Volume">Lines by source, the greatest.</param>
/// <param name="Sources">All of the first sources.</param>
/// <param name="Nodes">Processes that live, with their shards.</param>
/// <param name="Copies">Copies of other nodes' organisations on this node; null where it stands alone.</param>
/// <param name="Jobs">The newest jobs of all kinds and nodes.</param>
/// <param name="Graded">The newest finished recomputation, whose matrix tells the grades; null for none.</param>
public sealed record ConsoleModel(
    long Subjects, long Events, long Lag, int Shards, int Warm, int Dirty, long Unfolded, long WorkingSetBytes, long HeapBytes,
    DateTimeOffset StartedAt, string Policy, string? Dashboard, IReadOnlyList<(int Shard, long Head, long Lag)> Lagging,
    IReadOnlyList<ChartBar> Volume, IReadOnlyList<(string Source, long Lines, long Rejected, DateTimeOffset LastSeen)> Sources,
    IReadOnlyList<TopologyNode> Nodes, CopyStatus? Copies, IReadOnlyList<JobStatus> Jobs, RecomputationRun? Graded)
{
    /// <summary>How many public pages are closed.</summary>
    public int ClosedPages { get; init; }
}

/// <summary>The operator's console while the store does not answer: what memory knows.</summary>
/// <param name="Since">Since when it has not.</param>
/// <param name="Warm">Organisations in memory, which checks are answered from.</param>
/// <param name="Dirty">Organisations to be written back.</param>
/// <param name="Unfolded">Events to be folded.</param>
/// <param name="StartedAt">Start of the process.</param>
/// <param name="Policy">Version in force.</param>
public sealed record StoreSilentModel(DateTimeOffset Since, int Warm, int Dirty, long Unfolded, DateTimeOffset StartedAt, string Policy);

/// <summary>Inspection plans, the newest first.</summary>
public sealed record PlansModel(IReadOnlyList<StoredPlan> Plans);

/// <summary>Recomputations, the newest first.</summary>
/// <param name="Runs">The newest ones.</param>
/// <param name="MayStart">The reader may start one.</param>
/// <param name="Reason">As typed.</param>
/// <param name="Errors">Mistakes; empty at first.</param>
public sealed record RunsModel(
    IReadOnlyList<RecomputationRun> Runs, bool MayStart, string Reason, IReadOnlyList<FieldError> Errors);

/// <summary>One recomputation.</summary>
/// <param name="Run">The run.</param>
/// <param name="MaySteer">The reader may pause, go on and cancel, and it is the newest.</param>
/// <param name="Reason">As typed.</param>
/// <param name="Errors">Mistakes; empty at first.</param>
public sealed record RunModel(RecomputationRun Run, bool MaySteer, string Reason, IReadOnlyList<FieldError> Errors);

/// <summary>Grades before and after.</summary>
/// <param name="Grades">In order; null for unrated.</param>
/// <param name="Counts">Organisations by grade before and after.</param>
public sealed record MatrixModel(IReadOnlyList<string?> Grades, IReadOnlyDictionary<(string Old, string New), long> Counts)
{
    internal static MatrixModel Of(IEnumerable<(string? Old, string? New, long Count)> moves)
    {
        var all = moves.ToList();
        var grades = all.SelectMany(move => new[] { move.Old, move.New }).Distinct()
            .OrderBy(grade => grade is null).ThenBy(grade => grade, StringComparer.Ordinal).ToList();
        return new MatrixModel(
            grades,
            all.GroupBy(move => (move.Old ?? "", move.New ?? "")).ToDictionary(group => group.Key, group => group.Sum(move => move.Count)));
    }

    /// <summary>How many go from one grade to another.</summary>
    public long Count(string? old, string? @new) => Counts.GetValueOrDefault((old ?? "", @new ?? ""));
}

/// <summary>All policy versions.</summary>
/// <param name="InForce">The one in force.</param>
/// <param name="Versions">A page of them, in the order of their names, with their state.</param>
/// <param name="MayDraft">The reader may draft.</param>
/// <param name="First">Address of the first page; null on it.</param>
/// <param name="Next">Address of the next page; null on the last.</param>
public sealed record PoliciesModel(
    string InForce, IReadOnlyList<(PolicySummaryResponse Version, PolicyState State)> Versions, bool MayDraft, string? First, string? Next);

/// <summary>One policy version.</summary>
/// <param name="Version">Everything about it.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Tag">Changes with each step; what a form decides on.</param>
/// <param name="Steps">Steps that the reader may make now.</param>
/// <param name="Typed">Fields as typed: reason, instant, confirmation.</param>
/// <param name="Done">Step that the reader has just made; null for none.</param>
/// <param name="Errors">Mistakes; empty at first.</param>
public sealed record PolicyModel(
    PolicyVersionResponse Version, PolicyState State, string Tag, IReadOnlyList<(string Action, Text Label)> Steps,
    (string Reason, string At, string Confirm) Typed, Text? Done, IReadOnlyList<FieldError> Errors);

/// <summary>The editor for a new version.</summary>
/// <param name="Text">As typed.</param>
/// <param name="Note">As typed.</param>
/// <param name="Mistakes">With line; empty when there is none or nothing was checked.</param>
/// <param name="Differences">Changes that it would bring, in words; null when nothing was checked.</param>
/// <param name="Against">The version compared with.</param>
/// <param name="Errors">Mistakes; empty at first.</param>
public sealed record PolicyEditModel(
    string Text, string Note, IReadOnlyList<MistakeResponse> Mistakes, IReadOnlyList<DifferenceResponse>? Differences, string Against,
    IReadOnlyList<FieldError> Errors);
