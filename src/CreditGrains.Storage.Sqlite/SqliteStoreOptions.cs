using System.ComponentModel.DataAnnotations;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Storage.Sqlite;

/// <summary>Where the store is and how it is opened.</summary>
public sealed record SqliteStoreOptions
{
    /// <summary>The database file; it and its folder are created when missing. Two files with endings of their own lie beside it.</summary>
    public required string Path { get; init; }

    /// <summary>Number of shards of a new store, 1 to 4,096; an existing store keeps its own.</summary>
    [Range(1, 4096)]
    public int ShardCount { get; init; } = ShardMap.DefaultShardCount;

    /// <summary>Clock of <see cref="JournalEntry.ReceivedAt"/>.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Connections for reading, at least 1; more concurrent reads wait for one.</summary>
    [Range(1, 1000)]
    public int ReadConnectionsMax { get; init; } = Math.Clamp(Environment.ProcessorCount * 2, 4, 32);

    /// <summary>Page cache of the writing connection in KiB; a reading one has an eighth of it.</summary>
    [Range(1024, 67_108_864)]
    public int CacheKibibytes { get; init; } = 128 * 1024;

    /// <summary>Journal entries that gather before their index keys are written; small in tests, so that they meet every stage.</summary>
    internal int UnwrittenEntriesMax { get; init; } = 128 * 1024;

    /// <summary>New subjects that gather before their names are indexed; a search looks at twice as many at most, one by one.</summary>
    internal int UnindexedNamesMax { get; init; } = 8 * 1024;

    /// <summary>Entries of the access log that gather before they are put in order by subject; a read looks at them one by one.</summary>
    internal int AccessRunLength { get; init; } = 64 * 1024;
}
