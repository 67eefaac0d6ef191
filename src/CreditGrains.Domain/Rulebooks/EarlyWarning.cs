namespace CreditGrains.Domain.Rulebooks;

/// <summary>
/// An early warning (预警): told once when it begins and shown to those who may see the organisation. It restrains nobody: no check and no
/// measure looks at it. Exactly one of the four bounds is given.
/// </summary>
public sealed record EarlyWarning
{
    /// <summary>Most of a rulebook.</summary>
    public const int CountMax = 32;

    public required string Id { get; init; }

    public required LocalisedText Title { get; init; }

    /// <summary>Records that it looks at; null with <see cref="RepeatOf"/>, whose indicator names them.</summary>
    public RecordMatch? Record { get; init; }

    /// <summary>So many days before a record's <c>until</c>: a licence lapses, a commitment is due.</summary>
    public int? EndsWithinDays { get; init; }

    /// <summary>So many days before a record's publicity is over by itself.</summary>
    public int? PublicityEndsWithinDays { get; init; }

    /// <summary>So many records in force whose dates lie within <see cref="WithinMonths"/>.</summary>
    public int? Count { get; init; }

    /// <summary>Months before the day; with <see cref="Count"/>.</summary>
    public int? WithinMonths { get; init; }

    /// <summary>An indicator whose <c>repeat</c> bites with the next record.</summary>
    public string? RepeatOf { get; init; }
}
