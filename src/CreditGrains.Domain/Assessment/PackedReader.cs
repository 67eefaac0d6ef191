using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace CreditGrains.Domain.Assessment;

/// <summary>Reads the numbers of a packed state one after the other.</summary>
/// <param name="bytes">The state.</param>
/// <param name="at">Where to begin.</param>
internal ref struct PackedReader(ReadOnlySpan<byte> bytes, int at)
{
    private const ulong Continued = 0x8080_8080_8080_8080;

    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>Of the next byte.</summary>
    public int At = at;

    /// <exception cref="IndexOutOfRangeException">The state is at its end.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Byte() => _bytes[At++];

    /// <exception cref="InvalidDataException">The number is too long.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Varint()
    {
        int first = _bytes[At];
        if (first >= 0x80)
            return (int)Long();
        At++;
        return first;
    }

    /// <exception cref="InvalidDataException">The number is too long.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Varint64()
    {
        ulong first = _bytes[At];
        if (first >= 0x80)
            return Long();
        At++;
        return first;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong Long()
    {
        // Eight bytes at once wherever there are so many: how long each number is cannot be guessed.
        if (Bmi2.X64.IsSupported && _bytes.Length - At >= sizeof(ulong))
        {
            var word = BinaryPrimitives.ReadUInt64LittleEndian(_bytes[At..]);
            var end = ~word & Continued;
            if (end != 0)
            {
                At += (BitOperations.TrailingZeroCount(end) >> 3) + 1;
                return Bmi2.X64.ParallelBitExtract(word & (end ^ (end - 1)), ~Continued);
            }
        }

        var (value, next) = ByteByByte(_bytes, At);
        At = next;
        return value;
    }

    private static (ulong Value, int Next) ByteByByte(ReadOnlySpan<byte> bytes, int at)
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var b = bytes[at++];
            value |= (ulong)(b & 0x7f) << shift;
            if (b < 0x80)
                return (value, at);
        }

        throw new InvalidDataException("A packed number is too long.");
    }
}
