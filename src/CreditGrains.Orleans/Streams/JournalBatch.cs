using CreditGrains.Cluster.Contracts;
using Orleans.Providers.Streams.Common;
using Orleans.Runtime;
using Orleans.Streams;

namespace CreditGrains.Cluster.Streams;

/// <summary>Neighbouring entries of one shard's journal on their way to the shard's grain; the token of each is its position.</summary>
[GenerateSerializer, Alias("credit.JournalBatch")]
public sealed class JournalBatch : IBatchContainer
{
    [Id(0)]
    public int Shard { get; init; }

    /// <summary>The first entry's position; the others follow without gaps.</summary>
    [Id(1)]
    public long First { get; init; }

    [Id(2)]
    public FeedEventMessage[] Events { get; init; } = [];

    /// <summary>The last entry's position.</summary>
    public long Last => First + Events.Length - 1;

    public StreamId StreamId => JournalStream.Of(Shard);

    public StreamSequenceToken SequenceToken => new EventSequenceTokenV2(First);

    public IEnumerable<Tuple<T, StreamSequenceToken>> GetEvents<T>()
    {
        for (var i = 0; i < Events.Length; i++)
        {
            if (Events[i] is T message)
                yield return new Tuple<T, StreamSequenceToken>(message, new EventSequenceTokenV2(First + i));
        }
    }

    public bool ImportRequestContext() => false;
}
