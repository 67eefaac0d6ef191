using System.Buffers;
using System.Buffers.Binary;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Storage.Postgres.Subjects;

/// <summary>Neighbouring blocks of a shard as they were read, and the place in them of each entry after a subject, in order.</summary>
/// <param name="capacity">About how many entries there will be.</param>
internal sealed class ReadBlocks(int capacity) : IDisposable
{
    private readonly List<ReadBlock> _blocks = [];
    private (int Block, int At)[] _entries = ArrayPool<(int, int)>.Shared.Rent(Math.Max(1, capacity));

    public int Count { get; private set; }

    /// <param name="block">The next one.</param>
    /// <param name="after">Entries up to this key are passed over.</param>
    public void Add(ReadBlock block, ReadOnlySpan<byte> after)
    {
        var number = _blocks.Count;
        _blocks.Add(block);
        var body = block.Body.AsSpan();
        for (var at = 0; at < body.Length;)
        {
            var key = AssessmentBlock.KeyAt(body, at);
            if (key.SequenceCompareTo(after) > 0)
                Add((number, at));
            at += key.Length + AssessmentBlock.FixedLength;
        }
    }

    public ReadOnlySpan<byte> KeyAt(int place)
    {
        var (block, at) = _entries[place];
        return AssessmentBlock.KeyAt(_blocks[block].Body, at);
    }

    public AssessmentBlockEntry this[int place]
    {
        get
        {
            var (block, at) = _entries[place];
            return AssessmentBlock.Read(_blocks[block].Body, ref at);
        }
    }

    /// <summary>
    /// Puts results into the blocks, whose bodies are changed; null when a row is not as it was read, so that they have to be read again.
    /// </summary>
    /// <param name="shard">The shard.</param>
    /// <param name="results">In order, with their places.</param>
    /// <param name="symbols">Gives the number of a text.</param>
    /// <param name="changed">The blocks of the rows that are returned, in their order.</param>
    public BlockRows? Put(int shard, IReadOnlyList<AssessmentResult> results, AssessmentBlockSymbols symbols, List<ReadBlock> changed)
    {
        var rows = new BlockRows();
        for (var i = 0; i < results.Count;)
        {
            if (results[i].Place is not { } first)
                return null;
            var number = _entries[first].Block;
            var block = _blocks[number];
            for (; i < results.Count && results[i].Place is { } place && _entries[place].Block == number; i++)
            {
                var result = results[i];
                var numbers = AssessmentBlock.NumbersAt(block.Body, _entries[place].At);
                if (BinaryPrimitives.ReadInt64BigEndian(numbers) != result.Position)
                    return null;
                symbols.Write(numbers, result);
            }

            var (nextDue, grades) = AssessmentBlock.Characterise(block.Body);
            rows.Add(shard, block.First, block.Body, nextDue, grades);
            changed.Add(block);
        }

        return rows;
    }

    public void Dispose()
    {
        if (_entries.Length > 0)
            ArrayPool<(int, int)>.Shared.Return(_entries);
        (_entries, Count) = ([], 0);
    }

    private void Add((int, int) entry)
    {
        if (Count == _entries.Length)
        {
            var larger = ArrayPool<(int, int)>.Shared.Rent(Count * 2);
            _entries.AsSpan(0, Count).CopyTo(larger);
            ArrayPool<(int, int)>.Shared.Return(_entries);
            _entries = larger;
        }

        _entries[Count++] = entry;
    }
}

/// <summary>One block as it was read.</summary>
/// <param name="first">Its first key, as stored.</param>
/// <param name="body">Its entries.</param>
/// <param name="version">The transaction that wrote it: whoever writes it again gives it another.</param>
internal sealed class ReadBlock(string first, byte[] body, uint version)
{
    public string First => first;

    public byte[] Body => body;

    public uint Version { get; set; } = version;
}
