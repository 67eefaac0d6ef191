using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Domain.Policies;

/// <summary>Deterministic sampling: the same subject, seed and percent always give the same answer, on every node and version.</summary>
public static class Sampling
{
    /// <summary>
    /// Whether the sample holds the subject: the first 8 bytes, big-endian, of SHA-256 over seed (8 bytes, big-endian) and subject (UTF-8)
    /// lie below the percent of their range. A larger percent of the same seed holds every subject of a smaller one.
    /// </summary>
    /// <param name="subject">The subject.</param>
    /// <param name="seed">Any number.</param>
    /// <param name="percent">0 to 100.</param>
    public static bool Takes(SubjectId subject, long seed, decimal percent)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(percent);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(percent, 100);
        if (percent == 100)
            return true;
        Span<byte> bytes = stackalloc byte[sizeof(long) + 256];
        BinaryPrimitives.WriteInt64BigEndian(bytes, seed);
        var length = sizeof(long) + Encoding.UTF8.GetBytes(subject.Value, bytes[sizeof(long)..]);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes[..length], hash);
        return BinaryPrimitives.ReadUInt64BigEndian(hash) < (decimal)ulong.MaxValue * (percent / 100);
    }
}
