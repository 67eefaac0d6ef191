using System.Runtime.CompilerServices;
using System.Text;

namespace CreditGrains.Cli.Feeding;

/// <summary>
/// One event a line. Lines go as they are: judging them is the server's. Of a line longer than any server takes only the beginning is
/// sent, so
/// that it is refused as too long and costs no memory here.
/// </summary>
internal sealed class NdjsonFile(string path) : IFeedFile
{
    private const int LineBytesSent = 320 * 1024;
    private const int BatchBytesMax = 16 * 1024 * 1024;
    private const int ChunkBytes = 256 * 1024;

    public bool AnyOrder => true;

    public async IAsyncEnumerable<FeedBatch> ReadAsync(FeedPlace from, int batchRows,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        var (encoding, mark) = TextForm.Of(path);
        var plain = encoding is UTF8Encoding;
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, ChunkBytes, FileOptions.SequentialScan);
        file.Position = plain && from.Bytes > 0 ? from.Bytes : mark;
        await using var utf8 = plain ? (Stream)file : Encoding.CreateTranscodingStream(file, encoding, Encoding.UTF8);
        var position = file.Position;
        long row = 0;
        if (plain && from.Bytes > 0)
            row = from.Rows;
        var skip = plain && from.Bytes > 0 ? 0 : from.Rows;
        var batch = new MemoryStream();
        var (first, lineStart) = (row + 1, 0L);
        var chunk = new byte[ChunkBytes];
        int read;
        while ((read = await utf8.ReadAsync(chunk, cancellation)) > 0)
        {
            for (var at = 0; at < read;)
            {
                var feed = chunk.AsSpan(at, read - at).IndexOf((byte)'\n');
                var length = feed < 0 ? read - at : feed;
                if (row >= skip)
                    batch.Write(chunk, at, (int)Math.Min(length, Math.Max(0, LineBytesSent - (batch.Length - lineStart))));
                at += length;
                position += length;
                if (feed < 0)
                    continue;
                at++;
                position++;
                if (++row <= skip)
                {
                    first = row + 1;
                    continue;
                }

                batch.WriteByte((byte)'\n');
                lineStart = batch.Length;
                if (row - first + 1 < batchRows && batch.Length < BatchBytesMax)
                    continue;
                yield return new FeedBatch(batch.ToArray(), null, first, new FeedPlace(row, plain ? position : 0));
                batch.SetLength(0);
                (first, lineStart) = (row + 1, 0);
            }
        }

        if (batch.Length > lineStart)
        {
            batch.WriteByte((byte)'\n');
            row++;
        }

        if (batch.Length > 0)
            yield return new FeedBatch(batch.ToArray(), null, first, new FeedPlace(row, plain ? position : 0));
    }
}
