namespace CreditGrains.Domain.Assessment;

/// <summary>
/// Measures and lists that follow from a subject's records and grade at one moment, by name: two moments are compared
/// without their records.
/// </summary>
/// <param name="Measures">Names of measures in force, each once, in ordinal order.</param>
/// <param name="Lists">Lists on which the subject stands, in order of kind and level.</param>
public sealed record SubjectEffects(IReadOnlyList<string> Measures, IReadOnlyList<ListMembership> Lists)
{
    /// <summary>Early warnings that are on, by id, in the rulebook's order.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Of a subject of which nothing is known.</summary>
    public static readonly SubjectEffects None = new([], []);

    /// <summary>Whether the same measures, lists and warnings follow.</summary>
    public bool IsSame(SubjectEffects other) => ReferenceEquals(this, other)
        || (Measures.SequenceEqual(other.Measures, StringComparer.Ordinal) && Lists.SequenceEqual(other.Lists)
            && Warnings.SequenceEqual(other.Warnings, StringComparer.Ordinal));
}

/// <summary>
/// Membership of a list (名单): a kind of record with role list, and the level of the entry where its kind has few of them.
/// </summary>
/// <param name="Kind">Name of the kind.</param>
/// <param name="Level">A code; null where the kind has no levels.</param>
public readonly record struct ListMembership(string Kind, string? Level);
