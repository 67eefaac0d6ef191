using System.Text.Unicode;
using CreditGrains.Domain.Errors;

namespace CreditGrains.FeedFiles;

/// <summary>
/// A CSV file with a header: separated by commas, semicolons, tabs or bars, whichever its header has most of, or as a first line
/// <c>sep=;</c> says. Every row is read in one way only or is refused by itself: after a quote that is never closed, or closed in a later
/// row, reading goes on with the next line, so that no row is swallowed by another. Libraries that were looked at (CsvHelper, Sep,
/// Sylvan.Data.Csv) either guess what such a row means or end at it.
/// </summary>
internal sealed class CsvTable(string path, TextEncoding encoding) : ITable
{
    /// <summary>A quoted cell of more lines is a quote that was forgotten.</summary>
    private const int RecordLinesMax = 1000;

    private const int RecordBytesMax = 4 * PhysicalLines.LineBytesMax;

    private string _description = "";

    public string Description => _description;

    public ITableRows Open(int? headerRow = null)
    {
        var rows = new Rows(Path.GetFileName(path), new PhysicalLines(encoding.Open(path)), headerRow);
        _description = $"{encoding.Name}, separated by {rows.SeparatorName}";
        return rows;
    }

    private sealed class Rows : ITableRows
    {
        private readonly PhysicalLines _lines;
        private readonly byte _separator;
        private readonly CsvRecord _record;
        private readonly CsvRecord _alone;
        private long _doubtfulBefore;

        public Rows(string name, PhysicalLines lines, int? headerRow)
        {
            _lines = lines;
            try
            {
                var said = Separator(lines.Peek());
                if (said is not null && headerRow is not 1)
                    lines.Take(1);
                while (headerRow is { } asked ? lines.Number < asked && lines.Peek() is not null : lines.Peek() is { IsBlank: true })
                    lines.Take(1);
                _separator = said ?? MostFrequent(lines);
                (_record, _alone) = (new CsvRecord(_separator), new CsvRecord(_separator));
                Row = lines.Number;
                Header = ReadHeader(name);
            }
            catch
            {
                lines.Dispose();
                throw;
            }
        }

        public IReadOnlyList<string> Header { get; }

        public long Row { get; private set; }

        public (ErrorDescription Error, string Detail)? Fault { get; private set; }

        public string SeparatorName => _separator switch
        {
            (byte)',' => "commas",
            (byte)';' => "semicolons",
            (byte)'\t' => "tabs",
            (byte)'|' => "bars",
            var other => $"'{(char)other}'",
        };

        public string this[int column] => _record[column];

        public string? FaultOf(int column) => null;

        public bool Read()
        {
            while (_lines.Peek() is { IsBlank: true })
                _lines.Take(1);
            if (_lines.Peek() is null)
                return false;
            Row = _lines.Number;
            var (count, fault) = ReadRecord(Header.Count);
            Fault = fault ?? FaultOfText(count);
            _lines.Take(count);
            return true;
        }

        public void Dispose() => _lines.Dispose();

        private IReadOnlyList<string> ReadHeader(string name)
        {
            if (_lines.Peek() is not { IsBlank: false })
                throw new FeedFileException(FeedFileFault.Empty, $"{name} is empty.", "Its first row must hold the column names.");
            var (count, fault) = ReadRecord(cells: null);
            if ((fault ?? FaultOfText(count)) is { } broken)
                throw new FeedFileException(
                    FeedFileFault.HeaderUnreadable, $"The header of {name} (row {Row}) cannot be read: {broken.Detail}.",
                    "Repair it, or name the encoding: --encoding NAME.", $"{Row}", broken.Detail);
            _lines.Take(count);
            return [.. Enumerable.Range(0, _record.Count).Select(i => _record[i])];
        }

