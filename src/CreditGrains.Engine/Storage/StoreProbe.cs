namespace CreditGrains.Engine.Storage;

/// <summary>
/// Asks the store one small question after another, so that a node whose checks go on from memory tells that its store is silent: on
/// <c>/readyz</c>, the console and the metric <c>creditgrains.store.silence</c>. A question without an answer is not followed by another.
/// </summary>
/// <param name="ask">The question.</param>
/// <param name="answerMax">Longer without an answer is silence, as a failed call is.</param>
/// <param name="time">The clock.</param>
/// <param name="answersAgain">Told of the end of each silence, and for how many seconds it was.</param>
internal sealed class StoreProbe(
    Func<CancellationToken, Task> ask, TimeSpan answerMax, TimeProvider time, Action<long>? answersAgain = null)
{
    private Task? _asking;
    private Silence? _silence;

    /// <summary>When the first question was asked that has no answer; null while the store answers.</summary>
    public DateTimeOffset? SilentSince => Volatile.Read(ref _silence)?.At;

    /// <summary>Whole seconds of silence; 0 while the store answers.</summary>
    public long SilentSeconds => Volatile.Read(ref _silence) is { } silence
        ? Math.Max(1, (long)time.GetElapsedTime(silence.Timestamp).TotalSeconds)
        : 0;

    /// <summary>Asks, or waits on for the last question's answer.</summary>
    public async Task AskAsync(CancellationToken stop)
    {
        var began = new Silence(time.GetUtcNow(), time.GetTimestamp());
        var asking = _asking ??= ask(stop);
        try
        {
            await asking.WaitAsync(answerMax, time, stop).ConfigureAwait(false);
            _asking = null;
            if (SilentSeconds is var seconds and > 0)
                answersAgain?.Invoke(seconds);
            Volatile.Write(ref _silence, null);
        }
        catch (Exception) when (!stop.IsCancellationRequested)
        {
            // The follower of policies meets the same fault, and logs it.
            if (asking.IsCompleted)
                _asking = null;
            Interlocked.CompareExchange(ref _silence, began, null);
        }
    }

    private sealed record Silence(DateTimeOffset At, long Timestamp);
}
