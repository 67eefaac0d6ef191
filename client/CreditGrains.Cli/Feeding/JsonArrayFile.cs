using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CreditGrains.Cli.Terminal;

namespace CreditGrains.Cli.Feeding;

/// <summary>One JSON array of events, read element by element.</summary>
internal sealed class JsonArrayFile(string path) : IFeedFile
{
    private static readonly JsonWriterOptions OneLine = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Indented = false };

    public bool AnyOrder => true;

    public async IAsyncEnumerable<FeedBatch> ReadAsync(FeedPlace from, int batchRows,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        var (encoding, mark) = TextForm.Of(path);
        await using var file = File.OpenRead(path);
        file.Position = mark;
        await using var utf8 = encoding is UTF8Encoding ? (Stream)file : Encoding.CreateTranscodingStream(file, encoding, Encoding.UTF8);
        var batch = new MemoryStream();
        long row = 0;
        var first = from.Rows + 1;
        await foreach (var element in ElementsAsync(utf8, cancellation))
        {
            if (++row <= from.Rows)
                continue;
            using (var writer = new Utf8JsonWriter(batch, OneLine))
                element.WriteTo(writer);
            batch.WriteByte((byte)'\n');
            if (row - first + 1 < batchRows)
                continue;
            yield return new FeedBatch(batch.ToArray(), null, first, new FeedPlace(row, 0));
            batch.SetLength(0);
            first = row + 1;
        }

        if (batch.Length > 0)
            yield return new FeedBatch(batch.ToArray(), null, first, new FeedPlace(row, 0));
    }

    private async IAsyncEnumerable<JsonElement> ElementsAsync(Stream utf8, [EnumeratorCancellation] CancellationToken cancellation)
    {
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
                throw new CliException(
                    ExitCode.Invalid, $"{Path.GetFileName(path)} is not a JSON array: {exception.Message}",
                    "Elements before that place were sent. "
                    + "Mend the file, or use one event a line (.ndjson), where a bad line stops nothing.");
            }

            yield return elements.Current;
        }
    }
}
