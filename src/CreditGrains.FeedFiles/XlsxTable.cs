using System.Globalization;
using System.Text.RegularExpressions;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;

namespace CreditGrains.FeedFiles;

/// <summary>
/// A sheet of an XLSX workbook, read row by row as the file has it: what a cell does not tell (an error, a formula whose result was not
/// kept, a number that lost digits, a cell merged into another row's) is no value. The sheet is read through once before its first row is
/// given, so that one that breaks off is refused as a whole; parts that swell beyond all proportion to the file are, too.
/// </summary>
/// <param name="path">The workbook.</param>
/// <param name="sheet">The sheet's name; null takes the first.</param>
internal sealed partial class XlsxTable(string path, string? sheet) : ITable
{
    private const long PartCharsFree = 64L * 1024 * 1024;
    private const int SwellMax = 200;

    private readonly string _file = Path.GetFileName(path);
    private string _sheet = "";

    public string Description => $"sheet '{_sheet}'";

    public ITableRows Open(int? headerRow = null)
    {
        SpreadsheetDocument? document = null;
        try
        {
            var length = new FileInfo(path).Length;
            document = SpreadsheetDocument.Open(path, isEditable: false, new OpenSettings
            {
                MaxCharactersInPart = Math.Max(PartCharsFree, length * SwellMax),
            });
            var workbook = document.WorkbookPart ?? throw new InvalidDataException("it has no workbook part");
            var part = Select(workbook);
            var merged = MergedCells(part);
            var reading = new Reading(workbook, part, merged);
            return new SheetRows(_file, reading.Rows(), document, headerRow);
        }
        catch (Exception exception) when (exception is not (FeedFileException or OutOfMemoryException))
        {
            document?.Dispose();
            throw SheetRows.NotAWorkbook(_file, exception);
        }
        catch
        {
            document?.Dispose();
            throw;
        }
    }

    private WorksheetPart Select(WorkbookPart workbook)
    {
        var sheets = workbook.Workbook.Sheets?.Elements<Sheet>().ToList() ?? [];
        var chosen = sheet is null
            ? sheets.FirstOrDefault() ?? throw new InvalidDataException("it has no sheet")
            : sheets.FirstOrDefault(one => one.Name?.Value == sheet)
                ?? throw new FeedFileException(FeedFileFault.NoSuchSheet, $"{_file} has no sheet '{sheet}'.",
                    $"It has: {string.Join(", ", sheets.Select(one => one.Name?.Value))}.", sheet,
                    string.Join(", ", sheets.Select(one => one.Name?.Value)));
        _sheet = chosen.Name?.Value ?? "";
        return workbook.GetPartById(chosen.Id?.Value ?? "") as WorksheetPart
            ?? throw new InvalidDataException($"'{_sheet}' is no worksheet");
    }

    /// <summary>Reads the sheet to its end, for what stands behind its rows: the areas of merged cells, by their first row.</summary>
    private static List<MergedArea> MergedCells(WorksheetPart part)
    {
        const int MergedMax = 1_000_000;
        var merged = new List<MergedArea>();
        using var reader = OpenXmlReader.Create(part);
        while (reader.Read())
        {
            if (reader.ElementType != typeof(MergeCell) || !reader.IsStartElement)
                continue;
            var range = Range().Match(reader.Attributes.FirstOrDefault(attribute => attribute.LocalName == "ref").Value ?? "");
            if (!range.Success)
                continue;
            if (merged.Count == MergedMax)
                throw new InvalidDataException($"more than {MergedMax} merged areas");
            merged.Add(new MergedArea(Number(range.Groups[2].Value), Number(range.Groups[4].Value), Column(range.Groups[1].Value),
                Column(range.Groups[3].Value)));
        }

        merged.Sort((one, other) => one.First.CompareTo(other.First));
        return merged;
    }

    private static long Number(string digits) => long.Parse(digits, CultureInfo.InvariantCulture);

    private static int Column(string letters) => letters.Aggregate(0, (sum, letter) => checked((sum * 26) + letter - 'A' + 1)) - 1;

    [GeneratedRegex(@"\A([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})\z")]
    private static partial Regex Range();

    [GeneratedRegex(@"\A([A-Z]{1,3})[0-9]{1,7}\z")]
    private static partial Regex Reference();

    /// <summary>Characters that XML does not have, and the underscore before what looks like one (ECMA-376, 22.9.2.19).</summary>
    [GeneratedRegex("_x([0-9A-Fa-f]{4})_")]
    private static partial Regex Escape();

    /// <summary>Cells merged into their first, which alone has a value.</summary>
    private readonly record struct MergedArea(long First, long Last, int Left, int Right);

    /// <summary>Styles and shared strings that are needed to read a cell's value.</summary>
    private sealed class Reading
    {
        private const int ColumnsMax = 16_384;

        private readonly WorksheetPart _part;
        private readonly List<MergedArea> _merged;
        private readonly List<MergedArea> _mergedHere = [];
        private readonly List<string> _shared = [];
        private readonly List<(int Format, string? Code)> _styles = [];
        private readonly bool _from1904;
        private int _mergedBegun;

