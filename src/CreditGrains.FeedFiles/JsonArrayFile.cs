using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace CreditGrains.FeedFiles;

/// <summary>
/// One JSON array of events, read element by element. Elements go as they stand in the file, on one line each, so that the server judges
/// what was written: also a text that is not good UTF-8. An array that breaks off is refused before anything is sent.
/// </summary>
internal sealed class JsonArrayFile(string path, TextEncoding encoding) : IFeedFile
{
    private const int BatchBytesMax = 16 * 1024 * 1024;

    public bool AnyOrder => true;

    public async IAsyncEnumerable<FeedBatch> ReadAsync(FeedPlace from, int batchRows,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var element in ElementsAsync(cancellation))
            _ = element;
        var batch = new MemoryStream();
        long row = 0;
        var first = from.Rows + 1;
        await foreach (var element in ElementsAsync(cancellation))
        {
            if (++row <= from.Rows)
                continue;
            WriteLine(element, batch);
            if (row - first + 1 < batchRows && batch.Length < BatchBytesMax)
                continue;
            yield return new FeedBatch(batch.ToArray(), null, first, new FeedPlace(row, 0), row - first + 1);
            batch.SetLength(0);
            first = row + 1;
        }

        if (batch.Length > 0)
            yield return new FeedBatch(batch.ToArray(), null, first, new FeedPlace(row, 0), row - first + 1);
    }

    /// <summary>Line breaks stand between the parts of an element, where a space means the same: JSON has none within a text.</summary>
    private static void WriteLine(JsonElement element, MemoryStream batch)
    {
        var start = (int)batch.Length;
        batch.Write(JsonMarshal.GetRawUtf8Value(element));
        var line = batch.GetBuffer().AsSpan(start, (int)batch.Length - start);
        line.Replace((byte)'\n', (byte)' ');
        line.Replace((byte)'\r', (byte)' ');
        batch.WriteByte((byte)'\n');
    }

    private async IAsyncEnumerable<JsonElement> ElementsAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var utf8 = encoding.Open(path);
        var elements = JsonSerializer.DeserializeAsyncEnumerable<JsonElement>(utf8,
            cancellationToken: cancellation).GetAsyncEnumerator(cancellation);
        await using var closing = elements.ConfigureAwait(false);
        while (true)
        {
            try
            {
                if (!await elements.MoveNextAsync())
                    yield break;
            }
            catch (JsonException exception)
            {
                throw new FeedFileException(
                    FeedFileFault.NotAnArray, $"{Path.GetFileName(path)} is not a JSON array: {exception.Message}",
                    "Nothing was sent. Mend the file, or use one event a line (.ndjson), where a bad line stops nothing.",
                    exception.Message);
            }

            yield return elements.Current;
        }
    }
}
