namespace CreditGrains.Client;

/// <summary>A page of policy versions in the order of their names.</summary>
/// <param name="InForce">The version in force now.</param>
/// <param name="Items">Versions.</param>
/// <param name="Next">Continues the list; null at its end.</param>
public sealed record PolicyPage(string InForce, IReadOnlyList<PolicyVersion> Items, string? Next);

/// <summary>One policy version (评价标准); what is not asked for is empty in lists.</summary>
public sealed record PolicyVersion
{
    public string Version { get; init; } = "";

    /// <summary><c>draft</c>, <c>approved</c>, <c>scheduled</c>, <c>active</c>, <c>superseded</c> or <c>withdrawn</c>.</summary>
    public string State { get; init; } = "";

    /// <summary>SHA-256 of the text in hex.</summary>
    public string Digest { get; init; } = "";

    public string Author { get; init; } = "";

    public DateTimeOffset CreatedAt { get; init; }

    public string? Note { get; init; }

    public PolicyDecision? Approval { get; init; }

    public PolicyDecision? Withdrawal { get; init; }

    /// <summary>Since when it is in force, was last in force, or will be; null for never.</summary>
    public DateTimeOffset? InForceFrom { get; init; }

    /// <summary>The text of <c>policy.yaml</c>.</summary>
    public string? Text { get; init; }

    /// <summary>For which the text does not load with the rulebook of now.</summary>
    public IReadOnlyList<PolicyMistake> Mistakes { get; init; } = [];

    /// <summary>The version that <see cref="Differences"/> compares with.</summary>
    public string? Against { get; init; }

    public IReadOnlyList<PolicyDifference> Differences { get; init; } = [];

    /// <summary>Steps with their actors, oldest first.</summary>
    public IReadOnlyList<PolicyStep> History { get; init; } = [];
}

/// <summary>Decision: actor, instant and reason.</summary>
public sealed record PolicyDecision(string Actor, DateTimeOffset At, string Reason);

/// <summary>One mistake of a policy's text.</summary>
public sealed record PolicyMistake(int Line, string Code, string Message, string Advice);

/// <summary>One change from one policy to another, in words.</summary>
public sealed record PolicyDifference(string Path, string? Old, string? New, string Text);

/// <summary>One step in the life of a version.</summary>
public sealed record PolicyStep(long Number, string Action, string Actor, DateTimeOffset At, string? Reason, string? Detail);

/// <summary>Result of reading a text.</summary>
public sealed record PolicyValidation(
    bool Valid, string? Version, IReadOnlyList<PolicyMistake> Mistakes, string Against, IReadOnlyList<PolicyDifference> Differences);

/// <summary>A version came into force or will.</summary>
public sealed record PolicyActivation(string Version, string State, DateTimeOffset At, string? Replaces, string? Recomputation);

/// <summary>From when a version is to be in force, and why.</summary>
/// <param name="At">Null for at once.</param>
/// <param name="Reason">Needed to roll back.</param>
/// <param name="ConfirmDowngrades">The number of subjects that go down, where a confirmation is asked for.</param>
public sealed record PolicyActivationCommand(DateTimeOffset? At = null, string? Reason = null, long? ConfirmDowngrades = null);

/// <summary>Why a step is taken.</summary>
internal sealed record StepReason(string Reason);
