using System.Globalization;
using CreditGrains.Cli.Terminal;
using CsvHelper;
using CsvHelper.Configuration;

namespace CreditGrains.Cli.Feeding;

/// <summary>A CSV file with a header: separated by commas, semicolons or tabs, whichever its first line has.</summary>
internal sealed class CsvTable(string path) : ITable
{
    public ITableRows Open() => new Rows(path);

    private static string Delimiter(string path)
    {
        var (encoding, _) = TextForm.Of(path);
        using var reader = new StreamReader(path, encoding);
        var line = reader.ReadLine() ?? "";
        return new[] { ",", "\t", ";" }.MaxBy(candidate => line.Split(candidate).Length)!;
    }

    private sealed class Rows : ITableRows
    {
        private readonly CsvParser _parser;

        public Rows(string path)
        {
            var (encoding, _) = TextForm.Of(path);
            var configuration = new CsvConfiguration(CultureInfo.InvariantCulture)
            {
                Delimiter = Delimiter(path), BadDataFound = null, IgnoreBlankLines = true, BufferSize = 64 * 1024, ProcessFieldBufferSize = 4096,
            };
            _parser = new CsvParser(new StreamReader(path, encoding, detectEncodingFromByteOrderMarks: true, 64 * 1024), configuration);
            if (!_parser.Read())
                throw new CliFailure(ExitCode.Invalid, $"{Path.GetFileName(path)} is empty.", "Its first row must hold the column names.");
            Header = [.. _parser.Record!.Select(name => name.Trim())];
        }

        public IReadOnlyList<string> Header { get; }

        public long Row => _parser.RawRow;

        public string this[int column] => column < _parser.Count ? _parser[column] : "";

        public bool Read() => _parser.Read();

        public void Dispose() => _parser.Dispose();
    }
}
