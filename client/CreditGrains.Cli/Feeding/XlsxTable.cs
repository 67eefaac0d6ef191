using System.Globalization;
using CreditGrains.Cli.Terminal;
using ExcelDataReader;
using ExcelDataReader.Exceptions;

namespace CreditGrains.Cli.Feeding;

/// <summary>A sheet of an XLSX (or XLS) workbook; its first row that is not empty is the header.</summary>
/// <param name="path">The workbook.</param>
/// <param name="sheet">The sheet's name; null takes the first.</param>
internal sealed class XlsxTable(string path, string? sheet) : ITable
{
    public ITableRows Open() => new Rows(path, sheet);

    private sealed class Rows : ITableRows
    {
        private readonly FileStream _file;
        private readonly IExcelDataReader _reader;

        public Rows(string path, string? sheet)
        {
            _file = File.OpenRead(path);
            try
            {
                _reader = ExcelReaderFactory.CreateReader(_file);
                Select(path, sheet);
                do
                {
                    if (!Read())
                        throw new CliException(
                            ExitCode.Invalid, $"Sheet '{_reader.Name}' is empty.", "Its first row must hold the column names.");
                }
                while (Enumerable.Range(0, _reader.FieldCount).All(i => this[i].Length == 0));
                Header = [.. Enumerable.Range(0, _reader.FieldCount).Select(i => this[i].Trim())];
            }
            catch (Exception exception) when (exception is ExcelReaderException or InvalidDataException)
            {
                _file.Dispose();
                throw new CliException(
                    ExitCode.Invalid, $"{Path.GetFileName(path)} is not a workbook: {exception.Message}", "Save it as .xlsx or .csv.");
            }
            catch
            {
                _reader?.Dispose();
                _file.Dispose();
                throw;
            }
        }

        public IReadOnlyList<string> Header { get; }

        public long Row { get; private set; }

        public string this[int column] => column < _reader.FieldCount ? Text(_reader.GetValue(column)) : "";

        public bool Read()
        {
            if (!_reader.Read())
                return false;
            Row++;
            return true;
        }

        public void Dispose()
        {
            _reader.Dispose();
            _file.Dispose();
        }

        private void Select(string path, string? sheet)
        {
            if (sheet is null)
                return;
            var names = new List<string>();
            do
            {
                if (_reader.Name == sheet)
                    return;
                names.Add(_reader.Name);
            }
            while (_reader.NextResult());
            throw new CliException(
                ExitCode.Invalid, $"{Path.GetFileName(path)} has no sheet '{sheet}'.", $"It has: {string.Join(", ", names)}.");
        }

        /// <summary>Numbers without an exponent, so that a code typed as a number keeps its digits as far as Excel has them.</summary>
        private static string Text(object? value) => value switch
        {
            null => "",
            string text => text,
            DateTime { TimeOfDay.Ticks: 0 } date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            DateTime instant => instant.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
            double number when Math.Abs(number) < 7e27 => ((decimal)number).ToString(CultureInfo.InvariantCulture),
            bool flag => flag ? "true" : "false",
            IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString() ?? "",
        };
    }
}
