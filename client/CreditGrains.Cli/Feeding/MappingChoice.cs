using CreditGrains.Cli.Terminal;
using CreditGrains.Domain.Rulebooks;

namespace CreditGrains.Cli.Feeding;

/// <summary>Which mapping of the rulebook makes events of a table: the one named, or the only one that its columns fit.</summary>
internal static class MappingChoice
{
    /// <param name="mappings">The rulebook's mappings.</param>
    /// <param name="kinds">Its kinds.</param>
    /// <param name="name">The one asked for; null to choose.</param>
    /// <param name="header">The table's columns.</param>
    /// <exception cref="CliException">No such mapping; none fits; more than one fits.</exception>
    public static FeedMapping Of(
        IReadOnlyDictionary<string, FeedMapping> mappings, IReadOnlyDictionary<string, RecordKind> kinds, string? name,
        IReadOnlyList<string> header)
    {
        var known = $"The rulebook has: {string.Join(", ", mappings.Keys.Order(StringComparer.Ordinal))}.";
        var columns = header.ToHashSet(StringComparer.Ordinal);
        if (name is not null)
        {
            if (!mappings.TryGetValue(name, out var named))
                throw new CliException(ExitCode.Invalid, $"The rulebook has no mapping '{name}'.", known);
            return Fits(named, columns)
                ? named
                : throw new CliException(
                    ExitCode.Invalid, $"The file lacks columns that mapping '{name}' needs: {string.Join(", ", Missing(named, columns))}.",
                    $"It has: {string.Join(", ", header)}.");
        }

        var fitting = mappings.Values.Where(mapping => kinds.ContainsKey(mapping.Kind) && Fits(mapping, columns)).ToList();
        return fitting.Count switch
        {
            1 => fitting[0],
            0 => throw new CliException(ExitCode.Invalid, $"No mapping of the rulebook fits the columns {string.Join(", ", header)}.",
                known),
            _ => throw new CliException(
                ExitCode.Usage, $"Several mappings fit: {string.Join(", ", fitting.Select(mapping => mapping.Name))}.",
                    "Choose one with --mapping."),
        };
    }

    /// <summary>Subject and id can be made of the columns.</summary>
    private static bool Fits(FeedMapping mapping, HashSet<string> columns) => !Missing(mapping, columns).Any();

    private static IEnumerable<string> Missing(FeedMapping mapping, HashSet<string> columns) =>
        Missing(mapping.Subject, columns).Concat(Missing(mapping.Id, columns)).Distinct();

    private static IEnumerable<string> Missing(ValueMapping value, HashSet<string> columns)
    {
        if (value.Constant is not null || value.Columns.Any(columns.Contains))
            return [];
        if (value.Template is null)
            return value.Columns;
        var places = value.Template.Split('{').Skip(1).Select(part => part.Split('}')[0]).ToList();
        return places.All(columns.Contains) ? [] : places.Where(place => !columns.Contains(place));
    }
}
