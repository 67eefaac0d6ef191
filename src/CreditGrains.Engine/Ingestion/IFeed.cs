using System.IO.Pipelines;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Engine.Ingestion;

/// <summary>Takes in departmental events: every line gets its outcome, and what is accepted is durable (I1).</summary>
public interface IFeed
{
    /// <summary>Reads a body of NDJSON or of one JSON array (as the options say) to its end, in bounded memory.</summary>
    /// <param name="source">Source that reports, from the credentials.</param>
    /// <param name="actor">Caller that sends, from the credentials.</param>
    /// <param name="body">The body, decompressed.</param>
    /// <param name="options">Format and bounds.</param>
    /// <param name="cancellation">Stops reading; lines already answered stay.</param>
    /// <exception cref="FeedBodyException">
    /// The body as a whole is unusable (too large; an array that is no array). Earlier lines stay.
    /// </exception>
    /// <exception cref="Storage.StoreException">The store cannot take it; nothing unacknowledged is kept.</exception>
    Task<FeedReceipt> SubmitAsync(SourceId source, string actor, PipeReader body, FeedOptions options, CancellationToken cancellation);
}

/// <summary>A feed body as a whole cannot be used.</summary>
/// <param name="error">The catalogue's entry.</param>
/// <param name="message">Detail of the fault.</param>
public sealed class FeedBodyException(Domain.Errors.ErrorDescription error, string message) : Exception(message)
{
    public Domain.Errors.ErrorDescription Error { get; } = error;
}
