namespace CreditGrains.Domain.Rulebooks;

/// <summary>How the rows of a CSV or XLSX file become events (semantics, section 4).</summary>
public sealed record FeedMapping
{
    public required string Name { get; init; }

    public LocalisedText? Title { get; init; }

    public required string Kind { get; init; }

    public required ValueMapping Subject { get; init; }

    /// <summary>The record's id.</summary>
    public required ValueMapping Id { get; init; }

    /// <summary>The revision; null means 1.</summary>
    public ValueMapping? Revision { get; init; }

    /// <summary><c>put</c> or <c>withdraw</c>; null means put.</summary>
    public ValueMapping? Op { get; init; }

    /// <summary>Record field to its value; fields with a wire name are added by <see cref="UseWireNames"/>.</summary>
    public IReadOnlyDictionary<string, ValueMapping> Fields { get; init; } = new Dictionary<string, ValueMapping>();

    /// <summary>Columns named as the fields' wire names are taken as they are.</summary>
    public bool UseWireNames { get; init; }

    /// <summary>Columns that are left out on purpose, for instance a person's identity document.</summary>
    public IReadOnlyList<string> Drop { get; init; } = [];
}

/// <summary>
/// Where a value of a row comes from and how it is rewritten. Tried in this order: column(s) or template or constant, then pattern, then
/// map.
/// </summary>
public sealed record ValueMapping
{
    /// <summary>The first of these columns that is not empty.</summary>
    public IReadOnlyList<string> Columns { get; init; } = [];

    /// <summary>Text with <c>{column}</c> places; empty when one of them is empty.</summary>
    public string? Template { get; init; }

    public string? Constant { get; init; }

    /// <summary>
    /// A .NET regular expression. Groups <c>year month day</c> make a date, groups <c>value unit</c> a decimal, group <c>value</c> alone
    /// a text.
    /// A value that does not match is passed on unchanged, so that the catalogue refuses it with its own code.
    /// </summary>
    public string? Pattern { get; init; }

    /// <summary>Added to the pattern's year; 1911 for the ROC calendar.</summary>
    public int YearOffset { get; init; }

    /// <summary>Factors of the pattern's <c>unit</c> group.</summary>
    public IReadOnlyDictionary<string, decimal> Units { get; init; } = new Dictionary<string, decimal>();

    /// <summary>Whole values to other values.</summary>
    public IReadOnlyDictionary<string, string> Map { get; init; } = new Dictionary<string, string>();

    /// <summary>For codes: splits the text into several values.</summary>
    public string? Separator { get; init; }
}
