using CreditGrains.Cluster.Contracts;
using CreditGrains.Cluster.Placement;
using CreditGrains.Engine.Storage;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace CreditGrains.Cluster.Hosting;

/// <summary>
/// Keeps shards where they belong: wakes the owners of those that this silo should have, and gives up those that another should have,
/// once it has looked like that twice, so that shards do not move to and fro while members come and go. Each comes and goes by itself: one
/// that takes long holds up no other.
/// </summary>
internal sealed partial class ShardRebalancer(
    ClusterNode node, IGrainFactory grains, ShardAssignment places, TimeProvider time, ILogger<ShardRebalancer> log)
    : IDisposable
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan MoveMax = TimeSpan.FromSeconds(10);
    private readonly CancellationTokenSource _stop = new();
    private readonly HashSet<int> _leaving = [];
    private readonly Dictionary<int, Move> _moves = [];
    private Task _loop = Task.CompletedTask;

    public void Start()
    {
        node.Attend(grains);
        _loop = BackgroundLoop.RunAsync(LookAndWaitAsync, fault => Failed(log, fault), LookEvery, time, _stop.Token);
    }

    /// <summary>Shards go with their activations, which the silo ends after it has told the others that it leaves.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        await node.LeaveAsync();
    }

    /// <summary>
    /// After the activations: one that ended while it was becoming active was not told so, and had perhaps just taken its shard, whose
    /// lease would be renewed for as long as this process lives (<c>HandoverTests</c>).
    /// </summary>
    public Task CloseAsync(CancellationToken cancellation) => node.Shards.CloseAsync().WaitAsync(cancellation);

    public void Dispose() => _stop.Dispose();

    private async Task LookAndWaitAsync(CancellationToken stop)
    {
        Look();
        await Task.Delay(LookEvery, time, stop);
    }

    private void Look()
    {
        if (!places.IsMember)
            return;
        var strays = 0;
        for (var shard = 0; shard < node.ShardCount; shard++)
        {
            var isOurs = places.BelongsHere(shard);
            var isHere = node.Shards.Owns(shard);
            strays += isOurs == isHere ? 0 : 1;
            if (isOurs)
                _leaving.Remove(shard);
            if (IsMoving(shard))
                continue;
            if (isOurs && !isHere)
                Begin(shard, WakeAsync(shard));
            else if (!isOurs && isHere && !_leaving.Add(shard) && _leaving.Remove(shard))
                Begin(shard, GiveUpAsync(shard));
        }

        node.MisplacedShards = strays;
    }

    private void Begin(int shard, Task move) => _moves[shard] = new Move(move, time.GetTimestamp());

    private bool IsMoving(int shard)
    {
        if (!_moves.TryGetValue(shard, out var move))
            return false;
        if (move.Done.IsCompleted)
            return !_moves.Remove(shard);
        if (!move.IsToldSlow && time.GetElapsedTime(move.Since) > MoveMax)
        {
            Slow(log, shard, MoveMax.TotalSeconds);
            _moves[shard] = move with { IsToldSlow = true };
        }

        return true;
    }

    private async Task GiveUpAsync(int shard)
    {
        try
        {
            await node.Shards.GiveUpAsync(shard);
        }
        catch (Exception fault)
        {
            // Not awaited: the next rounds try again.
            NotGivenUp(log, shard, fault);
        }
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

    [LoggerMessage(6001, LogLevel.Debug, "Activation of shard {Shard} is waiting for its owner: {Message}")]
    private static partial void Waits(ILogger log, int shard, string message);

    [LoggerMessage(6003, LogLevel.Warning, "Move of shard {Shard} takes longer than {Seconds} s")]
    private static partial void Slow(ILogger log, int shard, double seconds);

    [LoggerMessage(6004, LogLevel.Warning, "Release of shard {Shard} failed; retrying")]
    private static partial void NotGivenUp(ILogger log, int shard, Exception fault);

    [LoggerMessage(6002, LogLevel.Warning, "Shard rebalancing failed; retrying")]
    private static partial void Failed(ILogger log, Exception fault);

    /// <summary>A shard that comes or goes.</summary>
    private sealed record Move(Task Done, long Since, bool IsToldSlow = false);
}
