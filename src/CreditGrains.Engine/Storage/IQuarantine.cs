using System.Security.Cryptography;
using System.Text;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Engine.Storage;

/// <summary>
/// Rejected lines, kept for their source until it fixes or dismisses them. Lines refused as personal data are never kept, only their
/// reason.
/// </summary>
public interface IQuarantine
{
    /// <summary>
    /// Keeps the lines; the numbers of the arguments are ignored. A line of the same source, record id and content replaces its
    /// predecessor.
    /// </summary>
    Task AddAsync(IReadOnlyList<QuarantinedLine> lines, CancellationToken cancellation);

    /// <summary>Open lines of a source after a number, in order.</summary>
    Task<IReadOnlyList<QuarantinedLine>> ListAsync(SourceId source, long after, int limit, CancellationToken cancellation);

    Task<QuarantinedLine?> FindAsync(SourceId source, long number, CancellationToken cancellation);

    /// <summary>Closes a line as dismissed or resubmitted. False when it is not open.</summary>
    Task<bool> CloseAsync(SourceId source, long number, string how, string actor, DateTimeOffset at, CancellationToken cancellation);

    /// <summary>Number of open lines of a source.</summary>
    Task<long> CountAsync(SourceId source, CancellationToken cancellation);
}

/// <summary>One rejected line.</summary>
/// <param name="Number">Its number in the source's quarantine.</param>
/// <param name="Source">Whose.</param>
/// <param name="RecordId">The record id, where it could be read.</param>
/// <param name="Code">Error code.</param>
/// <param name="Detail">The sentence.</param>
/// <param name="Pointer">JSON pointer to the field.</param>
/// <param name="Line">The line as received; null when it may not be kept (personal data) or is too long.</param>
/// <param name="At">When.</param>
public sealed record QuarantinedLine(
    long Number, SourceId Source, string? RecordId, string Code, string Detail, string Pointer, byte[]? Line, DateTimeOffset At)
{
    /// <summary>
    /// A hash by which a line sent again is known: record id and content; where the content may not be kept, the reason in its place. The
    /// number and the source stand beside it.
    /// </summary>
    public byte[] Sameness()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(RecordId is null ? "-" : "+" + RecordId));
        hash.AppendData([0]);
        hash.AppendData(Line ?? Encoding.UTF8.GetBytes($"{Code}\0{Pointer}"));
        hash.AppendData([Line is null ? (byte)0 : (byte)1]);
        return hash.GetHashAndReset();
    }
}
