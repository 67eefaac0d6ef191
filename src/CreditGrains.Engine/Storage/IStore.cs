using CreditGrains.Domain.Assessment;

namespace CreditGrains.Engine.Storage;

/// <summary>One database with all ports. Opening it checks and upgrades its schema.</summary>
public interface IStore : IAsyncDisposable
{
    /// <summary>Number of shards, chosen when the store was created.</summary>
    int ShardCount { get; }

    /// <summary>How many appends to the journal, of different shards, are worth making at once; at least 1.</summary>
    int AppendLanes => 1;

    /// <summary>Random name of this store's life: tokens of another one are refused, not misread.</summary>
    uint Incarnation { get; }

    /// <summary>
    /// Incarnations that the data had before they were put back from a copy, the oldest first. What the store itself keeps by numbers of
    /// one of these was put back together with the numbers, and still holds.
    /// </summary>
    IReadOnlyList<uint> FormerIncarnations => [];

    /// <summary>Why the store took itself for put back when it was opened, and began a new incarnation; null when it did not.</summary>
    string? PutBack => null;

    /// <summary>Ends when another process has taken over: every write fails from then on, and this process must stop serving.</summary>
    CancellationToken LeaseLost => CancellationToken.None;

    /// <summary>Shards for each process to take; null where one process works on all.</summary>
    IShardLeases? Leases => null;

    /// <summary>The processes that have the store open together; null where only one can.</summary>
    INodeRegistry? Nodes => null;

    /// <summary>Small integers for repeating strings, shared by all packed states of the store.</summary>
    SymbolTable Symbols { get; }

    IJournal Journal { get; }

    ISubjectStore Subjects { get; }

    IQuarantine Quarantine { get; }

    IAccessLog AccessLog { get; }

    IIdentifierExceptionStore IdentifierExceptions { get; }

    IControlStore Control { get; }

    /// <summary>Where the shards are; null for a store that one process works on.</summary>
    ITopologyStore? Topology => null;

    IJobStore Jobs { get; }

    IDeadlineStore Deadlines { get; }

    ICommandAnswerStore CommandAnswers { get; }

    IStatisticsStore Statistics { get; }

    IReportStore Reports { get; }

    IFeedbackStore Feedback { get; }

    IProofStore Proofs { get; }

    IMeasureTaskStore MeasureTasks { get; }

    IWatchlistDigestStore WatchlistDigests { get; }
}
