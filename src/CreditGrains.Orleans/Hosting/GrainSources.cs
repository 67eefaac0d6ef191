using CreditGrains.Cluster.Contracts;
using CreditGrains.Engine.Sources;

namespace CreditGrains.Cluster.Hosting;

/// <summary>Has the source registry's grain keep what sources send.</summary>
internal sealed class GrainSources(GrainAccess access) : ISourceRegistry
{
    public Task AddAsync(string node, long number, IReadOnlyList<SourceActivity> news, CancellationToken cancellation)
    {
        var message = new SourceNews { Node = node, Number = number, Sources = [.. news.Select(Out)] };
        return GrainAccess.AskAsync(async () =>
        {
            await access.Grains.GetGrain<ISourceRegistryGrain>(0).AddAsync(message).ConfigureAwait(false);
            return true;
        });
    }

    public async Task<IReadOnlyList<SourceActivity>> ListAsync(int limit, CancellationToken cancellation)
    {
        var found = await GrainAccess.AskAsync(() => access.Grains.GetGrain<ISourceRegistryGrain>(0).ListAsync(limit))
            .ConfigureAwait(false);
        return [.. found.Select(In)];
    }

    private static SourceMessage Out(SourceActivity activity) => new()
    {
        Source = activity.Source,
        FirstSeen = activity.FirstSeen,
        LastSeen = activity.LastSeen,
        Accepted = activity.Accepted,
        Duplicate = activity.Duplicate,
        Stale = activity.Stale,
        Rejected = activity.Rejected,
    };

    private static SourceActivity In(SourceMessage message) => new(
        message.Source, message.FirstSeen, message.LastSeen, message.Accepted, message.Duplicate, message.Stale, message.Rejected);
}