        /// <summary>Reads the record that begins with the first line not taken.</summary>
        /// <param name="cells">Cells that it must have; null for any number.</param>
        /// <returns>How many lines are its own, and why it is none.</returns>
        private (int Lines, (ErrorDescription Error, string Detail)? Fault) ReadRecord(int? cells)
        {
            var line = _lines.Peek()!;
            if (line.IsTooLong)
                return (1, (ErrorCatalogue.LineTooLong, $"more than {PhysicalLines.LineBytesMax} bytes"));
            var (state, count, bytes, goesOnIn) = (_record.Begin(line.Text), 1, line.Text.Length, 0);
            while (state == CsvRecord.State.Open)
            {
                var before = _lines.Peek(count - 1)!;
                bytes += before.Text.Length;
                if (count == RecordLinesMax || bytes > RecordBytesMax || _lines.Peek(count) is not { IsTooLong: false } next)
                    return Torn(count, IsRowOfItsOwn(line, cells), "a quote is never closed");
                goesOnIn = _record.Count;
                state = _record.GoOn(before.End, next.Text);
                count++;
            }

            if (state == CsvRecord.State.Broken)
            {
                return Torn(count, IsRowOfItsOwn(line, cells), count == 1
                    ? "text stands behind a closing quote"
                    : $"a quote is not closed before row {Row + count - 1}, where text stands behind it");
            }

            if (cells is not { } expected)
                return (count, null);
            if (_record.Count != expected)
                return Torn(count, false, $"{_record.Count} cells under a header of {expected}");
            for (var i = 1; i < count; i++)
            {
                // A line within the quotes that is a row by itself: the quotes are of two rows rather than of one cell. The last line of a
                // first cell has all the others after it by right, unless the line it began on has, too.
                var isLastOfFirst = i == count - 1 && goesOnIn == 0 && !IsRowOfItsOwn(line, cells);
                if (!isLastOfFirst && _alone.Begin(_lines.Peek(i)!.Text) == CsvRecord.State.Complete && _alone.Count == expected)
                    return Torn(count, false, $"a quote is not closed before row {Row + i}, which is a row of its own");
            }

            return _record.HasStrayQuote && Row < _doubtfulBefore
                ? (count, (ErrorCatalogue.MalformedRow, "a quote stands within a value, after one that is not closed"))
                : (count, null);
        }

        /// <summary>
        /// Refuses a record by its first line alone. The lines after it are read as rows of their own; where the first was none, a quote
        /// within one of them may be the end of its cell, and such a line is refused too.
        /// </summary>
        private (int Lines, (ErrorDescription Error, string Detail)? Fault) Torn(int count, bool isRowOfItsOwn, string detail)
        {
            if (!isRowOfItsOwn)
                _doubtfulBefore = Math.Max(_doubtfulBefore, Row + count);
            return (1, (ErrorCatalogue.MalformedRow, detail));
        }

        private bool IsRowOfItsOwn(PhysicalLine line, int? cells) => line.Text.AsSpan().Count(_separator) + 1 == cells;

        private (ErrorDescription Error, string Detail)? FaultOfText(int lines)
        {
            for (var i = 0; i < lines; i++)
            {
                var text = _lines.Peek(i)!.Text;
                if (!Utf8.IsValid(text))
                    return (ErrorCatalogue.InvalidUtf8, $"byte {Utf8Length(text) + 1} of line {Row + i} does not fit the file's encoding");
                if (text.AsSpan().Contains((byte)0))
                    return (ErrorCatalogue.ControlCharacter, "a NUL character");
            }

            return null;
        }

        private static int Utf8Length(ReadOnlySpan<byte> text)
        {
            var length = 0;
            while (System.Text.Rune.DecodeFromUtf8(text[length..], out _, out var consumed) == System.Buffers.OperationStatus.Done)
                length += consumed;
            return length;
        }

        private static byte? Separator(PhysicalLine? first) =>
            first is { Text: [(byte)'s', (byte)'e', (byte)'p', (byte)'=', var said] } ? said : null;

        private static byte MostFrequent(PhysicalLines lines) =>
            ",;\t|"u8.ToArray().Select(separator => (Separator: separator, Cells: CellsOfHeader(lines, separator)))
                .MaxBy(candidate => candidate.Cells).Separator;

        private static int CellsOfHeader(PhysicalLines lines, byte separator)
        {
            var record = new CsvRecord(separator);
            if (lines.Peek() is not { } line)
                return 0;
            var state = record.Begin(line.Text);
            for (var i = 1; state == CsvRecord.State.Open && i < RecordLinesMax && lines.Peek(i) is { } next; i++)
                state = record.GoOn(lines.Peek(i - 1)!.End, next.Text);
            return state == CsvRecord.State.Complete ? record.Count : line.Text.AsSpan().Count(separator) + 1;
        }
    }
}
