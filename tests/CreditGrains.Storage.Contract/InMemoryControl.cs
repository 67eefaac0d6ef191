using CreditGrains.Engine.Storage;

namespace CreditGrains.Storage.Contract;

/// <summary>The control plane's documents of an <see cref="InMemoryStore"/>.</summary>
internal sealed class InMemoryControl(InMemoryStore store, InMemoryData data) : IControlStore
{
    public Task<ControlDocument?> FindAsync(string kind, string id, CancellationToken cancellation) => store.ReadAsync(
        "Control.Find", () => data.Documents.GetValueOrDefault(KeyOf(kind, id)), cancellation);

    public Task<IReadOnlyList<ControlDocument>> ListAsync(string kind, string? after, int limit, CancellationToken cancellation) =>
        store.ReadAsync<IReadOnlyList<ControlDocument>>(
            "Control.List",
            () =>
            [
                .. data.Documents.Values.Where(document => document.Kind == kind)
                    .Where(document => after is null || string.CompareOrdinal(document.Id, after) > 0)
                    .OrderBy(document => document.Id, StringComparer.Ordinal).Take(limit),
            ],
            cancellation);

    public Task WriteAsync(IReadOnlyList<ControlWrite> writes, CancellationToken cancellation) => store.WriteAsync(
        "Control.Write",
        () =>
        {
            Check(data, writes);
            Write(data, writes);
            return true;
        },
        cancellation);

    public Task<IReadOnlyList<ControlEvent>> EventsAsync(
        string? kind, string? id, long after, int limit, CancellationToken cancellation) =>
        store.ReadAsync<IReadOnlyList<ControlEvent>>(
            "Control.Events",
            () =>
            [
                .. data.ControlEvents.Where(e => e.Number > after && (kind is null || e.Kind == kind) && (id is null || e.Id == id))
                    .Take(limit),
            ],
            cancellation);

    /// <exception cref="WriteConflictException">A version is not the expected one.</exception>
    internal static void Check(InMemoryData data, IReadOnlyList<ControlWrite> writes)
    {
        foreach (var write in writes)
        {
            var known = data.Documents.GetValueOrDefault(KeyOf(write.Kind, write.Id))?.Version;
            if (known != write.ExpectedVersion)
            {
                throw new WriteConflictException(
                    $"Document {write.Kind} {write.Id} has version {known}, {write.ExpectedVersion} was expected.");
            }
        }
    }

    internal static void Write(InMemoryData data, IReadOnlyList<ControlWrite> writes)
    {
        var now = data.Time.GetUtcNow();
        foreach (var write in writes)
        {
            var version = (write.ExpectedVersion ?? 0) + 1;
            data.Documents[KeyOf(write.Kind, write.Id)] = new ControlDocument(write.Kind, write.Id, version, write.Content, now);
            if (write.Event is { } act)
                data.ControlEvents.Add(new ControlEvent(data.ControlEvents.Count + 1, write.Kind, write.Id, version, now, act));
        }
    }

    private static string KeyOf(string kind, string id) => $"{kind}\0{id}";
}
