using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using CreditGrains.Domain.Identifiers;
using CreditGrains.Development.Synthetic;

namespace CreditGrains.Benchmarks;

/// <summary>Lines of the generator, cut into batches beforehand, so that sending them costs the client next to nothing.</summary>
public sealed class FeedBatches : IDisposable
{
    /// <summary>Lines in a batch.</summary>
    public const int Lines = 1000;

    private readonly IEnumerator<ReadOnlyMemory<byte>> _lines;
    private readonly int? _storedSubjects;
    private readonly SyntheticOrganisations _stored = new(1);
    private readonly Random _random = new(21);

    /// <param name="options">Options of the generator.</param>
    /// <param name="storedSubjects">
    /// So many organisations are in the prepared store: the lines are about those, and in no order. Null leaves them as they are made.
    /// </param>
    public FeedBatches(SyntheticOptions options, int? storedSubjects = null)
    {
        _lines = new SyntheticFeed(options).Lines().GetEnumerator();
        _storedSubjects = storedSubjects;
    }

    /// <summary>The next lines.</summary>
    public List<FeedBatch> Next(int lines)
    {
        var taken = new List<byte[]>(lines);
        while (taken.Count < lines)
        {
            if (!_lines.MoveNext())
                throw new InvalidOperationException("The generator has no more lines.");
            taken.Add(_lines.Current.ToArray());
        }

        if (_storedSubjects is { } subjects)
        {
            foreach (var line in taken)
                AboutStored(line, subjects);
            _random.Shuffle(CollectionsMarshal.AsSpan(taken));
        }

        return [.. taken.Chunk(Lines).Select(FeedBatch.Of)];
    }

    public void Dispose() => _lines.Dispose();

    /// <summary>Puts a stored organisation's code into a line, for all lines of one organisation the same.</summary>
    private void AboutStored(Span<byte> line, int subjects)
    {
        var at = line.IndexOf("\"subject\":\""u8) + "\"subject\":\""u8.Length;
        var code = line.Slice(at, Uscc.Length);
        var hash = 14695981039346656037ul;
        foreach (var letter in code)
            hash = (hash ^ letter) * 1099511628211ul;
        Encoding.ASCII.GetBytes(_stored.CodeOf((int)(hash % (ulong)subjects)), code);
    }
}

/// <summary>Some lines as NDJSON.</summary>
/// <param name="Body">The lines, each with its line feed.</param>
/// <param name="Ends">Where each line ends, its line feed included.</param>
public sealed record FeedBatch(byte[] Body, IReadOnlyList<int> Ends)
{
    private static readonly byte[] CopyHead = [.. "PGCOPY\n"u8, 0xff, (byte)'\r', (byte)'\n', 0, 0, 0, 0, 0, 0, 0, 0, 0];

    public static FeedBatch Of(IReadOnlyCollection<byte[]> lines)
    {
        var body = new byte[lines.Sum(line => line.Length + 1)];
        var ends = new List<int>(lines.Count);
        var end = 0;
        foreach (var line in lines)
        {
            line.CopyTo(body, end);
            body[end + line.Length] = (byte)'\n';
            ends.Add(end += line.Length + 1);
        }

        return new FeedBatch(body, ends);
    }

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
