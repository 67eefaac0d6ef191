using System.Buffers.Binary;

namespace CreditGrains.Domain.Records;

/// <summary>First 16 bytes of the SHA-256 of a revision's canonical content: tells a duplicate from a conflict.</summary>
public readonly record struct ContentDigest(ulong High, ulong Low)
{
    /// <summary>Reads the first 16 of the given bytes, big-endian.</summary>
    public static ContentDigest FromBytes(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));

    public byte[] ToBytes()
    {
        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, High);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(8), Low);
        return bytes;
    }
}
