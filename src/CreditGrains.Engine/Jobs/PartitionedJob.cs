using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Jobs;

/// <summary>A kind of job that nodes work on side by side.</summary>
/// <param name="Name">In the store and on the wire.</param>
/// <param name="Json">How its runs are written.</param>
/// <param name="PartJson">How their partitions are written.</param>
internal sealed record PartitionedJobKind<TRun, TPart>(string Name, JsonTypeInfo<TRun> Json, JsonTypeInfo<TPart> PartJson)
    where TRun : class, IJobContent
    where TPart : class, IJobPartitionContent
{
    public JobKey KeyOf(string id, int partition = JobKey.Whole) => new(Name, id, partition);

    /// <exception cref="InvalidDataException">The text is no run of this kind.</exception>
    public TRun Read(string json) =>
        JsonSerializer.Deserialize(json, Json) ?? throw new InvalidDataException($"This is not a job of kind {Name}.");

    /// <exception cref="InvalidDataException">The text is no partition of this kind.</exception>
    public TPart ReadPart(string json) =>
        JsonSerializer.Deserialize(json, PartJson) ?? throw new InvalidDataException($"This is not a partition of a {Name}.");

    public string Write(TPart part) => JsonSerializer.Serialize(part, PartJson);

    public JobWrite WriteOf(TRun run, long? version, string node, ControlAction? act) => new(
        KeyOf(run.Id), version, run.State.ToString().ToLowerInvariant(), node, !run.IsOpen, JsonSerializer.Serialize(run, Json))
    {
        Act = act,
    };

    public JobWrite WriteOf(string id, int partition, long? version, TPart next, string? node) => new(
        KeyOf(id, partition), version, next.IsDone ? "finished" : "running", node, next.IsDone, Write(next));

    /// <summary>Reads a job with its partitions; null when it is not stored.</summary>
    public async Task<PartitionedJob<TRun, TPart>?> FindAsync(IJobStore jobs, string id, CancellationToken cancellation)
    {
        // The partitions first: once a job is over its row holds what they came to, and they may be gone.
        var parts = await jobs.PartitionsAsync(Name, id, cancellation).ConfigureAwait(false);
        return await jobs.FindAsync(KeyOf(id), cancellation).ConfigureAwait(false) is { } row
            ? new PartitionedJob<TRun, TPart>(
                Read(row.Content), row.Version,
                [.. parts.Select(part => new StoredPartition<TPart>(ReadPart(part.Content), part.Version, part.Node))])
            : null;
    }
}

/// <summary>Content of a partition, as far as the runner reads it: its cursor and counts are its kind's.</summary>
internal interface IJobPartitionContent
{
    /// <summary>All of it is passed.</summary>
    bool IsDone { get; }
}

/// <summary>A partition as stored.</summary>
/// <param name="Part">Its content.</param>
/// <param name="Version">The row's version.</param>
/// <param name="Node">The process that wrote it last; null for none yet.</param>
internal sealed record StoredPartition<TPart>(TPart Part, long Version, string? Node);

/// <summary>
/// A job with partitions as this process holds it. The row says which job it is and where it stands; cursors and counts are the
/// partitions', each written by its owner alone.
/// </summary>
/// <param name="head">The row's content.</param>
/// <param name="version">The row's version.</param>
/// <param name="parts">By number; none of a job whose partitions are summed up in its row.</param>
internal sealed class PartitionedJob<TRun, TPart>(TRun head, long version, StoredPartition<TPart>[] parts) : JobRow<TRun>(head, version)
    where TRun : class, IJobContent
    where TPart : class, IJobPartitionContent
{
    public int Count => parts.Length;

    public bool IsPassed => Parts.All(part => part.Part.IsDone);

    /// <summary>A copy: others may write partitions meanwhile.</summary>
    public StoredPartition<TPart>[] Parts => [.. Enumerable.Range(0, parts.Length).Select(PartOf)];

    public StoredPartition<TPart> PartOf(int number) => Volatile.Read(ref parts[number]);

    public void Written(TRun next) => Take(next, Version + 1);

    public void Written(int number, TPart next, string node) =>
        Volatile.Write(ref parts[number], new StoredPartition<TPart>(next, PartOf(number).Version + 1, node));

    /// <summary>Takes over newer partitions that this process does not write now.</summary>
    public void TakeParts(PartitionedJob<TRun, TPart> stored, Func<int, bool> which)
    {
        for (var number = 0; number < Math.Min(Count, stored.Count); number++)
        {
            if (which(number) && stored.PartOf(number) is var part && part.Version > PartOf(number).Version)
                Volatile.Write(ref parts[number], part);
        }
    }
}
