namespace CreditGrains.Domain.Rulebooks;

/// <summary>An approval matter (事项): which measures and facts its check looks at, and what they lead to.</summary>
public sealed record Matter
{
    public required string Id { get; init; }

    public required LocalisedText Title { get; init; }

    /// <summary>Its stages, in order; empty where callers write what they like.</summary>
    public IReadOnlyList<MatterStage> Stages { get; init; } = [];

    /// <summary>Roles and departments that may ask.</summary>
    public Askers Askers { get; init; } = Askers.All;

    /// <summary>Purposes that fit the matter; empty for any.</summary>
    public IReadOnlyList<string> Purposes { get; init; } = [];

    /// <summary>Measures of the list that concern the matter, in order.</summary>
    public IReadOnlyList<string> Measures { get; init; } = [];

    /// <summary>Tried in order; the first that holds gives the outcome. The last has no condition.</summary>
    public required IReadOnlyList<OutcomeRule> Outcomes { get; init; }

    public string? Basis { get; init; }
}

/// <summary>One line of a matter: when it holds, the check's outcome.</summary>
/// <param name="Outcome">The outcome.</param>
/// <param name="When">The condition; null always holds.</param>
/// <param name="Reason">Reason shown to the approver.</param>
public sealed record OutcomeRule(CheckOutcome Outcome, OutcomeCondition? When, LocalisedText? Reason)
{
    /// <summary>Stages at which the line is tried; empty for all. A check that names no stage tries every line.</summary>
    public IReadOnlyList<string> Stages { get; init; } = [];

    /// <summary>Basis of the outcome; null for the matter's own basis.</summary>
    public string? Basis { get; init; }
}

/// <summary>All keys given must hold.</summary>
public sealed record OutcomeCondition
{
    /// <summary>One of the matter's measures of one of these classes is in force.</summary>
    public IReadOnlyList<MeasureClass>? MeasureClass { get; init; }

    /// <summary>One of these measures is in force.</summary>
    public IReadOnlyList<string>? Measure { get; init; }

    /// <summary>With the two above: only mandatory (or only optional) measures.</summary>
    public bool? Mandatory { get; init; }

    /// <summary>The local grade is one of these.</summary>
    public IReadOnlyList<string>? GradeIn { get; init; }

    /// <summary>The imported national grade is one of these.</summary>
    public IReadOnlyList<string>? NationalGradeIn { get; init; }

    /// <summary>A record that takes part matches and is live: not repaired, not disputed, not over.</summary>
    public RecordMatch? Record { get; init; }

    /// <summary>
    /// With <see cref="Record"/>: whether a disputed record counts too. An objection lifts every automatic measure (semantics, section 9);
    /// that a person looks at the case is none.
    /// </summary>
    public bool Disputed { get; init; }

    /// <summary>The registration status is one of these.</summary>
    public IReadOnlyList<string>? StatusIn { get; init; }

    /// <summary>Whether the subject is known at all.</summary>
    public bool? Known { get; init; }

    /// <summary>Whether a record of a registration kind takes part.</summary>
    public bool? Registered { get; init; }

    /// <summary>Whether a measure is one that the condition asks for.</summary>
    public bool AppliesTo(Measure measure) =>
        (Measure is null || Measure.Contains(measure.Id))
        && (MeasureClass is null || MeasureClass.Contains(measure.Class))
        && (Mandatory is null || Mandatory == measure.Mandatory);
}

/// <summary>Outcome of a check (semantics, section 8).</summary>
public enum CheckOutcome : byte
{
    Proceed = 0,
    FastTrack = 1,
    Review = 2,
    Stop = 3,
}
