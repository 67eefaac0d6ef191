namespace CreditGrains.Engine.Storage;

/// <summary>
/// Repeats work until it is told to stop, and ends for no other reason. A round that throws, whatever it throws, a cancellation that is not
/// the stop's included, is told and followed by another after a pause: of 10 ms, doubled with each failure in a row up to a bound.
/// </summary>
public static class BackgroundLoop
{
    private static readonly TimeSpan PauseMin = TimeSpan.FromMilliseconds(10);

    /// <summary>Starts a loop on the thread pool; the task ends with it and never fails.</summary>
    /// <param name="round">One round, with whatever wait belongs between two. It is given the stop.</param>
    /// <param name="failed">Told of what a round throws; what this throws itself is lost.</param>
    /// <param name="pauseMax">Longest pause after a failure, above zero.</param>
    /// <param name="time">For the pauses.</param>
    /// <param name="stop">Ends the loop; a failure that comes with it is not told.</param>
    public static Task RunAsync(
        Func<CancellationToken, Task> round, Action<Exception> failed, TimeSpan pauseMax, TimeProvider time, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(round);
        ArgumentNullException.ThrowIfNull(failed);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(pauseMax, TimeSpan.Zero);
        return Task.Run(
            async () =>
            {
                for (var pause = PauseMin; !stop.IsCancellationRequested;)
                {
                    try
                    {
                        await round(stop).ConfigureAwait(false);
                        pause = PauseMin;
                    }
                    catch (Exception) when (stop.IsCancellationRequested)
                    {
                        return;
                    }
                    catch (Exception fault)
                    {
                        Tell(failed, fault);
                        await Task.Delay(pause < pauseMax ? pause : pauseMax, time, stop)
                            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                        pause = pause * 2 < pauseMax ? pause * 2 : pauseMax;
                    }
                }
            },
            CancellationToken.None);
    }

    private static void Tell(Action<Exception> failed, Exception fault)
    {
        try
        {
            failed(fault);
        }
#pragma warning disable CA1031 // a log that cannot be written must not end what it would tell of
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }
}
