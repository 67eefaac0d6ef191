using System.Runtime.InteropServices;
using System.Text;
using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Postgres.Database;
using Npgsql;

namespace CreditGrains.Storage.Postgres.Subjects;

/// <summary>The sheets that a transaction has read under the locks of their shards, changed in memory and then written back.</summary>
internal sealed class SheetSet
{
    private readonly Dictionary<int, SortedList<byte[], Sheet>> _shards = [];

    /// <summary>That of the keys of subjects within a shard.</summary>
    public static IComparer<byte[]> Order => ByteOrder.Instance;

    /// <summary>Takes a sheet as stored, once; cheapest in their order.</summary>
    public void Add(int shard, string first, byte[] body)
    {
        if (!_shards.TryGetValue(shard, out var sheets))
            _shards[shard] = sheets = new SortedList<byte[], Sheet>(ByteOrder.Instance);
        if (sheets.Count > 0 && sheets.GetValueAtIndex(sheets.Count - 1).First == first)
            return;
        var key = Encoding.UTF8.GetBytes(first);
        if (!sheets.ContainsKey(key))
            sheets.Add(key, new Sheet(shard, first, AssessmentSheet.Read(body), true));
    }

    /// <summary>Puts an entry in the place of its predecessor, which it gives; null when there was none.</summary>
    /// <exception cref="WriteConflictException">The predecessor's position is not the expected one.</exception>
    public SheetEntry? Swap(int shard, in SheetEntry entry, long? expected)
    {
        var sheet = Holding(shard, entry.Key.Span);
        var at = AssessmentSheet.Find(sheet.Entries, entry.Key.Span);
        SheetEntry? before = at < 0 ? null : sheet.Entries[at];
        if (before?.Position != expected)
        {
            throw new WriteConflictException(
                $"Subject {entry.Subject} is stored at position {before?.Position.ToString() ?? "none"}, "
                + $"{expected?.ToString() ?? "none"} was expected.");
        }

        if (at < 0)
            sheet.Entries.Insert(~at, entry);
        else
            sheet.Entries[at] = entry;
        sheet.Changed = true;
        return before;
    }

    /// <summary>The stored entry of a subject.</summary>
    public SheetEntry? Find(int shard, ReadOnlySpan<byte> key)
    {
        var sheet = Holding(shard, key);
        var at = AssessmentSheet.Find(sheet.Entries, key);
        return at < 0 ? null : sheet.Entries[at];
    }

    /// <summary>What writes back the changed sheets, divided where they have become too full.</summary>
    public List<NpgsqlBatchCommand> Statements()
    {
        var known = new SheetRows();
        var divided = new SheetRows();
        foreach (var sheet in _shards.Values.SelectMany(sheets => sheets.Values).Where(sheet => sheet.Changed))
        {
            var entries = CollectionsMarshal.AsSpan(sheet.Entries);
            var part = AssessmentSheet.PartLength(entries.Length);
            for (var from = 0; from < entries.Length; from += part)
            {
                var slice = entries.Slice(from, Math.Min(part, entries.Length - from));
                if (from == 0 && sheet.Stored)
                    known.Add(sheet.Shard, sheet.First, slice);
                else
                    divided.Add(sheet.Shard, from == 0 ? sheet.First : slice[0].Subject, slice);
            }
        }

        var statements = new List<NpgsqlBatchCommand>();
        if (known.Count > 0)
            statements.Add(known.Statement(PostgresSubjectStore.UpdateSheets));
        if (divided.Count > 0)
            statements.Add(divided.Statement(PostgresSubjectStore.InsertSheets));
        return statements;
    }

    /// <summary>The sheet in whose range the key is: that of the greatest first key which is not beyond it.</summary>
    private Sheet Holding(int shard, ReadOnlySpan<byte> key)
    {
        if (!_shards.TryGetValue(shard, out var sheets))
        {
            _shards[shard] = sheets = new SortedList<byte[], Sheet>(ByteOrder.Instance);
            sheets.Add([], new Sheet(shard, string.Empty, [], false));
        }

        var (low, high) = (0, sheets.Count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (sheets.GetKeyAtIndex(middle).AsSpan().SequenceCompareTo(key) <= 0)
                low = middle;
            else
                high = middle - 1;
        }

        return sheets.GetValueAtIndex(low);
    }

    private sealed class ByteOrder : IComparer<byte[]>
    {
        public static readonly ByteOrder Instance = new();

        public int Compare(byte[]? x, byte[]? y) => x.AsSpan().SequenceCompareTo(y);
    }

    private sealed class Sheet(int shard, string first, List<SheetEntry> entries, bool stored)
    {
        public int Shard { get; } = shard;

        public string First { get; } = first;

        public List<SheetEntry> Entries { get; } = entries;

        public bool Stored { get; } = stored;

        public bool Changed { get; set; }
    }
}
