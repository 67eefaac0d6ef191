using CreditGrains.Cluster.Contracts;
using CreditGrains.Cluster.Hosting;
using CreditGrains.Engine.Sources;
using Orleans.Runtime;

namespace CreditGrains.Cluster.Control;

/// <summary>Adds up what nodes tell every few seconds; one state, written once for each node's news.</summary>
[GrainType("credit.source-registry")]
internal sealed class SourceRegistryGrain(
    [PersistentState("source-registry", ClusterHosting.ControlStorage)] IPersistentState<SourceRegistryState> state)
    : Grain, ISourceRegistryGrain
{
    private const int SourcesMax = 10_000;
    private const int NodesMax = 256;

    public async Task AddAsync(SourceUpdate news)
    {
        var known = state.State.Nodes.Find(node => node.Node == news.Node);
        if (known?.Number >= news.Number)
            return;
        var sources = new SortedDictionary<string, SourceCounts>(state.State.Sources, StringComparer.Ordinal);
        foreach (var source in news.Sources)
        {
            if (sources.TryGetValue(source.Source, out var counts))
                sources[source.Source] = Sum(counts, source);
            else if (sources.Count < SourcesMax)
                sources[source.Source] = Sum(new SourceCounts(source.FirstSeen, source.LastSeen, 0, 0, 0, 0), source);
        }

        var nodes = state.State.Nodes.Where(node => node.Node != news.Node).Append(new NodeNumber(news.Node, news.Number))
            .TakeLast(NodesMax).ToList();
        var before = (state.State.Sources, state.State.Nodes);
        try
        {
            (state.State.Sources, state.State.Nodes) = (sources, nodes);
            await state.WriteStateAsync();
        }
        catch
        {
            (state.State.Sources, state.State.Nodes) = before;
            throw;
        }
    }

    public Task<SourceMessage[]> ListAsync(int limit) => Task.FromResult(state.State.Sources.Take(limit).Select(
        source => new SourceMessage
        {
            Source = source.Key,
            FirstSeen = source.Value.FirstSeen,
            LastSeen = source.Value.LastSeen,
            Accepted = source.Value.Accepted,
            Duplicate = source.Value.Duplicate,
            Stale = source.Value.Stale,
            Rejected = source.Value.Rejected,
            Codes = source.Value.Codes,
            Delays = source.Value.Delays,
        }).ToArray());

    private static SourceCounts Sum(SourceCounts counts, SourceMessage news) => new(
        counts.FirstSeen < news.FirstSeen ? counts.FirstSeen : news.FirstSeen,
        counts.LastSeen > news.LastSeen ? counts.LastSeen : news.LastSeen,
        counts.Accepted + news.Accepted, counts.Duplicate + news.Duplicate, counts.Stale + news.Stale, counts.Rejected + news.Rejected)
    {
        Codes = new Dictionary<string, long>(SourceActivity.Sum(counts.Codes, news.Codes)),
        Delays = [.. counts.Delays.Select((count, i) => count + (i < news.Delays.Length ? news.Delays[i] : 0))],
    };
}
