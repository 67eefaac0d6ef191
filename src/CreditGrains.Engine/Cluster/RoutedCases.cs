using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Cases;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Cluster;

/// <summary>
/// Hands a step of a case to the subject's owner: this node's own turns by a method call, another's by one grain call. While a shard moves
/// it asks again, within a bound: a step that was taken meanwhile is found by its operation, and not taken twice.
/// </summary>
/// <param name="owners">Reaches the owners on other nodes.</param>
/// <param name="local">The turns of this node.</param>
/// <param name="owns">Whether this node owns a shard.</param>
/// <param name="committer">Takes note of heads, so that this node's next reads reflect the step.</param>
/// <param name="shardCount">Of the store.</param>
/// <param name="options">How long an owner is waited for.</param>
/// <param name="time">The clock.</param>
internal sealed class RoutedCases(
    IShardOwners owners, CaseTurns local, Func<int, bool> owns, RoutedCommitter committer, int shardCount, EngineOptions options,
    TimeProvider time) : ICaseOwner
{
    private const int FirstPauseMs = 20;

    public async Task<CaseResult> TakeAsync(
        SubjectId subject, CaseNumber? number, CaseCommand command, StoredCase? read, string actor, CancellationToken cancellation)
    {
        var shard = ShardMap.ShardOf(subject, shardCount);
        var began = time.GetTimestamp();
        for (var pauseMs = FirstPauseMs; ; pauseMs = Math.Min(pauseMs * 2, options.RetryPauseMsMax))
        {
            try
            {
                var result = owns(shard)
                    ? await local.TakeAsync(subject, number, command, read, actor, cancellation).ConfigureAwait(false)
                    : await owners.TakeStepAsync(subject, number, command, actor, cancellation).ConfigureAwait(false);
                committer.Advance(shard, result.Head);
                return result;
            }
            catch (StoreException fault) when (fault.Fault is StoreFault.Busy or StoreFault.Unavailable
                && time.GetElapsedTime(began).TotalMilliseconds + pauseMs < options.OwnerWaitMsMax)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(pauseMs), time, cancellation).ConfigureAwait(false);
            }
        }
    }
}
