namespace CreditGrains.Client;

/// <summary>The published measure list of the rulebook in force.</summary>
/// <param name="AsOf">Legal date that <see cref="PublishedMeasure.State"/> is of.</param>
/// <param name="Rulebook">Digest of the rulebook that the list is from.</param>
/// <param name="Items">In the rulebook's order.</param>
public sealed record PublishedMeasures(DateOnly AsOf, string Rulebook, IReadOnlyList<PublishedMeasure> Items);

/// <summary>An entry of the measure list.</summary>
public sealed record PublishedMeasure
{
    public string Measure { get; init; } = "";

    public string? Title { get; init; }

    public string? Content { get; init; }

    /// <summary><c>restraint</c>, <c>incentive</c>, <c>supervision</c> or <c>notice</c>.</summary>
    public string Class { get; init; } = "";

    /// <summary>Whether the implementer must apply it, or may.</summary>
    public bool Mandatory { get; init; }

    public string? AppliesTo { get; init; }

    public string Basis { get; init; } = "";

    public string Implementer { get; init; } = "";

    public DateOnly? PublishedOn { get; init; }

    public DateOnly? ValidFrom { get; init; }

    /// <summary>Last day on which the basis is in force; null for no end.</summary>
    public DateOnly? ValidUntil { get; init; }

    /// <summary><c>in-force</c>, <c>unpublished</c>, <c>not-yet</c> or <c>lapsed</c>.</summary>
    public string State { get; init; } = "";

    /// <summary>Grades that cause it.</summary>
    public IReadOnlyList<string> Grades { get; init; } = [];

    /// <summary>Kinds of records that cause it.</summary>
    public IReadOnlyList<string> Kinds { get; init; } = [];

    /// <summary>Matters whose checks look at it.</summary>
    public IReadOnlyList<string> Matters { get; init; } = [];
}
