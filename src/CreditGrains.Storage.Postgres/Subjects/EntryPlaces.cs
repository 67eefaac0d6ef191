using System.Buffers;

namespace CreditGrains.Storage.Postgres.Subjects;

/// <summary>Finds entries by their keys: open addressing over places, in memory that is lent.</summary>
internal sealed class EntryPlaces : IDisposable
{
    private readonly SheetEntries _entries;
    private readonly int _mask;
    private int[] _places;

    public EntryPlaces(SheetEntries entries)
    {
        _entries = entries;
        var length = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(8, entries.Count * 2));
        _mask = length - 1;
        _places = ArrayPool<int>.Shared.Rent(length);
        _places.AsSpan(0, length).Fill(-1);
        for (var place = 0; place < entries.Count; place++)
        {
            var slot = SlotOf(entries[place].Key.Span);
            while (_places[slot] >= 0)
                slot = (slot + 1) & _mask;
            _places[slot] = place;
        }
    }

    /// <summary>The place of an entry; -1 when there is none.</summary>
    public int Find(ReadOnlySpan<byte> key)
    {
        for (var slot = SlotOf(key); _places[slot] is >= 0 and var place; slot = (slot + 1) & _mask)
        {
            if (_entries[place].Key.Span.SequenceEqual(key))
                return place;
        }

        return -1;
    }

    public void Dispose()
    {
        ArrayPool<int>.Shared.Return(_places);
        _places = [];
    }

    private int SlotOf(ReadOnlySpan<byte> key)
    {
        var hash = default(HashCode);
        hash.AddBytes(key);
        return hash.ToHashCode() & _mask;
    }
}
