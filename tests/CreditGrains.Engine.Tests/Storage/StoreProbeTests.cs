using CreditGrains.Engine.Storage;
using Microsoft.Extensions.Time.Testing;

namespace CreditGrains.Engine.Tests.Storage;

/// <summary>Silence of the store begins with the question that has no answer, and ends with the next answer.</summary>
public sealed class StoreProbeTests
{
    private static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(5);
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 30, 8, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task Failed_call_is_silence_since_it_was_made_until_one_is_answered()
    {
        Exception? fault = null;
        var silences = new List<long>();
        var probe = new StoreProbe(
            _ => fault is null ? Task.CompletedTask : Task.FromException(fault), AnswerMax, _time, silences.Add);
        await probe.AskAsync(TestContext.Current.CancellationToken);
        Assert.Null(probe.SilentSince);
        Assert.Equal(0, probe.SilentSeconds);

        fault = new StoreException("away");
        var since = _time.GetUtcNow();
        await probe.AskAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1, probe.SilentSeconds);
        _time.Advance(TimeSpan.FromSeconds(90));
        await probe.AskAsync(TestContext.Current.CancellationToken);
        Assert.Equal(since, probe.SilentSince);
        Assert.Equal(90, probe.SilentSeconds);

        Assert.Empty(silences);
        fault = null;
        await probe.AskAsync(TestContext.Current.CancellationToken);
        Assert.Null(probe.SilentSince);
        Assert.Equal(0, probe.SilentSeconds);
        await probe.AskAsync(TestContext.Current.CancellationToken);
        Assert.Equal([90], silences);
    }

    [Fact]
    public async Task Call_that_hangs_is_silence_and_is_not_made_a_second_time()
    {
        var asked = 0;
        var answer = new TaskCompletionSource();
        var probe = new StoreProbe(_ => { asked++; return answer.Task; }, AnswerMax, _time);
        var since = _time.GetUtcNow();
        for (var round = 1; round <= 3; round++)
        {
            var asking = probe.AskAsync(TestContext.Current.CancellationToken);
            _time.Advance(AnswerMax);
            await asking;
            Assert.Equal(since, probe.SilentSince);
        }

        Assert.Equal(1, asked);
        answer.SetResult();
        await probe.AskAsync(TestContext.Current.CancellationToken);
        Assert.Null(probe.SilentSince);
    }
}
