using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.AccessLog;

/// <summary>
/// Records every read of non-public data (I9). Entries are written in batches off the answer's path; the queue is bounded, and when it is
/// full the caller waits, so that no read goes unrecorded.
/// </summary>
public interface IAccessRecorder
{
    /// <summary>Queues one entry; completes at once unless the queue is full.</summary>
    ValueTask RecordAsync(string actor, string purpose, string operation, SubjectId subject, string? reference,
        CancellationToken cancellation);

    /// <summary>The same for an entry made beforehand; its number is given by the store.</summary>
    ValueTask RecordAsync(AccessEntry entry, CancellationToken cancellation);

    /// <summary>Completes when everything queued before is durable.</summary>
    Task FlushAsync(CancellationToken cancellation);
}
