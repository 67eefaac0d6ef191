using Orleans.Runtime;
using Orleans.Streams;

namespace CreditGrains.Cluster.Streams;

/// <summary>The journal as a stream: each shard is a queue with one stream, whose consumer is the shard's grain.</summary>
internal static class JournalStream
{
    public const string Provider = "journal";
    public const string Namespace = "credit.journal";

    public static StreamId Of(int shard) => StreamId.Create(Namespace, shard);

    public static QueueId QueueOf(int shard) => QueueId.GetQueueId(Provider, (uint)shard, (uint)shard);

    public static int ShardOf(QueueId queue) => (int)queue.GetNumericId();
}
