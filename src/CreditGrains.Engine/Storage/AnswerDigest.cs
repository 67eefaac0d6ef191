using System.Buffers.Binary;
using System.Security.Cryptography;

namespace CreditGrains.Engine.Storage;

/// <summary>
/// The SHA-256 of the part of an answer that does not differ from one check to the next: kept in place, without an array.
/// </summary>
/// <param name="High">Its first 16 bytes.</param>
/// <param name="Low">Its last 16 bytes.</param>
public readonly record struct AnswerDigest(UInt128 High, UInt128 Low)
{
    /// <summary>Bytes of a digest.</summary>
    public const int Length = SHA256.HashSizeInBytes;

    /// <summary>From its 32 bytes.</summary>
    public static AnswerDigest Read(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt128BigEndian(bytes), BinaryPrimitives.ReadUInt128BigEndian(bytes[16..]));

    /// <summary>Puts its 32 bytes down.</summary>
    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt128BigEndian(bytes, High);
        BinaryPrimitives.WriteUInt128BigEndian(bytes[16..], Low);
    }

    /// <summary><c>sha256:</c> and 64 hexadecimal digits, as a receipt shows it.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Length];
        Write(bytes);
        return "sha256:" + Convert.ToHexStringLower(bytes);
    }
}
