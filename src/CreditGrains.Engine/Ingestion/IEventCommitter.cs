using CreditGrains.Domain.Feeds;
using CreditGrains.Domain.Records;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Ingestion;

/// <summary>Where accepted lines of a feed become durable: in this process, or at the owners of their shards.</summary>
internal interface IEventCommitter
{
    /// <summary>Judges and commits the events; completes when they are durable.</summary>
    /// <param name="events">Events that were read.</param>
    /// <param name="readBy">By which reader; null for the one of now.</param>
    /// <param name="actor">Caller that sends.</param>
    /// <param name="cancellation">Ends the wait for a place in the queue.</param>
    /// <returns>One verdict for each event, in order.</returns>
    /// <exception cref="StoreException">Not all of the events are known to be durable; sent again, those that are count as
    /// duplicates.</exception>
    Task<IReadOnlyList<Verdict>> CommitAsync(
        IReadOnlyList<RecordEvent> events, EventReader? readBy, string actor, CancellationToken cancellation);

    /// <summary>The last committed position of each shard that this process knows of.</summary>
    IEnumerable<(int Shard, long Position)> Heads();
}
