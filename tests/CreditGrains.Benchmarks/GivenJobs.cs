using System.Collections.Concurrent;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Benchmarks;

/// <summary>The few jobs of a <see cref="GivenStore"/>, and no answers to commands; its one process writes one at a time.</summary>
internal sealed class GivenJobs : IJobStore, ICommandAnswerStore
{
    private readonly ConcurrentDictionary<JobKey, StoredJob> _jobs = new();

    public Task<StoredJob?> FindAsync(JobKey key, CancellationToken cancellation) => Task.FromResult(_jobs.GetValueOrDefault(key));

    public Task<IReadOnlyList<StoredJob>> ListAsync(string kind, string? after, int limit, CancellationToken cancellation) =>
        ListAsync(job => job.Key.Kind == kind && job.Key.Partition < 0 && string.CompareOrdinal(job.Key.Id, after) > 0, limit);

    public Task<IReadOnlyList<StoredJob>> NewestAsync(StoredJob? before, int limit, CancellationToken cancellation) =>
        ListAsync(job => before is null && job.Key.Partition < 0, limit);

    public Task<IReadOnlyList<StoredJob>> PartitionsAsync(string kind, string id, CancellationToken cancellation) =>
        ListAsync(job => job.Key.Kind == kind && job.Key.Id == id && job.Key.Partition >= 0, int.MaxValue);

    public Task<byte[]?> ResultAsync(string kind, string id, int number, CancellationToken cancellation) =>
        Task.FromResult<byte[]?>(null);

    public Task WriteAsync(JobWrites writes, CancellationToken cancellation)
    {
        foreach (var write in writes.Jobs)
        {
            _jobs[write.Key] = new StoredJob(
                write.Key, (write.ExpectedVersion ?? 0) + 1, write.State, write.Node, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch,
                write.IsOver ? DateTimeOffset.UnixEpoch : null, write.Content);
        }

        return Task.CompletedTask;
    }

    public Task<CommandAnswer?> FindAsync(string key, CancellationToken cancellation) => Task.FromResult<CommandAnswer?>(null);

    public Task<bool> WriteAsync(CommandAnswer answer, long? expected, CancellationToken cancellation) => Task.FromResult(true);

    public Task RemoveAsync(string key, CancellationToken cancellation) => Task.CompletedTask;

    public Task TrimAsync(DateTimeOffset due, int countMax, long bytesMax, CancellationToken cancellation) => Task.CompletedTask;

    private Task<IReadOnlyList<StoredJob>> ListAsync(Func<StoredJob, bool> which, int limit) =>
        Task.FromResult<IReadOnlyList<StoredJob>>(
            [.. _jobs.Values.Where(which).OrderBy(job => job.Key.Id, StringComparer.Ordinal).ThenBy(job => job.Key.Partition).Take(limit)]);
}
