using CreditGrains.Domain.Feeds;
using CreditGrains.Domain.Rulebooks;

namespace CreditGrains.FeedFiles;

/// <summary>
/// Opens a file of events or rows: what it is by the ending of its name, its encoding by its content, its mapping by its columns. The
/// command line and the portal read alike.
/// </summary>
internal static class FeedFileOpener
{
    /// <summary>Whether a file has rows, so that mappings are needed.</summary>
    public static bool HasRows(string name) => EndingOf(name) is ".CSV" or ".TSV" or ".TXT" or ".XLSX";

    /// <param name="reading">The file, and how to read it.</param>
    /// <param name="mappings">The rulebook's mappings, for rows.</param>
    /// <param name="kinds">Its kinds, for rows.</param>
    /// <exception cref="FeedFileException">The file cannot be read so.</exception>
    public static FeedSource Open(
        FeedReading reading, IReadOnlyDictionary<string, FeedMapping> mappings, IReadOnlyDictionary<string, RecordKind> kinds)
    {
        switch (EndingOf(reading.Name))
        {
            case ".NDJSON" or ".JSONL":
                return Lines(reading);
            case ".JSON":
                var encoding = TextEncoding.Of(reading.Path, reading.Encoding);
                return IsArray(reading.Path, encoding)
                    ? new FeedSource(new JsonArrayFile(reading.Path, encoding), $"{encoding.Name}, one JSON array")
                    : Lines(reading);
            case ".CSV" or ".TSV" or ".TXT":
                return Rows(reading, new CsvTable(reading.Path, TextEncoding.Of(reading.Path, reading.Encoding)), mappings, kinds);
            case ".XLSX":
                return Rows(reading, new XlsxTable(reading.Path, reading.Sheet), mappings, kinds);
            case ".XLS":
                throw new FeedFileException(
                    FeedFileFault.OldWorkbook, $"{reading.Name} is an old workbook, which does not tell errors in cells.",
                    "Save it as .xlsx or .csv.");
            default:
                var ending = Path.GetExtension(reading.Name);
                throw new FeedFileException(
                    FeedFileFault.UnknownEnding, $"Files ending in '{ending.ToUpperInvariant()}' cannot be fed.",
                    "Use .ndjson, .json, .csv or .xlsx.", ending);
        }
    }

    private static string EndingOf(string name) => Path.GetExtension(name).ToUpperInvariant();

    private static FeedSource Lines(FeedReading reading)
    {
        var encoding = TextEncoding.Of(reading.Path, reading.Encoding);
        return new FeedSource(new NdjsonFile(reading.Path, encoding), $"{encoding.Name}, one event a line");
    }

    private static FeedSource Rows(
        FeedReading reading, ITable table, IReadOnlyDictionary<string, FeedMapping> mappings,
        IReadOnlyDictionary<string, RecordKind> kinds)
    {
        using var rows = table.Open(reading.HeaderRow);
        var chosen = Choose(reading, mappings, kinds, table, rows);
        if (!kinds.TryGetValue(chosen.Kind, out var kind))
        {
            throw new FeedFileException(
                FeedFileFault.UnknownKind, $"Mapping '{chosen.Name}' is of kind '{chosen.Kind}', which the rulebook does not have.", "",
                chosen.Name, chosen.Kind);
        }

        var converter = new RowConverter(chosen, kind);
        return new FeedSource(new RowFile(table, converter, chosen.Revision is not null, reading.HeaderRow), table.Description)
        {
            Mapping = chosen.Name,
            HeaderRow = rows.Row,
            Columns = Columns.Of(rows.Header, converter),
        };
    }

    /// <summary>The mapping; where none fits and a row below has the columns of one, that row is named.</summary>
    private static FeedMapping Choose(
        FeedReading reading, IReadOnlyDictionary<string, FeedMapping> mappings, IReadOnlyDictionary<string, RecordKind> kinds, ITable table,
        ITableRows rows)
    {
        try
        {
            // A title above the header gives no columns of which two could have the same name.
            var chosen = MappingChoice.Of(mappings, kinds, reading.Mapping, rows.Header);
            Columns.RequireDistinct(rows.Header);
            return chosen;
        }
        catch (FeedFileException none) when (reading.HeaderRow is null && none.Fault != FeedFileFault.SeveralMappingsFit
            && HeaderBelow(reading, mappings, table, rows) is { } below)
        {
            throw new FeedFileException(
                FeedFileFault.HeaderBelow, none.Message, $"Row {below} looks like the header: --header-row {below}", $"{below}");
        }
    }

    private static long? HeaderBelow(
        FeedReading reading, IReadOnlyDictionary<string, FeedMapping> mappings, ITable table, ITableRows rows)
    {
        const int TitleRowsMax = 10;
        if (MappingChoice.AnyFits(mappings, reading.Mapping, rows.Header))
            return null;
        for (var row = rows.Row + 1; row <= rows.Row + TitleRowsMax; row++)
        {
            try
            {
                using var below = table.Open((int)row);
                if (MappingChoice.AnyFits(mappings, reading.Mapping, below.Header))
                    return row;
            }
            catch (FeedFileException)
            {
                // No header either.
            }
        }

        return null;
    }

    private static bool IsArray(string path, TextEncoding encoding)
    {
        using var utf8 = encoding.Open(path);
        int first;
        do
            first = utf8.ReadByte();
        while (first is ' ' or '\t' or '\r' or '\n');
        return first == '[';
    }
}
