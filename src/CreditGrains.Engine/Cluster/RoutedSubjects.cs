using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Rules;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;
using CreditGrains.Engine.Tokens;

namespace CreditGrains.Engine.Cluster;

/// <summary>
/// The subjects of a cluster. One whose shard this node owns is answered from this node's memory, by a method call; one of which it has a
/// copy that is current enough, from the copy. Any other is asked of its owner, and where the owner does not answer soon, read from the
/// store: what was acknowledged is in the journal, whoever is dead or moving.
/// </summary>
internal sealed class RoutedSubjects : ISubjects, IDisposable
{
    private const int FirstPauseMs = 20;
    private readonly IShardOwners _owners;
    private readonly RoutedCommitter _committer;
    private readonly IStore _store;
    private readonly ShardOwner _local;
    private readonly SubjectCopies _copies;
    private readonly SubjectReader _reader;
    private readonly RulesInForce _rules;
    private readonly PolicyService _policies;
    private readonly PolicyRepository _repository;
    private readonly EngineOptions _options;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _storeReads;

    /// <param name="owners">Reaches the owners on other nodes.</param>
    /// <param name="committer">The journal's heads as this node has heard of them.</param>
    /// <param name="parts">Parts of this node.</param>
    public RoutedSubjects(IShardOwners owners, RoutedCommitter committer, NodeParts parts)
    {
        _owners = owners;
        _committer = committer;
        _store = parts.Store;
        _local = parts.Shards;
        _copies = parts.Copies;
        _reader = parts.Reader;
        _rules = parts.Rules;
        _policies = parts.Policies;
        _repository = parts.Repository;
        _options = parts.Options;
        _time = parts.Time;
        _storeReads = new SemaphoreSlim(_options.StoreReadsMax, _options.StoreReadsMax);
    }

    public ValueTask<SubjectView?> FindAsync(SubjectId subject, Consistency consistency, CancellationToken cancellation)
    {
        var shard = ShardMap.ShardOf(subject, _store.ShardCount);
        var position = consistency.Token is { } token ? _reader.Checked(token).PositionOf(shard) ?? 0 : 0;
        return FindAsync(subject, new Freshness(position, consistency.IsLatest), cancellation);
    }

    public async ValueTask<SubjectView?> FindAsOfAsync(
        SubjectId subject, DateOnly asOf, KnownAt? knownAt, Consistency consistency, CancellationToken cancellation)
    {
        var bound = knownAt is { } at ? await _reader.BoundAsync(subject, at, null, cancellation).ConfigureAwait(false) : long.MaxValue;
        var live = bound == long.MaxValue
            ? await FindAsync(subject, consistency, cancellation).ConfigureAwait(false)
            : await FindAsync(subject, new Freshness(bound, false), cancellation).ConfigureAwait(false);
        if (live is null || live.Position <= bound)
            return live?.AsOf == asOf ? live : live?.On(asOf, live.Evaluator);
        var (state, position) = await _reader.RefoldPastAsync(live.Evaluator, subject, bound).ConfigureAwait(false);
        return position == 0
            ? null
            : new SubjectView(subject, live.Shard, position, state, live.Evaluator, asOf, live.Evaluator.Summarise(state, asOf));
    }

    public Token Current() => new(_store.Incarnation, _time.GetUtcNow(), _committer.Heads());

    public Task<IReadOnlyList<JournalEntry>> HistoryAsync(
        SubjectId subject, KnownAt? knownAt, long after, int limit, CancellationToken cancellation) =>
        _reader.HistoryAsync(subject, knownAt, after, limit, null, cancellation);

    public void Dispose() => _storeReads.Dispose();

