namespace CreditGrains.Engine.Storage;

/// <summary>
/// The control plane's few, small documents (policy versions, activations, subscriptions, ...) with compare-and-swap, and the
/// append-only record of who did what to them. Low rates only; the store knows nothing of what is inside.
/// </summary>
public interface IControlStore
{
    Task<ControlDocument?> FindAsync(string kind, string id, CancellationToken cancellation);

    /// <summary>Documents of one kind in ordinal order of their ids, after an id.</summary>
    Task<IReadOnlyList<ControlDocument>> ListAsync(string kind, string? after, int limit, CancellationToken cancellation);

    /// <summary>Writes all documents with their events in one durable transaction, or none.</summary>
    /// <exception cref="WriteConflictException">A document's version is not the expected one; nothing was written.</exception>
    Task WriteAsync(IReadOnlyList<ControlWrite> writes, CancellationToken cancellation);

    /// <summary>Events after a number, in order; null parts do not restrict.</summary>
    Task<IReadOnlyList<ControlEvent>> EventsAsync(string? kind, string? id, long after, int limit, CancellationToken cancellation);
}

/// <summary>One document.</summary>
/// <param name="Kind">Kind of the document, for instance <c>policy</c>: 1 to 64 characters.</param>
/// <param name="Id">Its id within the kind: 1 to 200 characters.</param>
/// <param name="Version">1, 2, 3, … with every write.</param>
/// <param name="Content">JSON, at most 4 MiB.</param>
/// <param name="At">When this version was written.</param>
public sealed record ControlDocument(string Kind, string Id, long Version, string Content, DateTimeOffset At);

/// <summary>Writes one document if nobody else did meanwhile.</summary>
/// <param name="Kind">Kind of the document.</param>
/// <param name="Id">Its id.</param>
/// <param name="ExpectedVersion">Version that was read; null when there was none.</param>
/// <param name="Content">The new content.</param>
/// <param name="Event">Record of the act, kept for good; null for a mere step, such as a run's cursor.</param>
public sealed record ControlWrite(string Kind, string Id, long? ExpectedVersion, string Content, ControlAction? Event)
{
    /// <summary>The former content is secret: none of it stays in files that the store itself writes and can clear.</summary>
    public bool Wipes { get; init; }
}

/// <summary>Acts with their actors.</summary>
/// <param name="Action">For instance <c>approved</c>.</param>
/// <param name="Actor">Actor, as the credentials say.</param>
/// <param name="Data">JSON: reason and detail.</param>
public sealed record ControlAction(string Action, string Actor, string Data);

/// <summary>One thing done to one document, as kept.</summary>
/// <param name="Number">1, 2, 3, … over all documents, without gaps and visible in order (I12).</param>
/// <param name="Kind">Kind of the document.</param>
/// <param name="Id">Its id.</param>
/// <param name="Version">Its version after it.</param>
/// <param name="At">When.</param>
/// <param name="Act">Actor and act.</param>
public sealed record ControlEvent(long Number, string Kind, string Id, long Version, DateTimeOffset At, ControlAction Act);
