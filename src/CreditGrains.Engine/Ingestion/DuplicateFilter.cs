using CreditGrains.Domain.Records;

namespace CreditGrains.Engine.Ingestion;

/// <summary>
/// Tells of most records and natural keys that the journal has never seen them, without asking it: most events are new, and to look for
/// what is not there costs the store about as much as to keep it. A Bloom filter: it may take a new key for a known one, never the other
/// way round. Of the single writer only; no locks.
/// </summary>
/// <param name="keysMax">Most keys kept; beyond, every key counts as known, so that the journal is asked as before (I13).</param>
internal sealed class DuplicateFilter(long keysMax)
{
    private const int FirstTexts = 1 << 14;
    private const int BitsPerKey = 12;
    private const int Probes = 6;

    /// <summary>Parts of growing size, the newest last: a full one is followed by one twice as large.</summary>
    private readonly List<ulong[]> _parts = [new ulong[FirstTexts]];
    private long _newest;
    private long _keys;

    /// <summary>Whether everything in the journal is in here, so that what is not in here is not in the journal.</summary>
    public bool IsComplete { get; set; }

    public bool MayHold(RecordId record) => !IsComplete || Holds(HashOf(record));

    public bool MayHold(long naturalKey) => !IsComplete || Holds(Mix((ulong)naturalKey));

    public void Add(RecordId record, long naturalKey)
    {
        Add(HashOf(record));
        if (naturalKey != 0)
            Add(Mix((ulong)naturalKey));
    }

    private void Add(ulong hash)
    {
        if (_keys >= keysMax)
        {
            IsComplete = false;
            _parts.Clear();
            return;
        }

        if (Holds(hash))
            return;
        var part = _parts[^1];
        if (_newest >= part.LongLength * 64 / BitsPerKey)
        {
            _parts.Add(part = new ulong[part.Length * 2]);
            _newest = 0;
        }

        for (var probe = 0; probe < Probes; probe++)
        {
            var bit = BitOf(hash, probe, part);
            part[bit >> 6] |= 1UL << (int)(bit & 63);
        }

        _newest++;
        _keys++;
    }

    private bool Holds(ulong hash)
    {
        for (var i = _parts.Count - 1; i >= 0; i--)
        {
            var probe = 0;
            for (; probe < Probes; probe++)
            {
                var bit = BitOf(hash, probe, _parts[i]);
                if ((_parts[i][bit >> 6] & (1UL << (int)(bit & 63))) == 0)
                    break;
            }

            if (probe == Probes)
                return true;
        }

        return false;
    }

    /// <summary>Two halves of the hash make all probes; the size of a part is a power of two.</summary>
    private static long BitOf(ulong hash, int probe, ulong[] part) =>
        (long)((hash + ((ulong)probe * ((hash >> 32) | 1))) & (((ulong)part.LongLength << 6) - 1));

    private static ulong HashOf(RecordId record)
    {
        var hash = 14695981039346656037UL;
        foreach (var c in record.Source.Value)
            hash = (hash ^ c) * 1099511628211UL;
        hash = (hash ^ 0x1F) * 1099511628211UL;
        foreach (var c in record.Id)
            hash = (hash ^ c) * 1099511628211UL;
        return Mix(hash);
    }

    private static ulong Mix(ulong hash)
    {
        hash ^= hash >> 33;
        hash *= 0xff51afd7ed558ccdUL;
        hash ^= hash >> 33;
        hash *= 0xc4ceb9fe1a85ec53UL;
        return hash ^ (hash >> 33);
    }
}
