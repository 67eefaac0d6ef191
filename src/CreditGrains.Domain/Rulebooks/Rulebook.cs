using CreditGrains.Domain.Identifiers;

namespace CreditGrains.Domain.Rulebooks;

/// <summary>
/// Everything that differs between jurisdictions (目录 + 三清单), read from one folder and immutable: what may be reported, how it is
/// evaluated and what follows (semantics, section 5).
/// </summary>
public sealed record Rulebook
{
    public required string Id { get; init; }

    public required LocalisedText Title { get; init; }

    public string? Jurisdiction { get; init; }

    /// <summary>Legal dates are calendar dates in this zone.</summary>
    public required TimeZoneInfo TimeZone { get; init; }

    public required SubjectScheme Scheme { get; init; }

    public required IReadOnlyList<string> Languages { get; init; }

    public required Catalogue Catalogue { get; init; }

    public required Policy Policy { get; init; }

    public IReadOnlyDictionary<string, Measure> Measures { get; init; } = new Dictionary<string, Measure>();

    /// <summary>Purposes that only some callers may use, or that have a title.</summary>
    public IReadOnlyDictionary<string, Purpose> Purposes { get; init; } = new Dictionary<string, Purpose>();

    public IReadOnlyDictionary<string, Matter> Matters { get; init; } = new Dictionary<string, Matter>();

    /// <summary>Early warnings by id, at most <see cref="EarlyWarning.CountMax"/>.</summary>
    public IReadOnlyDictionary<string, EarlyWarning> Warnings { get; init; } = new Dictionary<string, EarlyWarning>();

    public Clocks Clocks { get; init; } = Clocks.Empty;

    /// <summary>Lists, commitments, declarations and contracts, as procedures know them.</summary>
    public ProcedureRules Procedures { get; init; } = ProcedureRules.Empty;

    public WorkingDayCalendar Calendar { get; init; } = WorkingDayCalendar.Empty;

    /// <summary>Conversions of CSV and XLSX files, by name.</summary>
    public IReadOnlyDictionary<string, FeedMapping> Feeds { get; init; } = new Dictionary<string, FeedMapping>();

    /// <summary>
    /// SHA-256 in hex: two nodes agree on the rules when this agrees. Over <see cref="BaseDigest"/> and the policy's text, so that a policy
    /// put in later gives the same digest as one read from the folder.
    /// </summary>
    public required string Digest { get; init; }

    /// <summary>SHA-256 over the folder's files but the policy in name order, in hex; empty for a rulebook made in code.</summary>
    public string BaseDigest { get; init; } = "";

    /// <summary>The texts it was read from, by name; empty for a rulebook made in code.</summary>
    public IReadOnlyDictionary<string, string> Files { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// Of what determines the facts of a journaled record, and of nothing else: states folded under another rulebook stay good when this
    /// agrees. Computed anew each time; keep it where it is asked for often.
    /// </summary>
    public string FactsDigest => CatalogueDigest.Of(Catalogue);

    /// <summary>The legal date at an instant.</summary>
    public DateOnly DateAt(DateTimeOffset instant) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(instant, TimeZone).DateTime);
}
