using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Subscriptions;

/// <summary>
/// Sends changes of several subjects beside each other, those of one subject one after the other. With the first that is not taken nothing
/// new is begun.
/// </summary>
/// <param name="changes">In the order of each subject.</param>
/// <param name="inFlightMax">Most that are on their way at once.</param>
/// <param name="longest">After so long nothing new is begun.</param>
/// <param name="time">The clock.</param>
internal sealed class DeliveryAttempt(IEnumerable<SubjectChange> changes, int inFlightMax, TimeSpan longest, TimeProvider time)
{
    private readonly Queue<Queue<SubjectChange>> _subjects = new(changes.GroupBy(change => change.Subject)
        .Select(subject => new Queue<SubjectChange>(subject)));

    private readonly Lock _queueLock = new();
    private readonly long _began = time.GetTimestamp();
    private volatile bool _isStopped;

    /// <summary>Sends until all are taken, one is not, the time is over or it is to stop.</summary>
    /// <param name="send">Makes one attempt: whether the change was taken.</param>
    /// <param name="isToStop">Asked before each.</param>
    public Task RunAsync(Func<SubjectChange, Task<bool>> send, Func<bool> isToStop) => Task.WhenAll(
        Enumerable.Range(0, Math.Min(inFlightMax, _subjects.Count)).Select(_ => RunOneAsync(send, isToStop)));

    private async Task RunOneAsync(Func<SubjectChange, Task<bool>> send, Func<bool> isToStop)
    {
        Queue<SubjectChange>? subject = null;
        while (true)
        {
            lock (_queueLock)
            {
                // One change of each subject by turns: who comes first in the page does not hold up the others.
                if (subject is { Count: > 0 })
                    _subjects.Enqueue(subject);
                if (_isStopped || !_subjects.TryDequeue(out subject))
                    return;
            }

            if (!await send(subject.Dequeue()).ConfigureAwait(false) || isToStop() || time.GetElapsedTime(_began) >= longest)
                _isStopped = true;
        }
    }
}
