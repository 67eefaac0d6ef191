using System.Globalization;

namespace CreditGrains.Domain.Rulebooks;

/// <summary>One field of a record kind.</summary>
public sealed record FieldDefinition
{
    public required string Name { get; init; }

    public required FieldType Type { get; init; }

    public LocalisedText? Title { get; init; }

    public bool Required { get; init; }

    /// <summary>Not refused when absent, but counted as missing: the completeness of a department's reports (完整率).</summary>
    public bool Expected { get; init; }

    /// <summary>Text only: the greatest length in Unicode scalar values.</summary>
    public int? MaxLength { get; init; }

    /// <summary>Code and codes: the values allowed, in order.</summary>
    public IReadOnlyList<string> Of { get; init; } = [];

    /// <summary>Other spellings of a code (for instance Chinese wire values) to the code.</summary>
    public IReadOnlyDictionary<string, string> Aliases { get; init; } = new Dictionary<string, string>();

    /// <summary>Decimal and integer: inclusive bounds.</summary>
    public decimal? Min { get; init; }

    public decimal? Max { get; init; }

    /// <summary>Decimal: the greatest number of decimal places, 0 to 6.</summary>
    public int Places { get; init; } = 6;

    /// <summary>Date: <c>today</c> or the name of a date field that it may not be after; null for no bound.</summary>
    public string? NotAfter { get; init; }

    /// <summary>
    /// Date: a date, or the name of a date field, that it may not be before; null for no bound but that of decisions, 1949-10-01.
    /// </summary>
    public string? NotBefore { get; init; }

    /// <summary>The date of <see cref="NotBefore"/>; null where it names a field.</summary>
    public DateOnly? EarliestDate => DateOnly.TryParseExact(
        NotBefore, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : null;

    /// <summary>Name on the wire of national and municipal feeds, for instance <c>CF_WSH</c>.</summary>
    public string? Wire { get; init; }
}

/// <summary>Types of field values and their JSON forms.</summary>
public enum FieldType : byte
{
    /// <summary>A JSON string, scanned for personal data.</summary>
    Text,

    /// <summary>One value of a code list.</summary>
    Code,

    /// <summary>An array of one or more distinct values of a code list.</summary>
    Codes,

    /// <summary>A decimal string (or JSON number) with a bounded number of places.</summary>
    Decimal,

    /// <summary>A whole number of 32 bits.</summary>
    Integer,

    /// <summary>A calendar date, <c>YYYY-MM-DD</c>, years 0001 to 9999.</summary>
    Date,

    Boolean,

    /// <summary>A valid unified social credit code.</summary>
    Uscc,
}
