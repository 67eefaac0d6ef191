using CreditGrains.Cluster.Contracts;
using CreditGrains.Cluster.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace CreditGrains.Cluster.Control;

/// <summary>
/// Knows the nodes and tells them. A node that does not say for some seconds that it is there is not waited for; it finds out by asking the
/// store, if it lives.
/// </summary>
[GrainType("credit.policy-activation"), Reentrant]
internal sealed partial class PolicyActivationGrain(
    [PersistentState("policy-activation", ClusterHosting.ControlStorage)] IPersistentState<PolicyActivationState> state,
    TimeProvider time, ILogger<PolicyActivationGrain> log) : Grain, IPolicyActivationGrain, IDisposable
{
    internal static readonly TimeSpan AttendanceLasts = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AnnounceMax = AttendanceLasts + TimeSpan.FromSeconds(1);
    private static readonly TimeSpan TellMax = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(20);

    private readonly Dictionary<string, Attendant> _nodes = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _writing = new(1, 1);

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        foreach (var node in state.State.Nodes)
            _nodes[node] = new Attendant(null, 0, time.GetTimestamp());
        return Task.CompletedTask;
    }

    public async Task<HeartbeatReply> HeartbeatAsync(HeartbeatRequest request)
    {
        var isKnown = _nodes.TryGetValue(request.Node, out var known);
        _nodes[request.Node] = new Attendant(
            request.Watcher, Math.Max(request.Timeline, known?.Timeline ?? 0), time.GetTimestamp());
        if (!isKnown)
            await KeepAsync();
        return new HeartbeatReply { Timeline = state.State.Timeline };
    }

    public Task LeaveAsync(string node) => _nodes.Remove(node) ? KeepAsync() : Task.CompletedTask;

    public async Task<AnnounceReply> AnnounceAsync(long timeline)
    {
        // A node that comes while others are told hears of it in the answer to its first word.
        state.State.Timeline = Math.Max(state.State.Timeline, timeline);
        var began = time.GetTimestamp();
        await KeepAsync();
        while (true)
        {
            foreach (var (node, gone) in _nodes.ToList())
            {
                if (time.GetElapsedTime(gone.At) > AttendanceLasts)
                    _nodes.Remove(node);
            }

            var behind = _nodes.Where(node => node.Value.Timeline < timeline).ToList();
            if (behind.Count == 0)
                return new AnnounceReply();
            if (time.GetElapsedTime(began) > AnnounceMax)
                return new AnnounceReply { Missing = [.. behind.Select(node => node.Key)] };
            await Task.WhenAll(behind.Select(node => TellAsync(node.Key, node.Value.Watcher, timeline)));
            if (behind.Any(node => _nodes.TryGetValue(node.Key, out var now) && now.Timeline < timeline))
                await Task.Delay(LookAgain, time);
        }
    }

    public void Dispose() => _writing.Dispose();

    private async Task TellAsync(string node, IPolicyWatcher? watcher, long timeline)
    {
        if (watcher is null)
            return;
        try
        {
            var followed = await watcher.FollowAsync(timeline).WaitAsync(TellMax, time);
            if (_nodes.TryGetValue(node, out var known))
                _nodes[node] = known with { Timeline = Math.Max(known.Timeline, followed) };
        }
        catch (Exception fault)
        {
            // Told again, until it is not waited for any more.
            NotTold(log, node, fault.Message);
        }
    }

    /// <summary>
    /// Keeps who attends. Without it the grain still knows; only one that is made elsewhere would have to wait to be told.
    /// </summary>
    private async Task KeepAsync()
    {
        await _writing.WaitAsync();
        try
        {
            state.State.Nodes = [.. _nodes.Keys.Order(StringComparer.Ordinal)];
            await state.WriteStateAsync();
        }
        catch (Exception fault) when (fault is not Orleans.Storage.InconsistentStateException)
        {
            NotKept(log, fault.Message);
        }
        finally
        {
            _writing.Release();
        }
    }

    [LoggerMessage(6011, LogLevel.Debug, "Notification of node {Node} about the policy timeline failed; retrying: {Message}")]
    private static partial void NotTold(ILogger log, string node, string message);

    [LoggerMessage(6012, LogLevel.Warning, "List of nodes for policy activations could not be stored: {Message}")]
    private static partial void NotKept(ILogger log, string message);

    /// <param name="Watcher">How it is told; null until it says so itself.</param>
    /// <param name="Timeline">The version that it answers under.</param>
    /// <param name="At">When it was last heard of.</param>
    private sealed record Attendant(IPolicyWatcher? Watcher, long Timeline, long At);
}
