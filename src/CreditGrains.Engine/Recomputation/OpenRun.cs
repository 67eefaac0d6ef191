using System.Text.Json;
using CreditGrains.Engine.Jobs;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Recomputation;

/// <summary>
/// The newest run as this process holds it: its row, and a partition a shard until it is finished. The row says which run it is and where
/// it stands; cursors and counts are the partitions', each written by the owner of its shard alone.
/// </summary>
internal sealed class OpenRun
{
    public const string Kind = "recomputation";

    private readonly StoredPart[] _parts;
    private volatile RecomputationRun _head;

    /// <param name="head">The row's content.</param>
    /// <param name="version">The row's version.</param>
    /// <param name="parts">By shard; none of a run whose parts are summed up in its row.</param>
    public OpenRun(RecomputationRun head, long version, StoredPart[] parts)
    {
        _head = head;
        Version = version;
        _parts = parts;
    }

    /// <summary>The row's content: of an open run without what its parts have come to.</summary>
    public RecomputationRun Head => _head;

    /// <summary>The run as far as its parts are.</summary>
    public RecomputationRun Run => _head is { State: JobState.Finished } head ? head : _head.With(Parts);

    /// <summary>The row's version.</summary>
    public long Version { get; private set; }

    /// <summary>Held while the row is written.</summary>
    public SemaphoreSlim WriteLock { get; } = new(1, 1);

    /// <summary>Ends the work on it in this process.</summary>
    public CancellationTokenSource Stop { get; } = new();

    /// <summary>This process closes: what is not certain stays so, and the next start reads it.</summary>
    public volatile bool IsClosing;

    /// <summary>The work; completed while there is nothing to do here.</summary>
    public Task Work { get; set; } = Task.CompletedTask;

    public int PoisonCount => Parts.Sum(part => part.Part.Poison.Count);

    public bool IsPassed => Parts.All(part => part.Part.IsDone);

    /// <summary>A copy: others may write parts meanwhile.</summary>
    private StoredPart[] Parts => [.. Enumerable.Range(0, _parts.Length).Select(PartOf)];

    public static JobKey KeyOf(string id, int shard = JobKey.Whole) => new(Kind, id, shard);

    /// <summary>Reads a run with its parts; null when it is not stored.</summary>
    public static async Task<OpenRun?> FindAsync(IJobStore jobs, string id, CancellationToken cancellation)
    {
        // The parts first: once a run is over its row holds what they came to, and they may be gone.
        var parts = await jobs.PartitionsAsync(Kind, id, cancellation).ConfigureAwait(false);
        return await jobs.FindAsync(KeyOf(id), cancellation).ConfigureAwait(false) is { } row
            ? new OpenRun(RecomputationRun.FromJson(row.Content), row.Version, [.. parts.Select(StoredPart.Of)]) : null;
    }

    public StoredPart PartOf(int shard) => Volatile.Read(ref _parts[shard]);

    public bool Covers(int shard, string subject) => _head.State == JobState.Finished
        ? _head.Shards[shard].Covers(subject) && !IsPoison(_head.Poison, subject)
        : shard < _parts.Length && PartOf(shard).Part is var part && part.Cursor.Covers(subject) && !IsPoison(part.Poison, subject);

    public JobWrite WriteOf(RecomputationRun next, string node, ControlAction? act) => new(
        KeyOf(next.Id), Version, next.State.ToString().ToLowerInvariant(), node, !next.IsOpen, next.ToJson()) { Act = act };

    public JobWrite WriteOf(int shard, RecomputationPartition next, string node) =>
        PartWriteOf(_head.Id, shard, PartOf(shard).Version, next, node);

    public static JobWrite PartWriteOf(string id, int shard, long? version, RecomputationPartition next, string? node) => new(
        KeyOf(id, shard), version, next.IsDone ? "finished" : "running", node, next.IsDone, next.ToJson());

    public void Written(RecomputationRun next) => Take(next, Version + 1);

    public void Written(int shard, RecomputationPartition next, string node) =>
        Volatile.Write(ref _parts[shard], new StoredPart(next, PartOf(shard).Version + 1, node));

    public void Take(RecomputationRun head, long version)
    {
        _head = head;
        Version = version;
    }

    /// <summary>Takes over newer parts of shards that this process does not write now.</summary>
    public void TakeParts(OpenRun stored, Func<int, bool> which)
    {
        for (var shard = 0; shard < Math.Min(_parts.Length, stored._parts.Length); shard++)
        {
            if (which(shard) && stored._parts[shard].Version > PartOf(shard).Version)
                Volatile.Write(ref _parts[shard], stored._parts[shard]);
        }
    }

    private static bool IsPoison(IReadOnlyList<PoisonSubject> poison, string subject)
    {
        foreach (var each in poison)
        {
            if (each.Subject == subject)
                return true;
        }

        return false;
    }
}
