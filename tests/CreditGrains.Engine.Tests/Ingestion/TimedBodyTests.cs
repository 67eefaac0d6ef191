using System.IO.Pipelines;
using CreditGrains.Engine.Ingestion;

namespace CreditGrains.Engine.Tests.Ingestion;

/// <summary>A sender that drips does not keep its place.</summary>
[Invariant(13)]
public sealed class TimedBodyTests
{
    private static readonly FeedOptions Hasty = new()
    {
        BodyGrace = TimeSpan.FromMilliseconds(30), BodyBytesPerSecondMin = 1000, BodyWaitMax = TimeSpan.FromHours(1),
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sender_that_says_nothing_is_refused()
    {
        var pipe = new Pipe();
        var refused = await Assert.ThrowsAsync<FeedBodyException>(async () => await ReadAsync(pipe, Hasty));
        Assert.Equal("body-too-slow", refused.Error.Code);
    }

    [Fact]
    public async Task Sender_that_drips_is_refused_however_long_it_goes_on()
    {
        var pipe = new Pipe();
        using var over = new CancellationTokenSource();
        var dripping = Task.Run(
            async () =>
            {
                while (!over.IsCancellationRequested)
                {
                    await pipe.Writer.WriteAsync("x"u8.ToArray(), CancellationToken.None);
                    await Task.Delay(5, CancellationToken.None);
                }
            },
            Cancellation);
        var refused = await Assert.ThrowsAsync<FeedBodyException>(async () => await ReadAsync(pipe, Hasty));
        Assert.Equal("body-too-slow", refused.Error.Code);
        await over.CancelAsync();
        await dripping;
    }

    [Fact]
    public async Task Sender_that_takes_longer_than_any_may_is_refused_however_much_it_sends()
    {
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync(new byte[10_000], Cancellation);
        var options = Hasty with { BodyGrace = TimeSpan.FromHours(1), BodyWaitMax = TimeSpan.FromMilliseconds(30) };
        await Assert.ThrowsAsync<FeedBodyException>(async () => await ReadAsync(pipe, options));
    }

    [Fact]
    public async Task Sender_that_is_quick_enough_is_read_to_its_end()
    {
        var pipe = new Pipe();
        var reading = ReadAsync(pipe, new FeedOptions());
        for (var i = 0; i < 20; i++)
        {
            await Task.Yield();
            await pipe.Writer.WriteAsync(new byte[1000], Cancellation);
        }

        await pipe.Writer.CompleteAsync();
        Assert.Equal(20_000, await reading);
    }

    private static async Task<long> ReadAsync(Pipe pipe, FeedOptions options)
    {
        var paced = new TimedBody(pipe.Reader, options, TimeProvider.System);
        for (var bytes = 0L; ;)
        {
            var read = await paced.ReadAsync(bytes, Cancellation);
            bytes += read.Buffer.Length;
            pipe.Reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
                return bytes;
        }
    }
}
