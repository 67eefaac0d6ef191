using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;

namespace CreditGrains.Engine.Tests.Subjects;

/// <summary>Callers that wait for a position of a shard.</summary>
public sealed class FoldProgressTests
{
    private readonly FoldProgress _progress = new(3, waitMsMax: 60_000);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Wait_ends_when_its_position_is_reached_and_not_before()
    {
        _progress.Start(10);
        Assert.True(_progress.WaitAsync(10, Cancellation).IsCompletedSuccessfully);
        var (near, far) = (_progress.WaitAsync(12, Cancellation), _progress.WaitAsync(20, Cancellation));
        _progress.Advance(11);
        Assert.False(near.IsCompleted);
        _progress.Advance(19);
        await near;
        Assert.False(far.IsCompleted);
        _progress.Advance(20);
        await far;
    }

    [Fact]
    public void Progress_never_goes_back()
    {
        _progress.Start(10);
        _progress.Advance(12);
        _progress.Advance(11);
        Assert.Equal(12, _progress.Folded);
    }

    [Fact]
    public async Task Waiting_caller_is_refused_when_another_node_owns_the_shard_and_so_is_the_next_one()
    {
        var waits = _progress.WaitAsync(1, Cancellation);
        _progress.Lose();
        Assert.Equal(3, (await Assert.ThrowsAsync<ShardLostException>(() => waits)).Shard);
        await Assert.ThrowsAsync<ShardLostException>(() => _progress.WaitAsync(1, Cancellation));
    }

    [Fact]
    public async Task Wait_has_a_bound()
    {
        var fault = await Assert.ThrowsAsync<StoreException>(() => new FoldProgress(3, waitMsMax: 1).WaitAsync(7, Cancellation));
        Assert.Contains("Shard 3 has not folded position 7", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Caller_that_gives_up_leaves_the_others()
    {
        using var gives = new CancellationTokenSource();
        var (first, second) = (_progress.WaitAsync(1, gives.Token), _progress.WaitAsync(1, Cancellation));
        await gives.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        _progress.Advance(1);
        await second;
    }
}
