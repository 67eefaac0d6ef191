using CreditGrains.Domain.Records;

namespace CreditGrains.Domain.Rulebooks;

/// <summary>Publicity tiers, retention and procedural deadlines, each with its legal basis.</summary>
public sealed record Clocks
{
    public static readonly Clocks Empty = new();

    /// <summary>
    /// By severity, the versions of each tier in the order of the file; a tiered record of a severity without a tier, or decided on a day
    /// for which there is no version, is not published.
    /// </summary>
    public IReadOnlyDictionary<Severity, IReadOnlyList<PublicityTier>> Publicity { get; init; } =
        new Dictionary<Severity, IReadOnlyList<PublicityTier>>();

    /// <summary>Sources by the sector (领域) for which versions of a tier may be given; a source is in one sector at most.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Sectors { get; init; } =
        new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Years for which a record may be used, by kind; <c>*</c> for all others.</summary>
    public IReadOnlyDictionary<string, Retention> Retention { get; init; } = new Dictionary<string, Retention>();

    /// <summary>Retention of a kind of record: its own, else that of all others; null where records are kept without end.</summary>
    public Retention? RetentionOf(string kind) => Retention.GetValueOrDefault(kind) ?? Retention.GetValueOrDefault("*");

    public IReadOnlyList<ProceduralDeadline> Deadlines { get; init; } = [];

    /// <summary>The place whose deadlines go before the general ones; null for none.</summary>
    public string? Place { get; init; }

    /// <summary>Whether a disputed record can be kept out of everything until the outcome.</summary>
    public Suspension Suspension { get; init; } = Suspension.Handler;

    /// <summary>Rules of repair: the place to apply, and what follows false materials.</summary>
    public RepairRules Repair { get; init; } = new(null, null);
}

/// <summary>Rules of repair beside its deadlines.</summary>
/// <param name="Ban">After false materials; null for none.</param>
/// <param name="Where">Where an organisation applies, for the notice of its rights; null where it is not said.</param>
public sealed record RepairRules(RepairBan? Ban, LocalisedText? Where);

/// <summary>No further application after false materials.</summary>
/// <param name="Years">1 to 30.</param>
/// <param name="Basis">Law and article.</param>
public sealed record RepairBan(int Years, string Basis);

/// <summary>A switch of the rulebook: whether an objection may suspend the record it concerns.</summary>
public enum Suspension : byte
{
    /// <summary>The handler of the objection decides.</summary>
    Handler = 0,

    /// <summary>Never.</summary>
    Never = 1,

    /// <summary>Always, from the day on which the objection is referred to the source.</summary>
    WhenReferred = 2,
}

/// <summary>How long a record is kept usable, and from when that counts.</summary>
/// <param name="Years">Whole years, 1 or more.</param>
/// <param name="From">Anchor facet: <c>date</c> or <c>until</c>.</param>
/// <param name="Basis">Law and article.</param>
public sealed record Retention(int Years, string From, string Basis);

/// <summary>A named limit in working days for one step of a procedure, in one place, from one day on.</summary>
public sealed record ProceduralDeadline
{
    public required string Id { get; init; }

    public required LocalisedText Title { get; init; }

    public required int WorkingDays { get; init; }

    /// <summary>By how much it may be extended, once and with a reason; 0 where it may not.</summary>
    public int ExtensionWorkingDays { get; init; }

    public string? Place { get; init; }

    public DateOnly? ValidFrom { get; init; }

    public DateOnly? ValidUntil { get; init; }

    public required string Basis { get; init; }
}
