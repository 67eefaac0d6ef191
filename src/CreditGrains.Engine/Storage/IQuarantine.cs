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
    long Number, SourceId Source, string? RecordId, string Code, string Detail, string Pointer, byte[]? Line, DateTimeOffset At);
