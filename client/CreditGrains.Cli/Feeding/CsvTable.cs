using CreditGrains.Cli.Terminal;
using CsvHelper;

namespace CreditGrains.Cli.Feeding;

/// <summary>A CSV file with a header: separated by commas, semicolons, tabs or bars, whichever its first lines have.</summary>
internal sealed class CsvTable(string path) : ITable
{
    /// <summary>An unclosed quote must not swallow the file.</summary>
    private const int RecordBytesMax = 4 * 1024 * 1024;

    public ITableRows Open() => new Rows(path);

    private sealed class Rows : ITableRows
    {
        private readonly string _path;
        private readonly CsvReader _reader;

        public Rows(string path)
        {
            _path = path;
            var (encoding, mark) = TextForm.Of(path);
            var file = File.OpenRead(path);
            file.Position = mark;
            _reader = CsvReader.Create(
                file, new CsvReaderOptions { Encoding = encoding, MaxRecordSize = RecordBytesMax, TrackLineNumbers = true },
                    leaveOpen: false);
            try
            {
                Header = [.. _reader.Headers.Select(name => name.Trim())];
                if (Header.Count == 0)
                    throw new CliException(ExitCode.Invalid, $"{Path.GetFileName(path)} is empty.",
                        "Its first row must hold the column names.");
            }
            catch
            {
                _reader.Dispose();
                throw;
            }
        }

        public IReadOnlyList<string> Header { get; }

        public long Row => _reader.LineNumber;

        public string this[int column] => _reader.GetString(column);

        public bool Read()
        {
            try
            {
                return _reader.Read();
            }
            catch (CsvFormatException exception)
            {
                throw new CliException(
                    ExitCode.Invalid, $"{Path.GetFileName(_path)} cannot be read on: {exception.Message}",
                        "Look for a quote that is never closed.");
            }
        }

        public void Dispose() => _reader.Dispose();
    }
}
