using System.Runtime.InteropServices;
using System.Text;
using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Postgres.Database;
using Npgsql;

namespace CreditGrains.Storage.Postgres.Subjects;

/// <summary>The blocks that a transaction has read under the locks of their shards, changed in memory and then written back.</summary>
internal sealed class AssessmentBlockSet
{
    private readonly Dictionary<int, SortedList<byte[], Block>> _shards = [];

    /// <summary>That of the keys of subjects within a shard.</summary>
    public static IComparer<byte[]> Order => ByteOrder.Instance;

    /// <summary>Takes a block as stored, once; cheapest in their order.</summary>
    public void Add(int shard, string first, byte[] body)
    {
        if (!_shards.TryGetValue(shard, out var blocks))
            _shards[shard] = blocks = new SortedList<byte[], Block>(ByteOrder.Instance);
        if (blocks.Count > 0 && blocks.GetValueAtIndex(blocks.Count - 1).First == first)
            return;
        var key = Encoding.UTF8.GetBytes(first);
        if (!blocks.ContainsKey(key))
            blocks.Add(key, new Block(shard, first, AssessmentBlock.Read(body), true));
    }

    /// <summary>Puts an entry in the place of its predecessor, which it gives; null when there was none.</summary>
    /// <exception cref="WriteConflictException">The predecessor's position is not the expected one.</exception>
    public AssessmentBlockEntry? Swap(int shard, in AssessmentBlockEntry entry, long? expected)
    {
        var block = Holding(shard, entry.Key.Span);
        var at = AssessmentBlock.Find(block.Entries, entry.Key.Span);
        AssessmentBlockEntry? before = at < 0 ? null : block.Entries[at];
        if (before?.Position != expected)
        {
            throw new WriteConflictException(
                $"Subject {entry.Subject} is stored at position {before?.Position.ToString() ?? "none"}, "
                + $"{expected?.ToString() ?? "none"} was expected.");
        }

        if (at < 0)
            block.Entries.Insert(~at, entry);
        else
            block.Entries[at] = entry;
        block.Changed = true;
        return before;
    }

    /// <summary>The stored entry of a subject.</summary>
    public AssessmentBlockEntry? Find(int shard, ReadOnlySpan<byte> key)
    {
        var block = Holding(shard, key);
        var at = AssessmentBlock.Find(block.Entries, key);
        return at < 0 ? null : block.Entries[at];
    }

    /// <summary>Writes back the changed blocks, divided where they have become too full.</summary>
    public List<NpgsqlBatchCommand> Statements()
    {
        var known = new BlockRows();
        var divided = new BlockRows();
        foreach (var block in _shards.Values.SelectMany(blocks => blocks.Values).Where(block => block.Changed))
        {
            var entries = CollectionsMarshal.AsSpan(block.Entries);
            var part = AssessmentBlock.PartLength(entries.Length);
            for (var from = 0; from < entries.Length; from += part)
            {
                var slice = entries.Slice(from, Math.Min(part, entries.Length - from));
                if (from == 0 && block.Stored)
                    known.Add(block.Shard, block.First, slice);
                else
                    divided.Add(block.Shard, from == 0 ? block.First : slice[0].Subject, slice);
            }
        }

        var statements = new List<NpgsqlBatchCommand>();
        if (known.Count > 0)
            statements.Add(known.Statement(PostgresSubjectStore.UpdateBlocks));
        if (divided.Count > 0)
            statements.Add(divided.Statement(PostgresSubjectStore.InsertBlocks));
        return statements;
    }

    /// <summary>The block in whose range the key is: that of the greatest first key which is not beyond it.</summary>
    private Block Holding(int shard, ReadOnlySpan<byte> key)
    {
        if (!_shards.TryGetValue(shard, out var blocks))
        {
            _shards[shard] = blocks = new SortedList<byte[], Block>(ByteOrder.Instance);
            blocks.Add([], new Block(shard, string.Empty, [], false));
        }

        var (low, high) = (0, blocks.Count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (blocks.GetKeyAtIndex(middle).AsSpan().SequenceCompareTo(key) <= 0)
                low = middle;
            else
                high = middle - 1;
        }

        return blocks.GetValueAtIndex(low);
    }

    private sealed class ByteOrder : IComparer<byte[]>
    {
        public static readonly ByteOrder Instance = new();

        public int Compare(byte[]? x, byte[]? y) => x.AsSpan().SequenceCompareTo(y);
    }

    private sealed class Block(int shard, string first, List<AssessmentBlockEntry> entries, bool stored)
    {
        public int Shard { get; } = shard;

        public string First { get; } = first;

        public List<AssessmentBlockEntry> Entries { get; } = entries;

        public bool Stored { get; } = stored;

        public bool Changed { get; set; }
    }
}
