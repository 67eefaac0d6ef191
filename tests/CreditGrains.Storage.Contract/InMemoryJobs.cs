using CreditGrains.Engine.Storage;

namespace CreditGrains.Storage.Contract;

/// <summary>The jobs of an <see cref="InMemoryStore"/>.</summary>
internal sealed class InMemoryJobs(InMemoryStore store, InMemoryData data) : IJobStore
{
    private IEnumerable<StoredJob> Whole => data.Jobs.Values.Where(job => job.Key.Partition == JobKey.Whole);

    public Task<StoredJob?> FindAsync(JobKey key, CancellationToken cancellation) =>
        store.ReadAsync("Jobs.Find", () => data.Jobs.GetValueOrDefault(key), cancellation);

    public Task<IReadOnlyList<StoredJob>> ListAsync(string kind, string? after, int limit, CancellationToken cancellation) =>
        ReadAsync(
            "Jobs.List",
            () => Whole.Where(job => job.Key.Kind == kind && (after is null || string.CompareOrdinal(job.Key.Id, after) > 0))
                .OrderBy(job => job.Key.Id, StringComparer.Ordinal).Take(limit),
            cancellation);

    public Task<IReadOnlyList<StoredJob>> NewestAsync(StoredJob? before, int limit, CancellationToken cancellation) => ReadAsync(
        "Jobs.Newest",
        () => Whole.Where(job => before is null || Place(job).CompareTo(Place(before)) < 0).OrderByDescending(Place).Take(limit),
        cancellation);

    public Task<IReadOnlyList<StoredJob>> PartitionsAsync(string kind, string id, CancellationToken cancellation) => ReadAsync(
        "Jobs.Partitions",
        () => data.Jobs.Values.Where(job => job.Key.Kind == kind && job.Key.Id == id && job.Key.Partition >= 0)
            .OrderBy(job => job.Key.Partition),
        cancellation);

    public Task<byte[]?> ResultAsync(string kind, string id, int number, CancellationToken cancellation) => store.ReadAsync(
        "Jobs.Result", () => data.JobResults.GetValueOrDefault((kind, id))?.ElementAtOrDefault(number), cancellation);

    public Task WriteAsync(JobWrites writes, CancellationToken cancellation) => store.WriteAsync(
        "Jobs.Write",
        () =>
        {
            Check(data, writes.Jobs);
            InMemoryControl.Check(data, writes.Documents);
            if (writes.Retention is { } retention)
                RemoveSurplus(retention);
            foreach (var key in data.Jobs.Keys.Where(
                key => key.Partition >= 0 && writes.SummedUp.Any(job => job.Kind == key.Kind && job.Id == key.Id)).ToList())
                data.Jobs.Remove(key);
            Write(data, writes.Jobs);
            if (writes.Results is { } results)
            {
                var before = data.JobResults.GetValueOrDefault((results.Kind, results.Id)) ?? [];
                data.JobResults[(results.Kind, results.Id)] = [.. before.Take(results.From), .. results.Pieces];
            }
            InMemoryControl.Write(data, writes.Documents);
            return true;
        },
        cancellation);

    /// <exception cref="WriteConflictException">A version is not the expected one.</exception>
    internal static void Check(InMemoryData data, IReadOnlyList<JobWrite> writes)
    {
        foreach (var write in writes)
        {
            if (data.Jobs.GetValueOrDefault(write.Key)?.Version != write.ExpectedVersion)
                throw new WriteConflictException($"Job {write.Key} does not have the expected version {write.ExpectedVersion}.");
        }
    }

    internal static void Write(InMemoryData data, IReadOnlyList<JobWrite> writes)
    {
        var now = data.Time.GetUtcNow();
        foreach (var write in writes)
        {
            var known = data.Jobs.GetValueOrDefault(write.Key);
            var version = (known?.Version ?? 0) + 1;
            data.Jobs[write.Key] = new StoredJob(
                write.Key, version, write.State, write.Node, known?.CreatedAt ?? now, now, write.IsOver ? known?.EndedAt ?? now : null,
                write.Content);
            if (write.Act is { } act)
            {
                data.ControlEvents.Add(
                    new ControlEvent(data.ControlEvents.Count + 1, write.Key.Kind, write.Key.Id, version, now, act));
            }
        }
    }

    private void RemoveSurplus(JobRetention retention)
    {
        var surplus = Whole.Where(job => job.Key.Kind == retention.Kind && job.EndedAt is not null)
            .OrderByDescending(job => (job.EndedAt, job.Key.Id)).Skip(retention.EndedMax).Select(job => job.Key.Id).ToList();
        foreach (var id in surplus)
        {
            foreach (var key in data.Jobs.Keys.Where(key => key.Kind == retention.Kind && key.Id == id).ToList())
                data.Jobs.Remove(key);
            data.JobResults.Remove((retention.Kind, id));
        }
    }

    private static (DateTimeOffset At, string Kind, string Id) Place(StoredJob job) => (job.CreatedAt, job.Key.Kind, job.Key.Id);

    private Task<IReadOnlyList<StoredJob>> ReadAsync(
        string call, Func<IEnumerable<StoredJob>> read, CancellationToken cancellation) =>
        store.ReadAsync<IReadOnlyList<StoredJob>>(call, () => [.. read()], cancellation);
}
