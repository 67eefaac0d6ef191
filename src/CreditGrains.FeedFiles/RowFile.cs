using System.Buffers;
using System.Runtime.CompilerServices;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Feeds;

namespace CreditGrains.FeedFiles;

/// <summary>
/// Rows of a CSV or XLSX file under a header, each made an event by a mapping of the rulebook, or refused: a row that can be read in more
/// ways than one is not sent. Rows of empty cells are passed over.
/// </summary>
/// <param name="table">The rows.</param>
/// <param name="converter">The mapping.</param>
/// <param name="anyOrder">Whether the mapping gives revisions.</param>
/// <param name="headerRow">1-based row of the header; null for the first that is not empty.</param>
internal sealed class RowFile(ITable table, RowConverter converter, bool anyOrder, int? headerRow = null) : IFeedFile
{
    public bool AnyOrder => anyOrder;

    public async IAsyncEnumerable<FeedBatch> ReadAsync(FeedPlace from, int batchRows,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.CompletedTask;
        using var rows = table.Open(headerRow);
        var columns = Columns.Of(rows.Header, converter);
        var row = new Dictionary<string, string>(rows.Header.Count, StringComparer.Ordinal);
        var output = new ArrayBufferWriter<byte>(1 << 20);
        var numbers = new List<long>(batchRows);
        var refused = new List<RefusedRow>();
        while (rows.Read())
        {
            if (rows.Row <= from.Rows)
                continue;
            if (Fault(rows, columns, row) is { } fault)
            {
                refused.Add(new RefusedRow(rows.Row, fault.Error, fault.Detail));
            }
            else
            {
                if (!converter.Convert(row, output))
                    continue;
                output.Write("\n"u8);
                numbers.Add(rows.Row);
            }

            if (numbers.Count + refused.Count < batchRows)
                continue;
            cancellation.ThrowIfCancellationRequested();
            yield return Batch(output, numbers, refused, rows.Row);
            output.ResetWrittenCount();
            numbers.Clear();
            refused.Clear();
        }

        if (numbers.Count + refused.Count > 0)
            yield return Batch(output, numbers, refused, rows.Row);
    }

    /// <summary>Fills the row by the mapping's names; says why it may not be sent, if so.</summary>
    private (ErrorDescription Error, string Detail)? Fault(ITableRows rows, Columns columns, Dictionary<string, string> row)
    {
        if (rows.Fault is { } fault)
            return fault;
        row.Clear();
        for (var i = 0; i < rows.Header.Count; i++)
        {
            var names = columns.NamesOf(i);
            if (names.Count > 0 && rows.FaultOf(i) is { } unreadable)
                return (ErrorCatalogue.UnreadableCell, $"column {names[0]}: {unreadable}");
            var cell = rows[i];
            if (names.Count == 0)
                row[columns.UnusedKeys[i]] = cell;
            foreach (var name in names)
            {
                if (converter.OneLineColumns.Contains(name) && cell.AsSpan().Trim().ContainsAny('\n', '\r'))
                    return (ErrorCatalogue.MalformedRow, $"a line breaks within the value of column {name}");
                row[name] = cell;
            }
        }

        return null;
    }

    private static FeedBatch Batch(ArrayBufferWriter<byte> output, List<long> numbers, List<RefusedRow> refused, long row) =>
        new(output.WrittenSpan.ToArray(), [.. numbers], numbers.Count > 0 ? numbers[0] : row, new FeedPlace(row, 0), numbers.Count)
        {
            Refused = [.. refused],
        };
}
