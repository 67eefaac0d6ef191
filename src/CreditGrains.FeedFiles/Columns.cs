using CreditGrains.Domain.Feeds;

namespace CreditGrains.FeedFiles;

/// <summary>Columns of a table under a mapping. Names are compared as <see cref="ColumnName.Fold"/> gives them.</summary>
internal sealed class Columns
{
    private readonly string[][] _names;

    private Columns(IReadOnlyList<string> header, RowConverter converter)
    {
        var read = Folded(converter.Columns.SelectMany(group => group));
        var dropped = Folded(converter.Dropped);
        var folded = header.Select(ColumnName.Fold).ToList();
        _names = [.. folded.Select(name => read.GetValueOrDefault(name, []))];
        UnusedKeys = [.. Enumerable.Range(0, header.Count).Select(i => $"\n{i}")];
        Used = [.. folded.Where(read.ContainsKey)];
        Dropped = [.. folded.Where(name => dropped.ContainsKey(name) && !read.ContainsKey(name))];
        Unused = [.. folded.Select((name, i) => (Name: name.Length > 0 ? name : $"(column {i + 1}, without a name)", Key: name))
            .Where(column => !read.ContainsKey(column.Key) && !dropped.ContainsKey(column.Key)).Select(column => column.Name)];
        var there = folded.ToHashSet(StringComparer.Ordinal);
        Missing = [.. converter.Columns.Where(group => !group.Any(name => there.Contains(ColumnName.Fold(name))))
            .Select(group => string.Join(" or ", group))];
    }

    public IReadOnlyList<string> Used { get; }

    /// <summary>Columns that nothing reads: what stands in them does not come in.</summary>
    public IReadOnlyList<string> Unused { get; }

    /// <summary>Columns that the mapping leaves out on purpose.</summary>
    public IReadOnlyList<string> Dropped { get; }

    /// <summary>Columns that the mapping would read and the file does not have.</summary>
    public IReadOnlyList<string> Missing { get; }

    /// <summary>For each column a name that no mapping has, under which it counts when a row is looked at for being empty.</summary>
    public IReadOnlyList<string> UnusedKeys { get; }

    /// <summary>Names under which the mapping reads a column of the table; none for an unused one.</summary>
    public IReadOnlyList<string> NamesOf(int column) => _names[column];

    /// <exception cref="FeedFileException">Two columns have the same name: which of them counts is nobody's to guess.</exception>
    public static Columns Of(IReadOnlyList<string> header, RowConverter converter)
    {
        RequireDistinct(header);
        return new Columns(header, converter);
    }

    public static void RequireDistinct(IReadOnlyList<string> header)
    {
        var twice = header.Select((name, i) => (Name: ColumnName.Fold(name), Number: i + 1)).Where(column => column.Name.Length > 0)
            .GroupBy(column => column.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1);
        if (twice is not null)
            throw new FeedFileException(
                FeedFileFault.SameColumn,
                $"The columns {string.Join(" and ", twice.Select(column => column.Number))} are both named '{twice.Key}'.",
                "Nothing was sent. Rename or remove one of them.",
                string.Join(", ", twice.Select(column => column.Number)), twice.Key);
    }

    private static Dictionary<string, string[]> Folded(IEnumerable<string> names) =>
        names.Distinct(StringComparer.Ordinal).GroupBy(ColumnName.Fold, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.ToArray(), StringComparer.Ordinal);
}
