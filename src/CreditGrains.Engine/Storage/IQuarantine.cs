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

    /// <summary>Lines of a source after a number, in order.</summary>
    /// <param name="source">The source.</param>
    /// <param name="after">A line's number, 0 for the first page.</param>
    /// <param name="limit">Most lines.</param>
    /// <param name="state">One of <see cref="QuarantineState"/>, or <see cref="QuarantineState.All"/>.</param>
    /// <param name="cancellation">Ends the read.</param>
    Task<IReadOnlyList<QuarantinedLine>> ListAsync(
        SourceId source, long after, int limit, string state, CancellationToken cancellation);

    /// <summary>Open lines of a source whose record has one of the ids: of each id the first hundred.</summary>
    Task<IReadOnlyList<QuarantinedLine>> FindOpenAsync(
        SourceId source, IReadOnlyCollection<string> recordIds, CancellationToken cancellation);

    /// <summary>An open line.</summary>
    Task<QuarantinedLine?> FindAsync(SourceId source, long number, CancellationToken cancellation);

    /// <summary>Closes lines in one transaction. The number of those that were open.</summary>
    Task<int> CloseAsync(
        SourceId source, IReadOnlyCollection<long> numbers, string how, string actor, DateTimeOffset at, CancellationToken cancellation);

    /// <summary>Number of open lines of a source.</summary>
    Task<long> CountAsync(SourceId source, CancellationToken cancellation);
}

/// <summary>One rejected line.</summary>
/// <param name="Number">Its number in the source's quarantine.</param>
/// <param name="Source">The source.</param>
/// <param name="RecordId">The record id, where it could be read.</param>
/// <param name="Code">Error code.</param>
/// <param name="Detail">The sentence.</param>
/// <param name="Pointer">JSON pointer to the field.</param>
/// <param name="Line">The line as received; null when it may not be kept (personal data) or is too long.</param>
/// <param name="At">When.</param>
public sealed record QuarantinedLine(
    long Number, SourceId Source, string? RecordId, string Code, string Detail, string Pointer, byte[]? Line, DateTimeOffset At)
{
    /// <summary>The record's revision, where it could be read; lines of earlier versions have none.</summary>
    public int? Revision { get; init; }

    /// <summary>One of <see cref="QuarantineState"/>.</summary>
    public string State { get; init; } = QuarantineState.Open;

    /// <summary>By whom it was closed; null while it is open.</summary>
    public string? ClosedBy { get; init; }

    /// <summary>When it was closed.</summary>
    public DateTimeOffset? ClosedAt { get; init; }

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
