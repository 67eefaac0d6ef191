using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Rules;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;
using CreditGrains.Engine.Tokens;

namespace CreditGrains.Engine.Cluster;

/// <summary>
/// The subjects of a cluster. One whose shard this node owns is answered from this node's memory, by a method call; any other is asked of
/// its owner, and its answer made from what the owner says with the rules it names.
/// </summary>
/// <param name="owners">Reaches the owners on other nodes.</param>
/// <param name="local">The shards of this node; null for a node without any.</param>
/// <param name="store">The shared store.</param>
/// <param name="rules">The rules in force here.</param>
/// <param name="policies">Follows what other nodes have activated.</param>
/// <param name="shelf">Policy versions by name.</param>
/// <param name="reader">Reads snapshots and journal tails.</param>
/// <param name="committer">The journal's heads as this node has heard of them.</param>
/// <param name="options">How long an owner is waited for.</param>
/// <param name="time">The clock.</param>
internal sealed class RoutedSubjects(
    IShardOwners owners, ShardOwner? local, IStore store, RulesInForce rules, PolicyDesk policies, PolicyShelf shelf,
    SubjectReader reader, RoutedCommitter committer, EngineOptions options, TimeProvider time) : ISubjects
{
    private const int FirstPauseMs = 20;

    public ValueTask<SubjectView?> FindAsync(SubjectId subject, Consistency consistency, CancellationToken cancellation)
    {
        var shard = ShardMap.ShardOf(subject, store.ShardCount);
        var position = consistency.Token is { } token ? reader.Checked(token).PositionOf(shard) ?? 0 : 0;
        return FindAsync(subject, new Freshness(position, consistency.IsLatest), cancellation);
    }

    public async ValueTask<SubjectView?> FindAsOfAsync(
        SubjectId subject, DateOnly asOf, KnownAt? knownAt, Consistency consistency, CancellationToken cancellation)
    {
        var bound = knownAt is { } at ? await reader.BoundAsync(subject, at, null, cancellation).ConfigureAwait(false) : long.MaxValue;
        var live = bound == long.MaxValue
            ? await FindAsync(subject, consistency, cancellation).ConfigureAwait(false)
            : await FindAsync(subject, new Freshness(bound, false), cancellation).ConfigureAwait(false);
        if (live is null || live.Position <= bound)
            return live?.AsOf == asOf ? live : live?.On(asOf, live.Evaluator);
        var (state, position) = await reader.RefoldAsync(live.Evaluator, subject, PackedRecords.Empty, 0, bound).ConfigureAwait(false);
        return position == 0
            ? null
            : new SubjectView(subject, live.Shard, position, state, live.Evaluator, asOf, live.Evaluator.Summarise(state, asOf));
    }

    public Token Current() => new(store.Incarnation, time.GetUtcNow(), committer.Heads());

    public Task<IReadOnlyList<JournalEntry>> HistoryAsync(
        SubjectId subject, KnownAt? knownAt, long after, int limit, CancellationToken cancellation) =>
        reader.HistoryAsync(subject, knownAt, after, limit, null, cancellation);

    private ValueTask<SubjectView?> FindAsync(SubjectId subject, Freshness freshness, CancellationToken cancellation)
    {
        if (local is null || !local.Owns(ShardMap.ShardOf(subject, store.ShardCount)))
            return AskOwnerAsync(subject, freshness, cancellation);
        var found = local.FindAsync(subject, freshness, cancellation);
        return found.IsCompletedSuccessfully ? found : AwaitAsync(found);

        async ValueTask<SubjectView?> AwaitAsync(ValueTask<SubjectView?> finding)
        {
            try
            {
                return await finding.ConfigureAwait(false);
            }
            catch (StoreException fault) when (fault.Fault is StoreFault.Busy)
            {
                // The shard goes to another silo: its new owner is asked.
                return await AskOwnerAsync(subject, freshness, cancellation).ConfigureAwait(false);
            }
        }
    }

    private async ValueTask<SubjectView?> AskOwnerAsync(SubjectId subject, Freshness freshness, CancellationToken cancellation)
    {
        if (await ReadAsync(subject, freshness, cancellation).ConfigureAwait(false) is not { } found)
            return null;
        var evaluator = await EvaluatorAsync(found.Rules, cancellation).ConfigureAwait(false);
        return new SubjectView(
            subject, found.Shard, found.Position, found.State, evaluator, found.AsOf, evaluator.Summarise(found.State, found.AsOf));
    }

    private async ValueTask<SubjectSnapshot?> ReadAsync(SubjectId subject, Freshness freshness, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        for (var pauseMs = FirstPauseMs; ; pauseMs = Math.Min(pauseMs * 2, options.RetryPauseMsMax))
        {
            try
            {
                return await owners.ReadAsync(subject, freshness, cancellation).ConfigureAwait(false);
            }
            catch (StoreException fault) when (fault.Fault is StoreFault.Busy or StoreFault.Unavailable
                && time.GetElapsedTime(began).TotalMilliseconds + pauseMs < options.OwnerWaitMsMax)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(pauseMs), time, cancellation).ConfigureAwait(false);
            }
        }
    }

    /// <summary>The rules by which the owner answers; this node may not have heard of them yet, or already be further.</summary>
    private async ValueTask<Evaluator> EvaluatorAsync(string name, CancellationToken cancellation)
    {
        if (rules.Now() is var now && now.Rules == name)
            return now.Evaluator;
        await policies.FollowAsync(cancellation).ConfigureAwait(false);
        if (rules.Now() is var followed && followed.Rules == name)
            return followed.Evaluator;
        var version = name[..name.LastIndexOf('@')];
        return await shelf.FindAsync(version, cancellation).ConfigureAwait(false) is { } known
            && shelf.EvaluatorOf(known.Version).Evaluator is { } evaluator && RulesInForce.NameOf(evaluator.Rulebook) == name
            ? evaluator
            : throw new StoreException(
                $"The owner answers by the rules {name}, this node knows {rules.Now().Rules}: start one rulebook on all.");
    }
}
