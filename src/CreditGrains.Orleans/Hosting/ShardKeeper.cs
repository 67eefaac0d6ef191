using CreditGrains.Cluster.Contracts;
using CreditGrains.Cluster.Placement;
using CreditGrains.Engine.Storage;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace CreditGrains.Cluster.Hosting;

/// <summary>
/// Keeps shards where they belong: wakes the owners of those that this silo should have, and gives up those that another should have,
/// once it has looked like that twice, so that shards do not move to and fro while members come and go.
/// </summary>
internal sealed partial class ShardKeeper(
    ClusterNode node, IGrainFactory grains, ShardPlaces places, TimeProvider time, ILogger<ShardKeeper> log)
    : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan MoveMax = TimeSpan.FromSeconds(10);
    private readonly CancellationTokenSource _stop = new();
    private readonly HashSet<int> _leaving = [];
    private Task _loop = Task.CompletedTask;

    public void Participate(ISiloLifecycle observer)
    {
        observer.Subscribe(nameof(ShardKeeper), ServiceLifecycleStage.Active, Begin, EndAsync);
    }

    private Task Begin(CancellationToken cancellation)
    {
        node.Attend(grains);
        _loop = BackgroundLoop.RunAsync(LookAndWaitAsync, fault => Failed(log, fault), LookEvery, time, _stop.Token);
        return Task.CompletedTask;
    }

    /// <summary>Shards go with their grains, which the silo deactivates after it has told the others that it leaves.</summary>
    private async Task EndAsync(CancellationToken cancellation)
    {
        await _stop.CancelAsync();
        await _loop;
        await node.LeaveAsync();
    }

    public void Dispose() => _stop.Dispose();

    private async Task LookAndWaitAsync(CancellationToken stop)
    {
        await LookAsync();
        await Task.Delay(LookEvery, time, stop);
    }

    private async Task LookAsync()
    {
        if (!places.IsMember)
            return;
        var moves = new List<(int Shard, Task Done)>();
        var strays = 0;
        for (var shard = 0; shard < node.ShardCount; shard++)
        {
            var isOurs = places.BelongsHere(shard);
            var isHere = node.Shards.Owns(shard);
            strays += isOurs == isHere ? 0 : 1;
            if (isOurs)
                _leaving.Remove(shard);
            if (isOurs && !isHere)
                moves.Add((shard, WakeAsync(shard)));
            else if (!isOurs && isHere && !_leaving.Add(shard) && _leaving.Remove(shard))
                moves.Add((shard, node.Shards.GiveUpAsync(shard)));
        }

        node.StrayShards = strays;
        var moved = Task.WhenAll(moves.Select(move => move.Done));
        await moved.WaitAsync(MoveMax, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!moved.IsCompleted)
            Slow(log, string.Join(", ", moves.Where(move => !move.Done.IsCompleted).Select(move => move.Shard)), MoveMax.TotalSeconds);
        await moved;
    }

    private async Task WakeAsync(int shard)
    {
        try
        {
            await grains.GetGrain<IShardGrain>(shard).WakeAsync();
        }
        catch (Exception fault) when (fault is StoreException or OrleansException or TimeoutException)
        {
            // Its last owner still holds it, or the store is away: asked again with the next look.
            Waits(log, shard, fault.Message);
        }
    }

    [LoggerMessage(6001, LogLevel.Debug, "Shard {Shard} waits for its owner: {Message}")]
    private static partial void Waits(ILogger log, int shard, string message);

    [LoggerMessage(6003, LogLevel.Warning, "Shards {Shards} take longer than {Seconds} s to come or go")]
    private static partial void Slow(ILogger log, string shards, double seconds);

    [LoggerMessage(6002, LogLevel.Warning, "Looking after shards waits and goes on")]
    private static partial void Failed(ILogger log, Exception fault);
}
