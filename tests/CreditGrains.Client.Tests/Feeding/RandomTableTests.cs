using System.Globalization;
using System.Text;
using System.Text.Unicode;
using CreditGrains.Cli.Feeding;
using CreditGrains.FeedFiles;

namespace CreditGrains.Client.Tests.Feeding;

/// <summary>
/// Random tables in every encoding, with damaged rows among them: what is accepted is exactly what was written, or the row is named. The
/// seed of a failure is in its message and replays.
/// </summary>
public sealed class RandomTableTests : IDisposable
{
    private const int Seeds = 400;

    private static readonly string[] Encodings =
        ["utf-8", "utf-8 mark", "utf-16", "utf-16 mark", "utf-16BE", "utf-16BE mark", "gb18030", "gb18030 asked"];

    private static readonly string[] Texts =
        ["虚构甲乙丙有限公司", "𬭩新材料", "é", "贸易", "10(万)", "2020-01-05", "a b", "·", "😀", "", "x", "〔2026〕1号", "\u3000", "\uFFFD"];

    private readonly TemporaryFolder _folder = new();

    static RandomTableTests() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Csv_row_is_accepted_as_written_or_named()
    {
        var (accepted, named) = (0, 0);
        for (var seed = 0; seed < Seeds; seed++)
        {
            var table = new RandomTable(seed);
            var path = _folder.Write("a.csv", table.Bytes);
            using var rows = new CsvTable(path, TextEncoding.Of(path, table.Asked)).Open();
            var outcomes = new Dictionary<long, string[]?>();
            while (rows.Read())
            {
                Assert.True(outcomes.TryAdd(rows.Row, rows.Fault is null ? [.. rows.Header.Select((_, i) => rows[i])] : null),
                    $"seed {seed}: row {rows.Row} has two outcomes");
            }

            foreach (var row in table.Rows)
            {
                Assert.True(outcomes.Remove(row.Line, out var cells), $"seed {seed}: row {row.Line} has no outcome");
                Assert.True(cells is null || cells.SequenceEqual(row.Cells),
                    $"seed {seed}: row {row.Line} was '{string.Join('|', row.Cells)}', accepted '{string.Join('|', cells ?? [])}'");
                Assert.True(cells is not null || row.IsDamaged || table.HasStrayQuotes || !table.IsSure,
                    $"seed {seed}: row {row.Line} is good and was refused");
                Assert.True(cells is null || !row.IsSpoilt, $"seed {seed}: row {row.Line} is damaged and was accepted");
                accepted += cells is null ? 0 : 1;
                named += cells is null ? 1 : 0;
            }

            // Lines within a row whose quotes are damaged may be named on their own, and none of them may come in.
            Assert.DoesNotContain(outcomes, outcome => outcome.Value is not null);
            Assert.True(outcomes.Count == 0 || table.HasStrayQuotes || table.Rows.Any(row => row.IsDamaged),
                $"seed {seed}: rows of nothing");
        }

        Assert.True(accepted > 1000 && named > 500, $"{accepted} accepted, {named} named");
    }

    [Fact]
    public async Task Ndjson_line_is_sent_as_written_or_unreadable_by_itself()
    {
        for (var seed = 0; seed < Seeds; seed++)
        {
            var table = new RandomTable(seed, ndjson: true);
            var path = _folder.Write("a.ndjson", table.Bytes);
            var file = new NdjsonFile(path, TextEncoding.Of(path, table.Asked));
            var sent = new Dictionary<long, byte[]>();
            await foreach (var batch in file.ReadAsync(default, 1 + (seed % 7), TestContext.Current.CancellationToken))
            {
                var line = 0;
                foreach (var text in Lines(batch.Ndjson.ToArray()))
                    sent.Add(batch.RowOf(++line), text);
            }

            foreach (var row in table.Rows)
            {
                Assert.True(sent.Remove(row.Line, out var text), $"seed {seed}: line {row.Line} was not sent");
                var written = Encoding.UTF8.GetBytes(row.Cells[0]);
                Assert.True(row.IsSpoilt ? !Utf8.IsValid(text) || text.Contains((byte)0) : !table.IsSure || text.SequenceEqual(written),
                    $"seed {seed}: line {row.Line} was '{row.Cells[0]}', sent '{Encoding.UTF8.GetString(text!)}'");
                Assert.True(row.IsSpoilt || text.SequenceEqual(written) || !Utf8.IsValid(text),
                    $"seed {seed}: line {row.Line} was altered");
            }

            Assert.Empty(sent);
        }
    }

    private static List<byte[]> Lines(byte[] ndjson)
    {
        var lines = new List<byte[]>();
        foreach (var line in ndjson.AsSpan()[..^1].Split((byte)'\n'))
            lines.Add(ndjson[line]);
        return lines;
    }

