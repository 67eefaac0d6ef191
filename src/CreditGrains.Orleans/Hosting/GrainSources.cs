using CreditGrains.Cluster.Contracts;
using CreditGrains.Engine.Ingestion;
using CreditGrains.Engine.Sources;

namespace CreditGrains.Cluster.Hosting;

/// <summary>Has the source registry's grain keep what sources send.</summary>
internal sealed class GrainSources(GrainCalls calls) : ISourceRegistry
{
    private const int SourcesMax = 10_000;

    public Task AddAsync(string node, long number, IReadOnlyList<SourceActivity> news, CancellationToken cancellation)
    {
        var message = new SourceUpdate { Node = node, Number = number, Sources = [.. news.Select(Out)] };
        return GrainCalls.AskAsync(async () =>
        {
            await calls.Grains.GetGrain<ISourceRegistryGrain>(0).AddAsync(message).ConfigureAwait(false);
            return true;
        });
    }

    public async Task<IReadOnlyList<SourceActivity>> ListAsync(int limit, CancellationToken cancellation)
    {
        var found = await GrainCalls.AskAsync(() => calls.Grains.GetGrain<ISourceRegistryGrain>(0).ListAsync(limit))
            .ConfigureAwait(false);
        return [.. found.Select(In)];
    }

    /// <summary>The registry holds all of them in memory and has no question for one.</summary>
    public async Task<SourceActivity?> FindAsync(string source, CancellationToken cancellation) =>
        (await ListAsync(SourcesMax, cancellation).ConfigureAwait(false)).FirstOrDefault(activity => activity.Source == source);

    private static SourceMessage Out(SourceActivity activity) => new()
    {
        Source = activity.Source,
        FirstSeen = activity.FirstSeen,
        LastSeen = activity.LastSeen,
        Accepted = activity.Accepted,
        Duplicate = activity.Duplicate,
        Stale = activity.Stale,
        Rejected = activity.Rejected,
        Codes = new Dictionary<string, long>(activity.Codes),
        Delays = [activity.Delays.Week, activity.Delays.Month, activity.Delays.Later, activity.Delays.Undated],
    };

    private static SourceActivity In(SourceMessage message) => new(
        message.Source, message.FirstSeen, message.LastSeen, message.Accepted, message.Duplicate, message.Stale, message.Rejected)
    {
        Codes = message.Codes,
        Delays = message.Delays is [var week, var month, var later, var undated] ? new FeedDelays(week, month, later, undated) : default,
    };
}
