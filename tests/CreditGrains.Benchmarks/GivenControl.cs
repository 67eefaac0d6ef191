using System.Collections.Concurrent;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Benchmarks;

/// <summary>The few documents of a <see cref="GivenStore"/>; its one process writes one at a time.</summary>
internal sealed class GivenControl : IControlStore
{
    private readonly ConcurrentDictionary<(string Kind, string Id), ControlDocument> _documents = new();

    public Task<ControlDocument?> FindAsync(string kind, string id, CancellationToken cancellation) =>
        Task.FromResult(_documents.GetValueOrDefault((kind, id)));

    public Task<IReadOnlyList<ControlDocument>> ListAsync(string kind, string? after, int limit, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<ControlDocument>>(
        [
            .. _documents.Values.Where(document => document.Kind == kind && string.CompareOrdinal(document.Id, after) > 0)
                .OrderBy(document => document.Id, StringComparer.Ordinal).Take(limit),
        ]);

    public Task WriteAsync(IReadOnlyList<ControlWrite> writes, CancellationToken cancellation)
    {
        foreach (var write in writes)
        {
            _documents[(write.Kind, write.Id)] = new ControlDocument(
                write.Kind, write.Id, (write.ExpectedVersion ?? 0) + 1, write.Content, DateTimeOffset.UnixEpoch);
        }

        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<ControlEvent>> EventsAsync(
        string? kind, string? id, long after, int limit, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<ControlEvent>>([]);
}
