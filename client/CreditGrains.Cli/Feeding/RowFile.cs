using System.Buffers;
using System.Runtime.CompilerServices;
using CreditGrains.Domain.Feeds;

namespace CreditGrains.Cli.Feeding;

/// <summary>Rows of a CSV or XLSX file under a header, each made an event by a mapping of the rulebook.</summary>
/// <param name="table">The rows.</param>
/// <param name="converter">The mapping.</param>
/// <param name="anyOrder">Whether the mapping gives revisions.</param>
internal sealed class RowFile(ITable table, RowConverter converter, bool anyOrder) : IFeedFile
{
    public bool AnyOrder => anyOrder;

    public async IAsyncEnumerable<FeedBatch> ReadAsync(FeedPlace from, int batchRows,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.CompletedTask;
        using var rows = table.Open();
        var header = rows.Header;
        var row = new Dictionary<string, string>(header.Count, StringComparer.Ordinal);
        var output = new ArrayBufferWriter<byte>(1 << 20);
        var numbers = new List<long>(batchRows);
        while (rows.Read())
        {
            if (rows.Row <= from.Rows)
                continue;
            for (var i = 0; i < header.Count; i++)
            {
                if (header[i].Length > 0)
                    row[header[i]] = rows[i];
            }

            if (!converter.Convert(row, output))
                continue;
            output.Write("\n"u8);
            numbers.Add(rows.Row);
            if (numbers.Count < batchRows)
                continue;
            cancellation.ThrowIfCancellationRequested();
            yield return Batch(output, numbers, rows.Row);
            output.ResetWrittenCount();
            numbers.Clear();
        }

        if (numbers.Count > 0)
            yield return Batch(output, numbers, rows.Row);
    }

    private static FeedBatch Batch(ArrayBufferWriter<byte> output, List<long> numbers, long row) =>
        new(output.WrittenSpan.ToArray(), [.. numbers], numbers[0], new FeedPlace(row, 0));
}
