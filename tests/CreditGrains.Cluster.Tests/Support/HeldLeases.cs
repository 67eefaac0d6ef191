using CreditGrains.Engine.Storage;

namespace CreditGrains.Cluster.Tests.Support;

/// <summary>Leases of which a test can hold up one shard's taking, at its beginning or at its end.</summary>
internal sealed class HeldLeases(IShardLeases leases) : IShardLeases
{
    private static readonly TimeSpan HoldMax = TimeSpan.FromSeconds(10);
    private int _held = -1;
    private CancellationToken _taker;

    public event Action<int>? Lost
    {
        add => leases.Lost += value;
        remove => leases.Lost -= value;
    }

    /// <summary>The first shard that is asked for from now on waits for this before its lease is taken; null: none waits.</summary>
    public Task? Before { get; set; }

    /// <summary>Whether the first shard that is asked for is not known to be taken before its taker has given up.</summary>
    public bool UntilGivenUp { get; set; }

    /// <summary>Ends when that shard waits; its number.</summary>
    public TaskCompletionSource<int> Waits { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public async Task TakeAsync(IReadOnlyCollection<int> shards, CancellationToken cancellation)
    {
        var first = (Before is not null || UntilGivenUp) && Interlocked.CompareExchange(ref _held, shards.Single(), -1) == -1;
        if (first)
            _taker = cancellation;
        if (first && Before is { } before)
        {
            Waits.TrySetResult(_held);
            await before.WaitAsync(HoldMax, CancellationToken.None);
        }

        await leases.TakeAsync(shards, cancellation);
    }

    public Task ReleaseAsync(IReadOnlyCollection<int> shards, CancellationToken cancellation) =>
        leases.ReleaseAsync(shards, cancellation);

    /// <summary>Asked last of all by who takes a shard.</summary>
    public bool Holds(int shard)
    {
        if (UntilGivenUp && shard == _held)
        {
            Waits.TrySetResult(shard);
            _taker.WaitHandle.WaitOne(HoldMax);
        }

        return leases.Holds(shard);
    }
}
