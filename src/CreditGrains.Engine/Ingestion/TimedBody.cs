using System.IO.Pipelines;
using CreditGrains.Domain.Errors;

namespace CreditGrains.Engine.Ingestion;

/// <summary>
/// Reads a body whose sender may not be slower than the bounds say. Only the time counts in which nothing was there to be read: a sender
/// that the store holds back is not slow. Without it, a sender that drips keeps its place for as long as it likes.
/// </summary>
internal sealed class TimedBody(PipeReader body, FeedOptions options, TimeProvider time)
{
    private TimeSpan _waited;

    /// <summary>Reads on.</summary>
    /// <param name="bytes">How much has been read so far.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="FeedBodyException">The sender is too slow.</exception>
    public async ValueTask<ReadResult> ReadAsync(long bytes, CancellationToken cancellation)
    {
        var reading = body.ReadAsync(cancellation);
        if (reading.IsCompleted)
            return await reading.ConfigureAwait(false);
        var began = time.GetTimestamp();
        var earned = TimeSpan.FromSeconds((double)bytes / options.BodyBytesPerSecondMin);
        var left = Min(options.BodyWaitMax, options.BodyGrace + earned) - _waited;
        ReadResult read;
        await using (time.CreateTimer(
            static state => ((PipeReader)state!).CancelPendingRead(), body, Max(left, TimeSpan.Zero), Timeout.InfiniteTimeSpan)
            .ConfigureAwait(false))
            read = await reading.ConfigureAwait(false);
        _waited += time.GetElapsedTime(began);
        return read is { IsCanceled: true, IsCompleted: false }
            ? throw new FeedBodyException(
                ErrorCatalogue.BodyTooSlow, $"at least {options.BodyBytesPerSecondMin} bytes a second, at most {options.BodyWaitMax}")
            : read;
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
