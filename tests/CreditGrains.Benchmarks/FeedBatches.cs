using System.Buffers.Binary;
using System.Runtime.InteropServices;
using CreditGrains.Engine.Synthetic;

namespace CreditGrains.Benchmarks;

/// <summary>Lines of the generator, cut into batches beforehand, so that sending them costs the client next to nothing.</summary>
public sealed class FeedBatches : IDisposable
{
    /// <summary>Lines in a batch.</summary>
    public const int Lines = 1000;

    private readonly IEnumerator<ReadOnlyMemory<byte>> _lines;

    /// <param name="options">What the generator makes.</param>
    public FeedBatches(SyntheticOptions options) => _lines = new SyntheticFeed(options).Lines().GetEnumerator();

    /// <summary>The next lines, in the generator's order.</summary>
    public List<FeedBatch> Next(int lines)
    {
        var batches = new List<FeedBatch>(lines / Lines);
        while (batches.Count * Lines < lines)
        {
            var body = new List<byte>(512 * 1024);
            var ends = new List<int>(Lines);
            while (ends.Count < Lines && _lines.MoveNext())
            {
                body.AddRange(_lines.Current.Span);
                body.Add((byte)'\n');
                ends.Add(body.Count);
            }

            if (ends.Count < Lines)
                throw new InvalidOperationException("The generator has no more lines.");
            batches.Add(new FeedBatch([.. body], ends));
        }

        return batches;
    }

    public void Dispose() => _lines.Dispose();
}

/// <summary>Some lines as NDJSON.</summary>
/// <param name="Body">The lines, each with its line feed.</param>
/// <param name="Ends">Where each line ends, its line feed included.</param>
public sealed record FeedBatch(byte[] Body, IReadOnlyList<int> Ends)
{
    private static readonly byte[] CopyHead = [.. "PGCOPY\n"u8, 0xff, (byte)'\r', (byte)'\n', 0, 0, 0, 0, 0, 0, 0, 0, 0];

    /// <summary>The same lines as binary COPY into (bigint, bytea), numbered from a number on.</summary>
    public static byte[] ToCopy(IEnumerable<FeedBatch> batches, long first)
    {
        var bytes = new List<byte>(512 * 1024);
        bytes.AddRange(CopyHead);
        Span<byte> head = stackalloc byte[18];
        foreach (var batch in batches)
        {
            var start = 0;
            foreach (var end in batch.Ends)
            {
                BinaryPrimitives.WriteInt16BigEndian(head, 2);
                BinaryPrimitives.WriteInt32BigEndian(head[2..], 8);
                BinaryPrimitives.WriteInt64BigEndian(head[6..], first++);
                BinaryPrimitives.WriteInt32BigEndian(head[14..], end - 1 - start);
                bytes.AddRange(head);
                bytes.AddRange(batch.Body.AsSpan(start, end - 1 - start));
                start = end;
            }
        }

        bytes.AddRange((ReadOnlySpan<byte>)[0xff, 0xff]);
        return CollectionsMarshal.AsSpan(bytes).ToArray();
    }
}
