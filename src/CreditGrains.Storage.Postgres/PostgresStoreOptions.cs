using System.ComponentModel.DataAnnotations;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Storage.Postgres;

/// <summary>Which server, and how it is used.</summary>
public sealed record PostgresStoreOptions
{
    /// <summary>
    /// In Npgsql's form, for instance <c>Host=db;Username=credit;Database=credit</c>; what it sets itself is left as it is.
    /// </summary>
    public required string Connection { get; init; }

    /// <summary>Number of shards of a new store, 1 to 4,096; an existing store keeps its own.</summary>
    [Range(1, 4096)]
    public int ShardCount { get; init; } = ShardMap.DefaultShardCount;

    /// <summary>Clock of <see cref="JournalEntry.ReceivedAt"/>.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Most connections; more concurrent calls wait for one.</summary>
    [Range(4, 10_000)]
    public int ConnectionsMax { get; init; } = 24;

    /// <summary>Longest statement, in milliseconds.</summary>
    [Range(100, 3_600_000)]
    public int StatementMsMax { get; init; } = 30_000;

    /// <summary>Longest wait for a row that another transaction holds, in milliseconds.</summary>
    [Range(100, 3_600_000)]
    public int LockMsMax { get; init; } = 10_000;

    /// <summary>How long a call goes on trying while the server cannot be reached, in milliseconds.</summary>
    [Range(0, 3_600_000)]
    public int RetryMsMax { get; init; } = 5_000;

    /// <summary>
    /// How long a lease holds without renewal, in milliseconds: so long the next server waits after the host of this one is gone. It is
    /// renewed three times as often.
    /// </summary>
    [Range(500, 3_600_000)]
    public int LeaseMs { get; init; } = 3_000;

    /// <summary>
    /// Several processes work on the store, each on the shards that it takes (<see cref="PostgresStore.Leases"/>); false: this process
    /// takes all shards while it has the store open.
    /// </summary>
    public bool Shared { get; init; }

    /// <summary>Told of faults of work that nobody waits for, such as renewing leases; null: nobody is.</summary>
    public StoreFaultLog? Faults { get; init; }

    /// <summary>
    /// A file on this machine that says which opening of the store came last, so that a database that was put back is known for it; null
    /// for none.
    /// </summary>
    public string? MarkFile { get; init; }

    /// <summary>Entries of the access log that gather before they are put in order by subject; a read looks at them one by one.</summary>
    internal int AccessRunLength { get; init; } = 64 * 1024;
}
