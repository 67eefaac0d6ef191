using CreditGrains.Domain.Feeds;
using CreditGrains.Domain.Rulebooks;

namespace CreditGrains.FeedFiles;

/// <summary>Which mapping of the rulebook makes events of a table: the one named, or the only one that its columns fit.</summary>
internal static class MappingChoice
{
    /// <param name="mappings">The rulebook's mappings.</param>
    /// <param name="kinds">Its kinds.</param>
    /// <param name="name">The one asked for; null to choose.</param>
    /// <param name="header">The table's columns.</param>
    /// <exception cref="FeedFileException">No such mapping; none fits; more than one fits.</exception>
    public static FeedMapping Of(
        IReadOnlyDictionary<string, FeedMapping> mappings, IReadOnlyDictionary<string, RecordKind> kinds, string? name,
        IReadOnlyList<string> header)
    {
        var names = string.Join(", ", mappings.Keys.Order(StringComparer.Ordinal));
        var known = $"The rulebook has: {names}.";
        var columns = Folded(header);
        var shown = string.Join(", ", header.Select(ColumnName.Fold));
        if (name is not null)
        {
            if (!mappings.TryGetValue(name, out var named))
                throw new FeedFileException(FeedFileFault.UnknownMapping, $"The rulebook has no mapping '{name}'.", known, name, names);
            return Fits(named, columns)
                ? named
                : throw new FeedFileException(
                    FeedFileFault.ColumnsLacking,
                    $"The file lacks columns that mapping '{name}' needs: {string.Join(", ", Missing(named, columns))}.",
                    $"It has: {shown}.", name, string.Join(", ", Missing(named, columns)), shown);
        }

        var fitting = mappings.Values.Where(mapping => kinds.ContainsKey(mapping.Kind) && Fits(mapping, columns)).ToList();
        return fitting.Count switch
        {
            1 => fitting[0],
            0 => throw new FeedFileException(
                FeedFileFault.NoMappingFits, $"No mapping of the rulebook fits the columns {shown}.",
                $"{Nearest(mappings, kinds, columns)}{known}", shown, names),
            _ => throw new FeedFileException(
                FeedFileFault.SeveralMappingsFit, $"Several mappings fit: {string.Join(", ", fitting.Select(mapping => mapping.Name))}.",
                "Choose one with --mapping.", string.Join(", ", fitting.Select(mapping => mapping.Name))),
        };
    }

    /// <summary>Whether the columns are those of a mapping: of the one named, or of any.</summary>
    public static bool AnyFits(
        IReadOnlyDictionary<string, FeedMapping> mappings, string? name, IReadOnlyList<string> header) =>
        mappings.Values.Any(mapping => (name is null || mapping.Name == name) && Fits(mapping, Folded(header)));

    private static HashSet<string> Folded(IReadOnlyList<string> header) => header.Select(ColumnName.Fold).ToHashSet(StringComparer.Ordinal);

    /// <summary>The mapping that reads most of the columns, with what it lacks of the others it cannot do without.</summary>
    private static string Nearest(
        IReadOnlyDictionary<string, FeedMapping> mappings, IReadOnlyDictionary<string, RecordKind> kinds, HashSet<string> columns)
    {
        var nearest = mappings.Values.Where(mapping => kinds.ContainsKey(mapping.Kind))
            .Select(mapping => (Mapping: mapping, Read: new RowConverter(mapping, kinds[mapping.Kind]).Columns
                .Count(group => group.Any(name => columns.Contains(ColumnName.Fold(name))))))
            .OrderByDescending(one => one.Read).ThenBy(one => Missing(one.Mapping, columns).Count())
            .ThenBy(one => one.Mapping.Name, StringComparer.Ordinal).FirstOrDefault();
        return nearest.Read == 0
            ? ""
            : $"The nearest is '{nearest.Mapping.Name}', which lacks: {string.Join(", ", Missing(nearest.Mapping, columns))}. ";
    }

    /// <summary>Subject and id can be made of the columns.</summary>
    private static bool Fits(FeedMapping mapping, HashSet<string> columns) => !Missing(mapping, columns).Any();

    private static IEnumerable<string> Missing(FeedMapping mapping, HashSet<string> columns) =>
        Missing(mapping.Subject, columns).Concat(Missing(mapping.Id, columns)).Distinct();

    private static IEnumerable<string> Missing(ValueMapping value, HashSet<string> columns)
    {
        if (value.Constant is not null || value.Columns.Any(Has))
            return [];
        if (value.Template is null)
            return value.Columns;
        return value.Template.Split('{').Skip(1).Select(part => part.Split('}')[0]).Where(place => !Has(place));

        bool Has(string column) => columns.Contains(ColumnName.Fold(column));
    }
}
