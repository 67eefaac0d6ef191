using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Cases;
using CreditGrains.Engine.Ingestion;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;

namespace CreditGrains.Engine.Cluster;

/// <summary>How a node reaches the owners of shards and subjects, wherever in the cluster they are. Every call may be repeated.</summary>
internal interface IShardOwners
{
    /// <summary>
    /// Has events of one shard judged and appended by its owner. The same operation again, after an unknown outcome, gets the verdicts of
    /// the first time from an owner that lives; another one finds the events in the journal and says duplicate (I2).
    /// </summary>
    /// <exception cref="StoreException">The outcome is not known, or the owner cannot write.</exception>
    Task<ShardReceipt> CommitAsync(
        int shard, IReadOnlyList<RecordEvent> events, string actor, Guid operation, CancellationToken cancellation);

    /// <summary>Has a step of a case taken by the subject's owner. The same operation again gets the answer of the first time.</summary>
    /// <exception cref="StoreException">The outcome is not known, or the owner cannot be reached.</exception>
    Task<CaseResult> TakeStepAsync(
        SubjectId subject, CaseNumber? number, CaseCommand command, string actor, CancellationToken cancellation);

    /// <summary>The subject as of today, from its owner; null when no event of it is known.</summary>
    /// <param name="subject">The subject.</param>
    /// <param name="freshness">How fresh.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="TokenException">The position is ahead of the journal.</exception>
    /// <exception cref="StoreException">The owner cannot be reached, or cannot read.</exception>
    ValueTask<SubjectSnapshot?> ReadAsync(SubjectId subject, Freshness freshness, CancellationToken cancellation);
}

/// <summary>How fresh a subject must be.</summary>
/// <param name="Position">At least this position of its shard.</param>
/// <param name="Latest">Everything that any node had acknowledged before.</param>
internal readonly record struct Freshness(long Position, bool Latest);

/// <summary>A subject's records as its owner saw them; the assessment follows from them by the rules and the date (I3, I11).</summary>
/// <param name="Shard">The subject's shard.</param>
/// <param name="Position">Last position of the shard that is reflected.</param>
/// <param name="State">Packed records; null where they are too many to be sent, and the store is to be asked.</param>
/// <param name="AsOf">The owner's legal date.</param>
/// <param name="Rules">Policy version and rulebook digest in force at the owner.</param>
internal sealed record SubjectSnapshot(int Shard, long Position, byte[]? State, DateOnly AsOf, string Rules);
