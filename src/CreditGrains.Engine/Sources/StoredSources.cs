using System.Text.Json;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Sources;

/// <summary>In the control documents of a store that one process writes: a document for each source.</summary>
internal sealed class StoredSources(IControlStore control) : ISourceRegistry
{
    private const string Kind = "source";

    public async Task AddAsync(string node, long number, IReadOnlyList<SourceActivity> news, CancellationToken cancellation)
    {
        var writes = new List<ControlWrite>(news.Count);
        foreach (var activity in news)
        {
            var document = await control.FindAsync(Kind, activity.Source, cancellation).ConfigureAwait(false);
            var sum = document is null ? activity : Read(document).Plus(activity);
            writes.Add(new ControlWrite(
                Kind, activity.Source, document?.Version, JsonSerializer.Serialize(sum, SourceJson.Default.SourceActivity), null));
        }

        await control.WriteAsync(writes, cancellation).ConfigureAwait(false);
    }

    public async Task<SourceActivity?> FindAsync(string source, CancellationToken cancellation) =>
        await control.FindAsync(Kind, source, cancellation).ConfigureAwait(false) is { } document ? Read(document) : null;

    public async Task<IReadOnlyList<SourceActivity>> ListAsync(int limit, CancellationToken cancellation) =>
        [.. (await control.ListAsync(Kind, null, limit, cancellation).ConfigureAwait(false)).Select(Read)];

    private static SourceActivity Read(ControlDocument document) =>
        JsonSerializer.Deserialize(document.Content, SourceJson.Default.SourceActivity)
            ?? throw new InvalidDataException("This is not the activity of a source.");
}
