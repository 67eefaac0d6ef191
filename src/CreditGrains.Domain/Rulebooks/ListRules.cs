namespace CreditGrains.Domain.Rulebooks;

/// <summary>One list: by what law, who decides, on which grounds, for how long, and with which measures.</summary>
public sealed record ListRules
{
    public required LocalisedText Title { get; init; }

    /// <summary>Law that provides the list.</summary>
    public required string Basis { get; init; }

    /// <summary>Sources that decide; null for every body of the rulebook.</summary>
    public IReadOnlyList<string>? DecidedBy { get; init; }

    /// <summary>Months after which an entry may be removed before its end; 0 for any time.</summary>
    public int MonthsMin { get; init; }

    /// <summary>Longest term of an entry in months.</summary>
    public int MonthsMax { get; init; }

    /// <summary>Measures of the published list that the notice may name.</summary>
    public IReadOnlyList<string> Measures { get; init; } = [];

    /// <summary>Of these, the ones that are published and in force on a day: an entry brings all of them.</summary>
    public IReadOnlyList<string> MeasuresOn(Rulebook rulebook, DateOnly day)
    {
        ArgumentNullException.ThrowIfNull(rulebook);
        return [.. Measures.Where(id => rulebook.Measures.TryGetValue(id, out var measure)
            && !measure.IsUnpublished(day) && !measure.HasLapsed(day))];
    }

    public IReadOnlyDictionary<string, ListGrounds> Grounds { get; init; } = new Dictionary<string, ListGrounds>();

    /// <summary>The record of an entry.</summary>
    public required RecordForm Entry { get; init; }
}

/// <summary>Grounds of an entry.</summary>
/// <param name="Title">In words.</param>
/// <param name="Basis">Law and article of each; the first where a case names none.</param>
public sealed record ListGrounds(LocalisedText Title, IReadOnlyList<string> Basis);
