using CreditGrains.Api.Requests;
using CreditGrains.Domain.Rulebooks;

namespace CreditGrains.Api.Measures;

/// <summary>The published measure list (措施清单) of the rulebook in force.</summary>
/// <param name="AsOf">Today's legal date, which <see cref="PublishedMeasure.State"/> is of.</param>
/// <param name="Rulebook">Digest of the rulebook that it is from.</param>
/// <param name="Items">In the rulebook's order; at most 500.</param>
public sealed record PublishedMeasures(DateOnly AsOf, string Rulebook, IReadOnlyList<PublishedMeasure> Items);

/// <summary>An entry of the measure list.</summary>
public sealed record PublishedMeasure
{
    public required string Measure { get; init; }

    public required string Title { get; init; }

    public required string Content { get; init; }

    /// <summary><c>restraint</c>, <c>incentive</c>, <c>supervision</c> or <c>notice</c>.</summary>
    public required string Class { get; init; }

    /// <summary>Strength: whether the implementer must apply it, or may.</summary>
    public required bool Mandatory { get; init; }

    /// <summary>Organisations that it applies to.</summary>
    public required string AppliesTo { get; init; }

    /// <summary>Legal basis.</summary>
    public required string Basis { get; init; }

    /// <summary>Empty in a draft that nothing uses.</summary>
    public required string Implementer { get; init; }

    public required DateOnly? PublishedOn { get; init; }

    public required DateOnly? ValidFrom { get; init; }

    /// <summary>Last day on which the basis is in force; null for no end.</summary>
    public required DateOnly? ValidUntil { get; init; }

    /// <summary><c>in-force</c>, <c>unpublished</c>, <c>not-yet</c> or <c>lapsed</c>.</summary>
    public required string State { get; init; }

    /// <summary>Grades that cause it; never of a restraint.</summary>
    public required IReadOnlyList<string> Grades { get; init; }

    /// <summary>Kinds of records that cause it; the measure ends with the record.</summary>
    public required IReadOnlyList<string> Kinds { get; init; }

    /// <summary>Matters whose checks look at it.</summary>
    public required IReadOnlyList<string> Matters { get; init; }

    internal static PublishedMeasure Of(Measure measure, Rulebook rulebook, DateOnly today, string language)
    {
        var triggers = rulebook.Policy.Measures.Where(trigger => trigger.Measure == measure.Id).ToList();
        return new PublishedMeasure
        {
            Measure = measure.Id,
            Title = measure.Title.In(language),
            Content = measure.Content.In(language),
            Class = WireNames.Of(measure.Class),
            Mandatory = measure.Mandatory,
            AppliesTo = measure.AppliesTo.In(language),
            Basis = measure.Basis,
            Implementer = measure.Implementer,
            PublishedOn = measure.PublishedOn,
            ValidFrom = measure.ValidFrom,
            ValidUntil = measure.ValidUntil,
            State = StateOf(measure, today),
            Grades = [.. triggers.SelectMany(trigger => trigger.GradeIn ?? []).Distinct()],
            Kinds = [.. triggers.SelectMany(trigger => trigger.Record?.Kind ?? []).Distinct()],
            Matters = [.. rulebook.Matters.Values.Where(matter => matter.Measures.Contains(measure.Id)).Select(matter => matter.Id)],
        };
    }

    private static string StateOf(Measure measure, DateOnly today)
    {
        if (measure.HasLapsed(today))
            return "lapsed";
        if (measure.IsUnpublished(today))
            return "unpublished";
        return measure.ValidFrom > today ? "not-yet" : "in-force";
    }
}
