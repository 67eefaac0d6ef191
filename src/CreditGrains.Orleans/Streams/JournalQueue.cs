using CreditGrains.Cluster.Contracts;
using CreditGrains.Cluster.Hosting;
using CreditGrains.Engine.Storage;
using Orleans.Providers.Streams.Common;
using Orleans.Runtime;
using Orleans.Streams;

namespace CreditGrains.Cluster.Streams;

/// <summary>
/// One shard's queue: receiver and cache in one. What the shard's owner beside it has appended or folded needs no delivery; everything
/// else that is committed is read and stays until it is delivered. What could not be delivered is read again for as long as the owner does
/// not have it, so that nothing but the folded watermark is a checkpoint.
/// </summary>
internal sealed class JournalQueue(int shard, ClusterNode node, JournalHeads heads) : IQueueAdapterReceiver, IQueueCache
{
    private const int EntriesMax = 500;

    private readonly Lock _cursorsLock = new();
    private readonly List<Cursor> _cursors = [];
    private readonly List<JournalBatch> _batches = [];
    private long _after = -1;
    private long? _rewound;

    public Task Initialize(TimeSpan timeout) => Task.CompletedTask;

    public Task Shutdown(TimeSpan timeout) => Task.CompletedTask;

    [Obsolete("Required by the interface.")]
    public Task<IList<IBatchContainer>> GetQueueMessagesAsync(int maxCount) => GetQueueMessagesAsync(maxCount, CancellationToken.None);

    public async Task<IList<IBatchContainer>> GetQueueMessagesAsync(int maxCount, CancellationToken cancellationToken)
    {
        try
        {
            var status = await heads.OfAsync(shard, cancellationToken);
            var after = After(status);
            if (status.Head <= after)
                return [];
            var entries = await node.Engine.Store.Journal.ReadShardAsync(shard, after, EntriesMax, cancellationToken);
            if (entries.Count == 0)
                return [];
            _after = entries[^1].Position;
            return [new JournalBatch { Shard = shard, First = entries[0].Position, Events = [.. entries.Select(Wire.Out)] }];
        }
        catch (StoreException)
        {
            // The next look may find it: nobody depends on being told.
            return [];
        }
    }

    [Obsolete("Required by the interface.")]
    public Task MessagesDeliveredAsync(IList<IBatchContainer> messages) => Task.CompletedTask;

    public Task MessagesDeliveredAsync(IList<IBatchContainer> messages, CancellationToken cancellationToken) => Task.CompletedTask;

    public int GetMaxAddCount() => 1;

    public bool IsUnderPressure()
    {
        lock (_cursorsLock)
            return _batches.Count > 0;
    }

    public void AddToCache(IList<IBatchContainer> messages)
    {
        lock (_cursorsLock)
            _batches.AddRange(messages.OfType<JournalBatch>());
    }

    public bool TryPurgeFromCache([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out IList<IBatchContainer>? purgedItems)
    {
        lock (_cursorsLock)
        {
            var delivered = _cursors.Count == 0 ? long.MaxValue : _cursors.Min(cursor => cursor.Delivered);
            var gone = _batches.TakeWhile(batch => batch.Last <= delivered).ToList();
            _batches.RemoveRange(0, gone.Count);
            purgedItems = gone.Count == 0 ? null : [.. gone];
            return gone.Count > 0;
        }
    }

    /// <summary>From any position on: what lies further back than what is held is read from the journal again.</summary>
    public IQueueCacheCursor GetCacheCursor(StreamId streamId, StreamSequenceToken? token)
    {
        lock (_cursorsLock)
        {
            var from = token?.SequenceNumber ?? (_batches.Count > 0 ? _batches[0].First : 1);
            var read = node.Shards.Owns(shard) ? node.Shards.HeadOf(shard) : _after;
            if (token is not null && from <= read && (_batches.Count == 0 || from < _batches[0].First))
            {
                _rewound = Math.Min(from - 1, _rewound ?? long.MaxValue);
                _batches.Clear();
            }

            var cursor = new Cursor(this, from);
            _cursors.Add(cursor);
            return cursor;
        }
    }

    private long After(ShardStatus status)
    {
        lock (_cursorsLock)
        {
            if (_rewound is { } back)
            {
                _rewound = null;
                return back;
            }
        }

        return node.Shards.Owns(shard) ? node.Shards.HeadOf(shard) : Math.Max(_after, status.Watermark);
    }

    private JournalBatch? Next(long position)
    {
        lock (_cursorsLock)
            return _batches.Find(batch => batch.Last >= position);
    }

    private void Forget(Cursor cursor)
    {
        lock (_cursorsLock)
            _cursors.Remove(cursor);
    }

    /// <summary>One reader's place.</summary>
    private sealed class Cursor(JournalQueue queue, long from) : IQueueCacheCursor
    {
        private long _next = from;
        private JournalBatch? _current;

        /// <summary>The last position that it needs no more.</summary>
        public long Delivered { get; private set; } = from - 1;

        public IBatchContainer? GetCurrent(out Exception? exception)
        {
            exception = null;
            return _current;
        }

        public bool MoveNext()
        {
            Delivered = _next - 1;
            _current = queue.Next(_next);
            if (_current is null)
                return false;
            _next = _current.Last + 1;
            return true;
        }

        /// <summary>New entries begin there; those that were given up on come again.</summary>
        public void Refresh(StreamSequenceToken token)
        {
            if (token.SequenceNumber <= Delivered)
                (_next, Delivered) = (token.SequenceNumber, token.SequenceNumber - 1);
        }

        public void RecordDeliveryFailure() => _current = null;

        public void Dispose() => queue.Forget(this);
    }
}
