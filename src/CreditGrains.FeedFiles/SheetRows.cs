using CreditGrains.Domain.Errors;

namespace CreditGrains.FeedFiles;

/// <summary>A cell as it is read: its text, or why it has none that can be told.</summary>
internal readonly record struct SheetCell(string Text, string? Fault)
{
    public static readonly SheetCell Empty = new("", null);

    public bool IsEmpty => Fault is null && string.IsNullOrWhiteSpace(Text);
}

/// <summary>Rows of a worksheet under its header.</summary>
internal sealed class SheetRows : ITableRows
{
    private readonly IEnumerator<(long Row, IReadOnlyList<SheetCell> Cells)> _rows;
    private readonly string _file;
    private readonly IDisposable _workbook;
    private IReadOnlyList<SheetCell> _cells = [];

    /// <param name="file">The file's name, for messages.</param>
    /// <param name="rows">The sheet's rows by number, in order.</param>
    /// <param name="workbook">Disposed of with this.</param>
    /// <param name="headerRow">1-based row of the header; null for the first that is not empty.</param>
    public SheetRows(
        string file, IEnumerable<(long Row, IReadOnlyList<SheetCell> Cells)> rows, IDisposable workbook, int? headerRow)
    {
        (_file, _workbook, _rows) = (file, workbook, rows.GetEnumerator());
        try
        {
            do
            {
                if (!Read())
                    throw new FeedFileException(
                        FeedFileFault.Empty, $"The sheet of {file} is empty.", "Its first row must hold the column names.");
            }
            while (headerRow is { } asked && Row < asked);
            var width = _cells.Count;
            while (width > 0 && _cells[width - 1].IsEmpty)
                width--;
            Header = [.. _cells.Take(width).Select(cell => cell.Text)];
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public IReadOnlyList<string> Header { get; } = [];

    public long Row { get; private set; }

    public (ErrorDescription Error, string Detail)? Fault { get; private set; }

    public string this[int column] => column < _cells.Count ? _cells[column].Text : "";

    public string? FaultOf(int column) => column < _cells.Count ? _cells[column].Fault : null;

    public bool Read()
    {
        do
        {
            if (!MoveNext())
                return false;
            (Row, _cells) = _rows.Current;
        }
        while (_cells.All(cell => cell.IsEmpty));
        var beyond = Header.Count == 0
            ? -1
            : Enumerable.Range(0, _cells.Count).Skip(Header.Count).FirstOrDefault(i => !_cells[i].IsEmpty, -1);
        Fault = beyond < 0
            ? null
            : (ErrorCatalogue.MalformedRow, $"a value in column {beyond + 1} under a header of {Header.Count}");
        return true;
    }

    public void Dispose()
    {
        _rows.Dispose();
        _workbook.Dispose();
    }

    private bool MoveNext()
    {
        try
        {
            return _rows.MoveNext();
        }
        catch (Exception exception) when (exception is not (FeedFileException or OperationCanceledException or OutOfMemoryException))
        {
            throw NotAWorkbook(_file, exception);
        }
    }

    /// <summary>Readers of workbooks throw whatever a broken one leads to.</summary>
    public static FeedFileException NotAWorkbook(string file, Exception exception) =>
        new(FeedFileFault.NotAWorkbook, $"{file} is not a workbook: {exception.Message}", "Save it as .xlsx or .csv.", exception.Message);
}
