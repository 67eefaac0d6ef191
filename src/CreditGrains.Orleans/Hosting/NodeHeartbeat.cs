using CreditGrains.Cluster.Contracts;
using CreditGrains.Engine.Rules;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Cluster.Hosting;

/// <summary>
/// Says each second that this node is there, so that it is told of activations. A node that has not been heard yet does not serve.
/// </summary>
internal sealed class NodeHeartbeat(GrainCalls calls, PolicyService policies, TimeProvider time) : IPolicyWatcher, IAsyncDisposable
{
    private static readonly TimeSpan SayEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SayAgain = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LeaveMax = TimeSpan.FromSeconds(1);

    private readonly string _node = $"{Environment.MachineName}/{Environment.ProcessId}/{Guid.NewGuid():N}";
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _stateLock = new();
    private IPolicyWatcher? _self;
    private Task? _loop;

    /// <summary>Whether the node is waited for by activations, and follows all that were announced before.</summary>
    public bool IsRegistered { get; private set; }

    public void Begin()
    {
        lock (_stateLock)
            _loop ??= Task.Run(LoopAsync);
    }

    public async Task<long> FollowAsync(long timeline)
    {
        if (policies.Stored < timeline)
            await policies.FollowAsync(CancellationToken.None).ConfigureAwait(false);
        return policies.Stored;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        if (_loop is not null)
            await _loop.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task LoopAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                // A reference of its own: the runtime holds the object only weakly.
                _self ??= calls.Grains.CreateObjectReference<IPolicyWatcher>(this);
                var reply = await calls.Grains.GetGrain<IPolicyActivationGrain>(0)
                    .HeartbeatAsync(new HeartbeatRequest { Node = _node, Watcher = _self, Timeline = policies.Stored })
                    .ConfigureAwait(false);
                await FollowAsync(reply.Timeline).ConfigureAwait(false);
                if (!IsRegistered)
                {
                    // Activations decided before the node's first heartbeat were not announced to it: catch up from the store.
                    await policies.FollowAsync(_stop.Token).ConfigureAwait(false);
                    IsRegistered = true;
                }
            }
            catch (Exception fault) when (fault is not OperationCanceledException || !_stop.IsCancellationRequested)
            {
                // No silo, no store, or not started yet: said again; until then the node asks the store by itself.
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await Task.Delay(IsRegistered ? SayEvery : SayAgain, time, _stop.Token)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Is not waited for any more; called while the grains can still be reached.</summary>
    public async Task LeaveAsync()
    {
        // A host that is asked to stop twice has its services stopped twice, the second time closed already.
        if (_stop.IsCancellationRequested)
            return;
        await _stop.CancelAsync().ConfigureAwait(false);
        try
        {
            if (IsRegistered)
                await calls.Grains.GetGrain<IPolicyActivationGrain>(0).LeaveAsync(_node).WaitAsync(LeaveMax, time).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is TimeoutException or Orleans.Runtime.OrleansException or StoreException
            or InvalidOperationException or ObjectDisposedException)
        {
            // Other nodes drop this one some seconds after its last heartbeat.
        }
    }
}