    /// <summary>A row as written. Spoilt: its bytes are no text. Damaged: refused for that, or for its cells or quotes.</summary>
    private sealed record WrittenRow(long Line, string[] Cells, bool IsSpoilt, bool IsDamaged);

    private sealed class RandomTable
    {
        private readonly Random _random;
        private readonly List<byte> _bytes = [];
        private readonly Encoding _encoding;
        private readonly bool _isUtf16;
        private readonly int _width;
        private readonly string _end;
        private readonly char _separator;
        private long _line = 1;

        public RandomTable(int seed, bool ndjson = false)
        {
            _random = new Random(seed);
            var name = Encodings[seed % Encodings.Length];
            _encoding = Encoding.GetEncoding(name.Split(' ')[0]);
            _isUtf16 = name.StartsWith("utf-16", StringComparison.Ordinal);
            Asked = name.EndsWith("asked", StringComparison.Ordinal) ? "gb18030" : null;

            // GB 18030 is told by what stands in the file; where a random one is not told, its rows are refused.
            IsSure = name != "gb18030";
            if (name.EndsWith("mark", StringComparison.Ordinal))
                _bytes.AddRange(_encoding.GetPreamble());
            _width = _random.Next(3, 9);
            _end = ndjson || _random.Next(2) == 0 ? "\n" : "\r\n";
            _separator = ",;\t|"[_random.Next(4)];
            if (!ndjson)
                Write(string.Join(_separator, Enumerable.Range(0, _width).Select(i => $"column{i}")) + _end, 1);
            var count = _random.Next(3, 12);
            for (var i = 0; i < count; i++)
            {
                if (ndjson)
                    WriteLine();
                else
                    WriteRow();
            }
        }

        public byte[] Bytes => [.. _bytes];

        public string? Asked { get; }

        public bool IsSure { get; }

        public bool HasStrayQuotes { get; private set; }

        public List<WrittenRow> Rows { get; } = [];

        private void WriteLine()
        {
            var text = $"{{\"id\":\"{_random.Next(1000)}\",\"name\":\"{Text()}{Text()}\"}}";
            var spoilt = _random.Next(5) == 0;
            Rows.Add(new WrittenRow(_line, [text], spoilt, spoilt));
            Write(text[..9], 0);
            Spoil(spoilt);
            Write(text[9..] + "\n", 1);
        }

        private void WriteRow()
        {
            var damage = _random.Next(12);
            var cells = Enumerable.Range(0, _width).Select(_ => Text()).ToArray();
            cells[0] = $"id{_random.Next(1000).ToString(CultureInfo.InvariantCulture)}";
            if (damage > 3 && _random.Next(2) == 0)
            {
                cells[_random.Next(1, _width)] +=
                    _random.Next(4) switch { 0 => $"{_separator}z", 1 => "\"q\"", 2 => "\nz", _ => "\r\nz\r\nz" };
            }


            var line = _line;
            var written = cells.Select((cell, i) => i > 0 && (NeedsQuotes(cell) || _random.Next(4) == 0)
                ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : cell).ToArray();
            var spoilt = damage == 0;
            switch (damage)
            {
                case 1:
                    written = [.. written, "more"];
                    break;
                case 2:
                    written = written[..^1];
                    break;
                case 3:
                    // A quote anywhere in a row without others: a character, if the row is read at all.
                    HasStrayQuotes = true;
                    var at = _random.Next(_width);
                    cells[at] = cells[at].Insert(_random.Next(2) == 0 ? 0 : cells[at].Length, "\"");
                    written = cells;
                    break;
                default:
                    break;
            }

            Rows.Add(new WrittenRow(line, cells, spoilt || damage is 1 or 2, damage < 4));
            Write(written[0], 0);
            Spoil(spoilt);
            var rest = string.Concat(written.Skip(1).Select(cell => _separator + cell)) + _end;
            Write(rest, rest.Count(c => c == '\n'));
        }

        /// <summary>A byte, or half a character, that no text of the encoding has; or a NUL.</summary>
        private void Spoil(bool spoilt)
        {
            if (!spoilt)
                return;
            var isNul = _random.Next(2) == 0;
            if (_isUtf16)
                _bytes.AddRange(isNul ? _encoding.GetBytes("\0") : _encoding.CodePage == 1200 ? [0x01, 0xD8] : new byte[] { 0xD8, 0x01 });
            else
                _bytes.Add(isNul ? (byte)0 : (byte)0xFF);
        }

        private bool NeedsQuotes(string cell) => cell.AsSpan().ContainsAny([_separator, '"', '\n', '\r']);

        private string Text() => Texts[_random.Next(Texts.Length)] + Texts[_random.Next(Texts.Length)];

        private void Write(string text, int lines)
        {
            _bytes.AddRange(_encoding.GetBytes(text));
            _line += lines;
        }
    }
}