        public Reading(WorkbookPart workbook, WorksheetPart part, List<MergedArea> merged)
        {
            (_part, _merged) = (part, merged);
            _from1904 = workbook.Workbook.WorkbookProperties?.Date1904?.Value ?? false;
            if (workbook.SharedStringTablePart is { } strings)
            {
                using var reader = OpenXmlReader.Create(strings);
                while (reader.Read())
                {
                    if (reader.ElementType == typeof(SharedStringItem) && reader.IsStartElement)
                        _shared.Add(Text(reader.LoadCurrentElement()));
                }
            }

            if (workbook.WorkbookStylesPart?.Stylesheet is not { CellFormats: { } formats } styles)
                return;
            var codes = styles.NumberingFormats?.Elements<NumberingFormat>()
                .Where(own => own.NumberFormatId?.Value is not null).GroupBy(own => (int)own.NumberFormatId!.Value)
                .ToDictionary(group => group.Key, group => group.Last().FormatCode?.Value) ?? [];
            _styles.AddRange(formats.Elements<CellFormat>().Select(format => (int)(format.NumberFormatId?.Value ?? 0))
                .Select(id => (id, codes.GetValueOrDefault(id))));
        }

        public IEnumerable<(long Row, IReadOnlyList<SheetCell> Cells)> Rows()
        {
            using var reader = OpenXmlReader.Create(_part);
            var number = 0L;
            while (reader.Read())
            {
                if (reader.ElementType != typeof(Row) || !reader.IsStartElement)
                    continue;
                var row = (Row)reader.LoadCurrentElement()!;
                var next = row.RowIndex?.Value ?? number + 1;
                if (next <= number)
                    throw new InvalidDataException($"row {next} stands after row {number}");
                number = next;
                yield return (number, Cells(row, number));
            }
        }

        private List<SheetCell> Cells(Row row, long number)
        {
            var cells = new List<SheetCell>();
            foreach (var cell in row.Elements<Cell>())
            {
                var column = cells.Count;
                if (cell.CellReference?.Value is { } reference)
                {
                    var match = Reference().Match(reference);
                    column = match.Success ? XlsxTable.Column(match.Groups[1].Value) : -1;
                }

                if (column < cells.Count || column >= ColumnsMax)
                    throw new InvalidDataException($"row {number} has a cell out of place");
                while (cells.Count < column)
                    cells.Add(SheetCell.Empty);
                cells.Add(Cell(cell));
            }

            Merge(cells, number);
            return cells;
        }

        /// <summary>Filling merged cells with the value of the first would be a guess, and leaving them empty too.</summary>
        private void Merge(List<SheetCell> cells, long number)
        {
            while (_mergedBegun < _merged.Count && _merged[_mergedBegun].First <= number)
                _mergedHere.Add(_merged[_mergedBegun++]);
            _mergedHere.RemoveAll(area => area.Last < number);
            if (_mergedHere.Count == 0 || cells.All(cell => cell.IsEmpty))
                return;
            foreach (var area in _mergedHere)
            {
                var right = Math.Min(area.Right, ColumnsMax - 1);
                for (var i = area.First == number ? area.Left + 1 : area.Left; i <= right; i++)
                {
                    while (cells.Count <= i)
                        cells.Add(SheetCell.Empty);
                    if (cells[i].IsEmpty)
                        cells[i] = new SheetCell("", "it is merged with another, which alone has a value");
                }
            }
        }

        private SheetCell Cell(Cell cell)
        {
            var type = cell.DataType?.Value ?? CellValues.Number;
            if (type == CellValues.InlineString)
                return new SheetCell(Text(cell.InlineString), null);
            if (cell.CellValue is null)
                return cell.CellFormula is null ? SheetCell.Empty : new SheetCell("", "a formula without a result");
            var value = cell.CellValue.Text;
            if (type == CellValues.Error)
                return new SheetCell("", $"the error {value}");
            if (type == CellValues.String || type == CellValues.Date)
                return new SheetCell(Unescaped(value), null);
            if (type == CellValues.Boolean)
                return value.Trim() is "1" or "true" ? new SheetCell("true", null) : new SheetCell("false", null);
            if (type == CellValues.SharedString)
            {
                return int.TryParse(value, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture,
                    out var index) && index >= 0 && index < _shared.Count
                    ? new SheetCell(_shared[index], null)
                    : new SheetCell("", "a text that the workbook does not have");
            }

            if (!double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
                return new SheetCell("", "it is no number");
            var (format, code) = cell.StyleIndex?.Value is { } style && style < _styles.Count ? _styles[(int)style] : (0, null);
            var (text, fault) = CellNumber.Of(number, format, code, _from1904);
            return new SheetCell(text, fault);
        }

        /// <summary>The text without the reading aids that East Asian versions keep beside it.</summary>
        private static string Text(OpenXmlElement? item) => item is null
            ? ""
            : Unescaped(string.Concat(item.Elements().Select(part => part switch
            {
                Text text => text.Text,
                Run run => string.Concat(run.Elements<Text>().Select(text => text.Text)),
                _ => "",
            })));

        private static string Unescaped(string text) => text.Contains("_x", StringComparison.Ordinal)
            ? Escape().Replace(text, match => ((char)int.Parse(match.Groups[1].ValueSpan, NumberStyles.HexNumber,
                CultureInfo.InvariantCulture)).ToString())
            : text;
    }
}