    private ValueTask<SubjectView?> FindAsync(SubjectId subject, Freshness freshness, CancellationToken cancellation)
    {
        var shard = ShardMap.ShardOf(subject, _store.ShardCount);
        if (!_local.Owns(shard))
            return FindElsewhereAsync(shard, subject, freshness, cancellation);
        var found = _local.FindAsync(subject, freshness, cancellation);
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
                return await FindElsewhereAsync(shard, subject, freshness, cancellation).ConfigureAwait(false);
            }
        }
    }

    private ValueTask<SubjectView?> FindElsewhereAsync(
        int shard, SubjectId subject, Freshness freshness, CancellationToken cancellation) =>
        !freshness.Latest && _copies.TryFind(shard, subject, freshness.Position, _committer.HeadOf(shard), _rules.Now()) is { } copy
            ? ValueTask.FromResult<SubjectView?>(copy)
            : FetchAsync(shard, subject, freshness, cancellation);

    /// <summary>
    /// Asks for the subject, and keeps what comes as a copy. What went through this node is reflected without a token, too: its owner may
    /// have committed it and not folded it yet.
    /// </summary>
    private async ValueTask<SubjectView?> FetchAsync(
        int shard, SubjectId subject, Freshness freshness, CancellationToken cancellation)
    {
        var followed = _copies.Begin(shard, subject);
        SubjectView? view = null;
        try
        {
            var known = Math.Max(followed ?? 0, _committer.HeadOf(shard));
            var asked = freshness with { Position = Math.Max(freshness.Position, known) };
            return view = await AskAsync(shard, subject, asked, cancellation).ConfigureAwait(false);
        }
        finally
        {
            if (followed is not null)
                _copies.End(shard, subject, view);
        }
    }

    /// <summary>The owner's answer; or the store's, where that comes first because the owner is silent or cannot be reached.</summary>
    private async ValueTask<SubjectView?> AskAsync(int shard, SubjectId subject, Freshness freshness, CancellationToken cancellation)
    {
        using var answered = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var owner = AskOwnerAsync(shard, subject, freshness, answered.Token);
        try
        {
            return await owner.WaitAsync(TimeSpan.FromMilliseconds(_options.OwnerSilentMsMax), _time, cancellation).ConfigureAwait(false);
        }
        catch (Exception fault) when (IsSilence(fault))
        {
            var stored = ReadStoreAsync(shard, subject, freshness, answered.Token);
            var first = await Task.WhenAny(owner, stored).ConfigureAwait(false);
            return await (first.IsCompletedSuccessfully ? first : first == owner ? stored : owner).ConfigureAwait(false);
        }
        finally
        {
            await answered.CancelAsync().ConfigureAwait(false);
            _ = owner.ContinueWith(
                static late => _ = late.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
        }
    }

    /// <summary>The owner has not answered in time, or no node can say who it is.</summary>
    private static bool IsSilence(Exception fault) =>
        fault is TimeoutException or StoreException { Fault: StoreFault.Busy or StoreFault.Unavailable };

    /// <summary>
    /// Waits for a place among the reads, and holds it until the read has ended, which may be after the owner has answered (I13). With no
    /// place free it does not leave the caller to the owner alone: one that is dead answers nobody until the call times out, seconds later.
    /// </summary>
    private async Task<SubjectView?> ReadStoreAsync(int shard, SubjectId subject, Freshness freshness, CancellationToken cancellation)
    {
        await _storeReads.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (freshness.Position > 0
                && freshness.Position > await _reader.HeadAsync(shard, cancellation).ConfigureAwait(false))
                throw SubjectReader.Ahead();
            return await _reader.ReadAsync(subject, _rules.Now(), cancellation).ConfigureAwait(false);
        }
        finally
        {
            _storeReads.Release();
        }
    }

    private async Task<SubjectView?> AskOwnerAsync(int shard, SubjectId subject, Freshness freshness, CancellationToken cancellation)
    {
        if (await ReadAsync(subject, freshness, cancellation).ConfigureAwait(false) is not { } found)
            return null;
        if (found.State is null)
            return await ReadStoreAsync(shard, subject, freshness, cancellation).ConfigureAwait(false);

        var evaluator = await EvaluatorAsync(found.Rules, cancellation).ConfigureAwait(false);
        return new SubjectView(
            subject, found.Shard, found.Position, found.State, evaluator, found.AsOf, evaluator.Summarise(found.State, found.AsOf));
    }

    private async ValueTask<SubjectSnapshot?> ReadAsync(SubjectId subject, Freshness freshness, CancellationToken cancellation)
    {
        var began = _time.GetTimestamp();
        for (var pauseMs = FirstPauseMs; ; pauseMs = Math.Min(pauseMs * 2, _options.RetryPauseMsMax))
        {
            try
            {
                return await _owners.ReadAsync(subject, freshness, cancellation).ConfigureAwait(false);
            }
            catch (StoreException fault) when (fault.Fault is StoreFault.Busy or StoreFault.Unavailable
                && _time.GetElapsedTime(began).TotalMilliseconds + pauseMs < _options.OwnerWaitMsMax)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(pauseMs), _time, cancellation).ConfigureAwait(false);
            }
        }
    }

    /// <summary>The rules by which the owner answers; this node may not have heard of them yet, or already be further.</summary>
    private async ValueTask<Evaluator> EvaluatorAsync(string name, CancellationToken cancellation)
    {
        if (_rules.Now() is var now && now.Rules == name)
            return now.Evaluator;
        await _policies.FollowAsync(cancellation).ConfigureAwait(false);
        if (_rules.Now() is var followed && followed.Rules == name)
            return followed.Evaluator;
        var version = name[..name.LastIndexOf('@')];
        return await _repository.FindAsync(version, cancellation).ConfigureAwait(false) is { } known
            && _repository.EvaluatorOf(known.Version).Evaluator is { } evaluator && RulesInForce.NameOf(evaluator.Rulebook) == name
            ? evaluator
            : throw new StoreException(
                $"The owner answers by the rules {name}, this node knows {_rules.Now().Rules}: start one rulebook on all.");
    }
}
