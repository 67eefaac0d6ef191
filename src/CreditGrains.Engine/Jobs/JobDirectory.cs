using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Jobs;

/// <summary>All jobs that are kept, of all kinds and nodes.</summary>
public sealed class JobDirectory
{
    private readonly IJobStore _store;
    private readonly Dictionary<string, IJobs> _kinds;

    internal JobDirectory(IJobStore store, params IReadOnlyList<IJobs> kinds)
    {
        _store = store;
        _kinds = kinds.ToDictionary(each => each.Kind, StringComparer.Ordinal);
    }

    /// <summary>Goes on with jobs of all kinds that a node that is gone has left, and that go on by themselves.</summary>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    internal async Task FollowAsync(CancellationToken cancellation)
    {
        foreach (var kind in _kinds.Values)
            await kind.FollowAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Jobs without their partitions, the newest first.</summary>
    /// <param name="before">The last job of the page before, by when it was stored; null for the first page.</param>
    /// <param name="limit">Most jobs.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<IReadOnlyList<JobStatus>> ListAsync(
        (DateTimeOffset CreatedAt, string Kind, string Id)? before, int limit, CancellationToken cancellation)
    {
        var last = before is { } place
            ? new StoredJob(new JobKey(place.Kind, place.Id), 0, "", null, place.CreatedAt, default, null, "") : null;
        var jobs = await _store.NewestAsync(last, limit, cancellation).ConfigureAwait(false);
        return [.. jobs.Where(job => _kinds.ContainsKey(job.Key.Kind)).Select(job => _kinds[job.Key.Kind].StatusOf(job))];
    }

    /// <summary>One job with its partitions; null when it is not known, or not any more.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<JobStatus?> FindAsync(string kind, string id, CancellationToken cancellation)
    {
        if (!_kinds.TryGetValue(kind, out var jobs))
            return null;
        var parts = await _store.PartitionsAsync(kind, id, cancellation).ConfigureAwait(false);
        if (await _store.FindAsync(new JobKey(kind, id), cancellation).ConfigureAwait(false) is not { } job)
            return null;
        var partitions = parts.Select(jobs.PartitionOf).OfType<JobPartition>().ToList();
        var status = jobs.StatusOf(job);
        return partitions.Count == 0
            ? status
            : status with
            {
                Partitions = partitions,
                Done = partitions.Sum(part => part.Done),
                HeartbeatAt = partitions.Max(part => part.HeartbeatAt),
            };
    }

    /// <summary>
    /// Pauses, resumes or cancels one, on whichever node it is. False when its state does not allow it, or it is not known.
    /// </summary>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    public async Task<bool> TurnAsync(
        JobTurn turn, string kind, string id, string actor, string reason, CancellationToken cancellation) =>
        _kinds.TryGetValue(kind, out var jobs) && await jobs.TurnAsync(turn, id, actor, reason, cancellation).ConfigureAwait(false);
}
