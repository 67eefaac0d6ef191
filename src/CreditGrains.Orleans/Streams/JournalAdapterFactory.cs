using System.Collections.Concurrent;
using CreditGrains.Cluster.Hosting;
using Orleans.Configuration;
using Orleans.Providers.Streams.Common;
using Orleans.Runtime;
using Orleans.Streams;

namespace CreditGrains.Cluster.Streams;

/// <summary>
/// The journal as a queue adapter: rewindable, and read only, since what is appended has been judged by a shard's owner. Agent by agent the
/// cache is made first and the receiver next: both are the same queue.
/// </summary>
internal sealed class JournalAdapterFactory(ClusterNode node, JournalHeads heads) : IQueueAdapterFactory, IQueueAdapter, IQueueAdapterCache
{
    private readonly ConcurrentDictionary<QueueId, JournalQueue> _queues = new();

    public string Name => JournalStream.Provider;

    public bool IsRewindable => true;

    public StreamProviderDirection Direction => StreamProviderDirection.ReadOnly;

    [Obsolete("Required by the interface.")]
    public Task<IQueueAdapter> CreateAdapter() => Task.FromResult<IQueueAdapter>(this);

    public Task<IQueueAdapter> CreateAdapter(CancellationToken cancellationToken) => Task.FromResult<IQueueAdapter>(this);

    public IQueueAdapterCache GetQueueAdapterCache() => this;

    public IStreamQueueMapper GetStreamQueueMapper() => new JournalQueueMapper(node.ShardCount);

    public Task<IStreamFailureHandler> GetDeliveryFailureHandler(QueueId queueId) =>
        Task.FromResult<IStreamFailureHandler>(new NoOpStreamDeliveryFailureHandler());

    public IQueueCache CreateQueueCache(QueueId queueId) =>
        _queues[queueId] = new JournalQueue(JournalStream.ShardOf(queueId), node, heads);

    public IQueueAdapterReceiver CreateReceiver(QueueId queueId) => _queues[queueId];

    public Task QueueMessageBatchAsync<T>(
        StreamId streamId, IEnumerable<T> events, StreamSequenceToken? token, Dictionary<string, object>? requestContext) =>
        throw new NotSupportedException("Events are fed over HTTP and judged by their shard's owner.");
}
