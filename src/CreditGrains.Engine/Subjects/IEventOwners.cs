namespace CreditGrains.Engine.Subjects;

/// <summary>Takes appended events of the shards that this process works on.</summary>
internal interface IEventOwners
{
    /// <summary>Whether this process works on the shard.</summary>
    bool Owns(int shard);

    /// <summary>Takes appended events of one shard, in position order; waits while the owners lag behind by more than the bounds.</summary>
    ValueTask DeliverAsync(int shard, List<FoldItem> items);
}
