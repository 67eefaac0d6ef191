namespace CreditGrains.Domain.Rulebooks;

/// <summary>
/// How long records of one severity are published (公示期): one version of the rule, for records decided while it was valid, in its place
/// and its sector. A record keeps the version under which it was decided, unless a later one says otherwise (<see cref="Transition"/>).
/// </summary>
public sealed record PublicityTier
{
    /// <summary>False: not published at all.</summary>
    public bool Published { get; init; } = true;

    /// <summary>Repair may end publicity after this many months.</summary>
    public int MinMonths { get; init; }

    /// <summary>Publicity ends by itself after this many months.</summary>
    public int MaxMonths { get; init; }

    /// <summary>The day from which both periods count.</summary>
    public PublicityAnchor Anchor { get; init; }

    /// <summary>First day on which records decided fall under it; null for from the beginning.</summary>
    public DateOnly? ValidFrom { get; init; }

    /// <summary>Last day on which records decided fall under it; null for without end.</summary>
    public DateOnly? ValidUntil { get; init; }

    /// <summary>Where it applies; null for everywhere.</summary>
    public string? Place { get; init; }

    /// <summary>Name among <see cref="Clocks.Sectors"/>; goes before the versions without one. Null for all sectors.</summary>
    public string? Sector { get; init; }

    /// <summary>Effect on records decided before <see cref="ValidFrom"/>.</summary>
    public PublicityTransition Transition { get; init; }

    public required string Basis { get; init; }
}
