using System.Runtime.CompilerServices;
using CreditGrains.Domain.Feeds;

namespace CreditGrains.FeedFiles;

/// <summary>
/// One event a line. Lines go as they are: judging them is the server's. Of a line longer than any server takes only the beginning is
/// sent, so
/// that it is refused as too long and costs no memory here.
/// </summary>
internal sealed class NdjsonFile(string path, TextEncoding encoding) : IFeedFile
{
    private const int LineBytesSent = 320 * 1024;
    private const int BatchBytesMax = 16 * 1024 * 1024;
    private const int ChunkBytes = 256 * 1024;

    public bool AnyOrder => true;

    public async IAsyncEnumerable<FeedBatch> ReadAsync(FeedPlace from, int batchRows,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        var plain = encoding.IsUtf8;
        await using var utf8 = encoding.Open(path);
        if (plain && from.Bytes > 0)
            utf8.Position = from.Bytes;
        var position = plain ? utf8.Position : 0;
        long row = 0;
        if (plain && from.Bytes > 0)
            row = from.Rows;
        var skip = plain && from.Bytes > 0 ? 0 : from.Rows;
        var batch = new MemoryStream();
        var (first, lineStart, lines) = (row + 1, 0L, 0L);
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

                lines += EndLine(batch, lineStart);
                lineStart = batch.Length;
                if (row - first + 1 < batchRows && batch.Length < BatchBytesMax)
                    continue;
                yield return new FeedBatch(batch.ToArray(), null, first, new FeedPlace(row, plain ? position : 0), lines);
                batch.SetLength(0);
                (first, lineStart, lines) = (row + 1, 0, 0);
            }
        }

        if (batch.Length > lineStart)
        {
            lines += EndLine(batch, lineStart);
            row++;
        }

        if (batch.Length > 0)
            yield return new FeedBatch(batch.ToArray(), null, first, new FeedPlace(row, plain ? position : 0), lines);
    }

    /// <summary>Ends a line.</summary>
    /// <returns>1 when the server answers it; 0 when it is of white space, which the server passes over unless it is too long.</returns>
    private static int EndLine(MemoryStream batch, long start)
    {
        var line = batch.GetBuffer().AsSpan((int)start, (int)(batch.Length - start));
        var answered = line.ContainsAnyExcept(" \t\r"u8) || line.Length > EventReader.LineBytesMax;
        batch.WriteByte((byte)'\n');
        return answered ? 1 : 0;
    }
}
