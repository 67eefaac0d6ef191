using System.Globalization;
using Orleans.Runtime;
using Orleans.Streams;

namespace CreditGrains.Cluster.Streams;

/// <summary>A queue for each shard.</summary>
internal sealed class JournalQueueMapper(int shardCount) : IStreamQueueMapper
{
    private readonly QueueId[] _queues = [.. Enumerable.Range(0, shardCount).Select(JournalStream.QueueOf)];

    public IEnumerable<QueueId> GetAllQueues() => _queues;

    public QueueId GetQueueForStream(StreamId streamId) =>
        _queues[int.Parse(streamId.GetKeyAsString(), CultureInfo.InvariantCulture)];
}
