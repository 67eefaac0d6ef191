using System.Text.Json.Serialization;
using CreditGrains.Domain.Policies;
using CreditGrains.Domain.Rulebooks;

namespace CreditGrains.Api.Policies;

/// <summary>A page of policy versions in the order of their names.</summary>
/// <param name="InForce">The version in force now.</param>
/// <param name="Items">Versions.</param>
/// <param name="Next">Cursor of the next page; null on the last.</param>
public sealed record PolicyPage(string InForce, IReadOnlyList<PolicySummaryResponse> Items, string? Next);

/// <summary>One policy version at a glance.</summary>
/// <param name="Version">As its text names it.</param>
/// <param name="State"><c>draft</c>, <c>approved</c>, <c>scheduled</c>, <c>active</c>, <c>superseded</c> or <c>withdrawn</c>.</param>
/// <param name="Digest">SHA-256 of the text in hex.</param>
/// <param name="Author">Author.</param>
/// <param name="CreatedAt">When it was handed in.</param>
/// <param name="Note">Note of the author.</param>
/// <param name="Approval">By the second person.</param>
/// <param name="Withdrawal">Taken back for good.</param>
/// <param name="InForceFrom">Since when it is in force, was last in force, or will be; null for never.</param>
public sealed record PolicySummaryResponse(
    string Version, string State, string Digest, string Author, DateTimeOffset CreatedAt, string? Note, DecisionResponse? Approval,
    DecisionResponse? Withdrawal, DateTimeOffset? InForceFrom);

/// <summary>Decision: actor, instant and reason.</summary>
public sealed record DecisionResponse(string Actor, DateTimeOffset At, string Reason)
{
    internal static DecisionResponse? Of(PolicyDecision? decision) =>
        decision is null ? null : new DecisionResponse(decision.Actor, decision.At, decision.Reason);
}

/// <summary>One policy version with everything about it.</summary>
public sealed record PolicyVersionResponse
{
    public required string Version { get; init; }

    public required string State { get; init; }

    public required string Digest { get; init; }

    public required string Author { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required string? Note { get; init; }

    public required DecisionResponse? Approval { get; init; }

    public required DecisionResponse? Withdrawal { get; init; }

    public required DateTimeOffset? InForceFrom { get; init; }

    /// <summary>The text of <c>policy.yaml</c>.</summary>
    public required string Text { get; init; }

    /// <summary>Everything for which the text does not load with the rulebook of now; empty when it does.</summary>
    public required IReadOnlyList<MistakeResponse> Mistakes { get; init; }

    /// <summary>The version that <see cref="Differences"/> compares with.</summary>
    public required string Against { get; init; }

    /// <summary>Changes from that version to this one, in words.</summary>
    public required IReadOnlyList<DifferenceResponse> Differences { get; init; }

    /// <summary>Result of the last simulation against a version in force; null when there was none.</summary>
    public required EffectResponse? Effect { get; init; }

    /// <summary>Steps with their actors, oldest first.</summary>
    public required IReadOnlyList<PolicyStepResponse> History { get; init; }
}

/// <summary>One mistake of a policy's text.</summary>
public sealed record MistakeResponse(int Line, string Code, string Message, string Advice)
{
    internal static MistakeResponse Of(RulebookMistake mistake) => new(mistake.Line, mistake.Code, mistake.Message, mistake.Advice);
}

/// <summary>One change from one policy to another.</summary>
public sealed record DifferenceResponse(string Path, string? Old, string? New, string Text)
{
    internal static DifferenceResponse Of(PolicyDifference difference, string language) =>
        new(difference.Path, difference.Old, difference.New, difference.Text.In(language));
}

/// <summary>Result of a version's simulation, as far as its activation asks for it.</summary>
/// <param name="Against">The version it was compared with.</param>
/// <param name="Subjects">Subjects looked at.</param>
/// <param name="Population">All subjects.</param>
/// <param name="Downgrades">Subjects that go down a grade; estimated for a sample.</param>
/// <param name="DownPercent">Their share.</param>
/// <param name="DownPercentHigh">Its upper bound at 95 %; the same for a simulation of all.</param>
/// <param name="AsOf">The day of an activation for which it counts; null for none.</param>
/// <param name="At">When it was made; it counts for seven days.</param>
public sealed record EffectResponse(
    string Against, long Subjects, long Population, long Downgrades, double DownPercent, double DownPercentHigh, DateOnly? AsOf,
    DateTimeOffset? At)
{
    internal static EffectResponse Of(SimulatedEffect effect) => new(
        effect.Against, effect.Compared, effect.Population, effect.Downgrades, Math.Round(effect.DownShare.Percent, 3),
        Math.Round(effect.DownShare.HighPercent, 3), effect.AsOf, effect.At);
}

/// <summary>One step in the life of a version.</summary>
/// <param name="Number">Of the event, over all control documents.</param>
/// <param name="Action">
/// <c>draft</c>, <c>approve</c>, <c>activate</c>, <c>schedule</c>, <c>roll-back</c>, <c>cancel</c> or <c>withdraw</c>.
/// </param>
/// <param name="Actor">Actor.</param>
/// <param name="At">When.</param>
/// <param name="Reason">Why.</param>
/// <param name="Detail">Detail of the step.</param>
public sealed record PolicyStepResponse(
    long Number, string Action, string Actor, DateTimeOffset At, string? Reason, string? Detail);

/// <summary>Result of reading a text.</summary>
/// <param name="Valid">Whether it loads.</param>
/// <param name="Version">The version that it names; null when it does not load.</param>
/// <param name="Mistakes">All of them.</param>
/// <param name="Against">The version in force.</param>
/// <param name="Differences">Changes from that one; empty when the text does not load.</param>
public sealed record PolicyValidation(
    bool Valid, string? Version, IReadOnlyList<MistakeResponse> Mistakes, string Against, IReadOnlyList<DifferenceResponse> Differences);

/// <summary>A version came into force or will.</summary>
/// <param name="Version">Which.</param>
/// <param name="State">Where it stands now.</param>
/// <param name="At">From when.</param>
/// <param name="Replaces">The version in force until then.</param>
/// <param name="Recomputation">The run that recomputes all subjects, where one has begun; else null: it begins by itself.</param>
public sealed record ActivationResponse(
    string Version, string State, DateTimeOffset At, string? Replaces,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Recomputation);
