using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;

namespace CreditGrains.Storage.Postgres.Subjects;

/// <summary>Finds entries by their keys: open addressing over places, in memory that is lent.</summary>
internal sealed class EntryPlaces : IDisposable
{
    private const ulong Odd = 0x9e37_79b9_7f4a_7c15;

    private readonly ReadBlocks _blocks;
    private readonly int _shift;
    private int[] _places;

    public EntryPlaces(ReadBlocks blocks)
    {
        _blocks = blocks;
        var length = BitOperations.RoundUpToPowerOf2((uint)Math.Max(8, blocks.Count * 2));
        _shift = 64 - BitOperations.Log2(length);
        _places = ArrayPool<int>.Shared.Rent((int)length);
        _places.AsSpan(0, (int)length).Fill(-1);
        var mask = (int)length - 1;
        for (var place = 0; place < blocks.Count; place++)
        {
            var slot = SlotOf(blocks.KeyAt(place));
            while (_places[slot] >= 0)
                slot = (slot + 1) & mask;
            _places[slot] = place;
        }
    }

    /// <summary>The place of an entry; -1 when there is none.</summary>
    public int Find(ReadOnlySpan<byte> key)
    {
        var mask = (1 << (64 - _shift)) - 1;
        for (var slot = SlotOf(key); _places[slot] is >= 0 and var place; slot = (slot + 1) & mask)
        {
            if (_blocks.KeyAt(place).SequenceEqual(key))
                return place;
        }

        return -1;
    }

    public void Dispose()
    {
        ArrayPool<int>.Shared.Return(_places);
        _places = [];
    }

    /// <summary>Eight bytes at a time: codes are two words and a little.</summary>
    private int SlotOf(ReadOnlySpan<byte> key)
    {
        var hash = (ulong)key.Length;
        for (; key.Length >= sizeof(ulong); key = key[sizeof(ulong)..])
            hash = BitOperations.RotateLeft((hash ^ BinaryPrimitives.ReadUInt64LittleEndian(key)) * Odd, 29);
        foreach (var one in key)
            hash = (hash ^ one) * Odd;
        return (int)((hash * Odd) >> _shift);
    }
}
