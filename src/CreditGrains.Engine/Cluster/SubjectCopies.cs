using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Rules;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;

namespace CreditGrains.Engine.Cluster;

/// <summary>
/// Copies of subjects that other nodes own, so that this node answers most reads from its own memory. A copy is made of what its owner
/// says when it is first asked for. The committed journal then tells which subjects have changed (I12): their copies leave, and are fetched
/// anew when they are asked for again. A look at the journal that finds nothing more proves the copies current as of its beginning; how
/// long ago that was is the lag, which every answer without a token is bounded by.
/// </summary>
internal sealed class SubjectCopies
{
    /// <summary>Most entries of one shard that are looked through at once; a shard that is further behind drops its copies.</summary>
    private const int MentionsMax = 2000;

    private static readonly TimeSpan FaultPauseMax = TimeSpan.FromSeconds(1);
    private const int RestsIdle = 1;
    private const int RestsAsked = 9;

    private readonly IStore _store;
    private readonly RulesInForce _rules;
    private readonly EngineOptions _options;
    private readonly TimeProvider _time;
    private readonly Func<int, bool> _owns;
    private readonly ShardCopy[] _shards;
    private readonly long _lagMax;
    private long _hits, _misses, _askedBefore;
    private int _warmedLast;

    /// <param name="store">The shared store.</param>
    /// <param name="rules">The rules in force here.</param>
    /// <param name="owns">Whether a shard is this node's own: nothing of it is copied.</param>
    /// <param name="options">Bounds.</param>
    /// <param name="time">For the lag; never the wall clock, so that no clock that is set moves it.</param>
    public SubjectCopies(IStore store, RulesInForce rules, Func<int, bool> owns, EngineOptions options, TimeProvider time)
    {
        _store = store;
        _rules = rules;
        _owns = owns;
        _options = options;
        _time = time;
        _lagMax = options.CopyLagMsMax * time.TimestampFrequency / 1000;
        _shards = [.. Enumerable.Range(0, store.ShardCount).Select(_ => new ShardCopy(options.CopiesMax / store.ShardCount))];
    }

    private TimeSpan WarmUpPause => TimeSpan.FromMilliseconds(_options.WarmUpAfterMs / 2);

    /// <summary>How many subjects are copied.</summary>
    public int Count => _shards.Sum(shard => shard.Count);

    /// <summary>Reads answered from copies, and those that were not.</summary>
    public (long Hits, long Misses) Reads => (Interlocked.Read(ref _hits), Interlocked.Read(ref _misses));

    /// <summary>The longest of the lags by shard; null where nothing is followed.</summary>
    public TimeSpan? Lag => Enumerable.Range(0, _shards.Length).Max(LagOf);

    /// <summary>How long ago a shard's copies were known to be current; null for a shard of this node and for one never followed.</summary>
    public TimeSpan? LagOf(int shard) =>
        _owns(shard) || _shards[shard].CurrentAt is not (var at and > 0) ? null : _time.GetElapsedTime(at);

    /// <summary>
    /// The subject from its copy: with a position, where the copy reflects that; without, where it was current not too long ago and
    /// reflects what went through this node. Null where the owner must be asked.
    /// </summary>
    /// <param name="shard">Its shard.</param>
    /// <param name="subject">The subject.</param>
    /// <param name="position">That is asked for; 0 for none.</param>
    /// <param name="known">Last position that this node has heard of.</param>
    /// <param name="now">Date and rules of the answer.</param>
    public SubjectView? TryFind(int shard, SubjectId subject, long position, long known, RulesSnapshot now)
    {
        var copy = _shards[shard];

        // The position first: a copy from before it has left by then.
        var isFresh = position > 0
            ? copy.Followed >= position
            : copy.Followed >= known && copy.CurrentAt is var at and > 0 && _time.GetTimestamp() - at <= _lagMax;
        if (isFresh && copy.TryFind(subject.Value, now) is { } view)
        {
            Interlocked.Increment(ref _hits);
            return view;
        }

        Interlocked.Increment(ref _misses);
        return null;
    }

    /// <summary>Before the owner is asked, see <see cref="ShardCopy.Begin"/>.</summary>
    public long? Begin(int shard, SubjectId subject) => _owns(shard) ? null : _shards[shard].Begin(subject.Value);

    /// <summary>After it, whatever it came to.</summary>
    public void End(int shard, SubjectId subject, SubjectView? view) =>
        _shards[shard].End(subject.Value, view is null || view.State.Length > _options.CopyBytesMax || _owns(shard) ? null : view);

    /// <summary>How it stands; null where nothing may be copied.</summary>
    public CopyStatus? Status() => _options.CopiesMax == 0
        ? null
        : new CopyStatus(
            Count, Reads.Hits, Reads.Misses, Lag?.TotalMilliseconds,
            [.. Enumerable.Range(0, _shards.Length).Select(shard => LagOf(shard)?.TotalMilliseconds)]);

    /// <summary>Follows the journal, and copies stored subjects beforehand, until it is stopped.</summary>
    /// <param name="isDue">Whether this node's own subjects are in memory: those come first.</param>
    /// <param name="failed">Told of what goes wrong; owners are asked meanwhile.</param>
    /// <param name="stop">Ends it.</param>
    public Task RunAsync(Func<bool> isDue, Action<Exception> failed, CancellationToken stop)
    {
        if (_options.CopiesMax == 0)
            return Task.CompletedTask;
        var following = BackgroundLoop.RunAsync(WaitAndFollowAsync, failed, FaultPauseMax, _time, stop);
        return _options.WarmUpPage == 0
            ? following
            : Task.WhenAll(following, WarmUpLaterAsync(isDue, failed, stop));
    }

    private async Task WarmUpLaterAsync(Func<bool> isDue, Action<Exception> failed, CancellationToken stop)
    {
        await Task.Delay(WarmUpPause, _time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await BackgroundLoop.RunAsync(each => WarmUpAndRestAsync(isDue, each), failed, FaultPauseMax, _time, stop).ConfigureAwait(false);
    }

    /// <summary>Waits, then looks once at the journal.</summary>
    public async Task WaitAndFollowAsync(CancellationToken stop)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(_options.CopyLookEveryMs), _time, stop).ConfigureAwait(false);
        await FollowAsync(stop).ConfigureAwait(false);
    }

    /// <summary>
    /// Copies stored subjects before they are asked for, a page at a time, while there is room. It rests as long as it works, and much
    /// longer while somebody asks: checks go first. Shards take turns, so that one whose rows are far behind holds up no other.
    /// </summary>
    /// <param name="isDue">Whether this node's own subjects are in memory: those come first.</param>
    /// <param name="stop">Ends it.</param>
    public async Task WarmUpAndRestAsync(Func<bool> isDue, CancellationToken stop)
    {
        var began = _time.GetTimestamp();
        if (!isDue() || NextCold() is not { } cold)
        {
            await Task.Delay(WarmUpPause, _time, stop).ConfigureAwait(false);
            return;
        }

        _warmedLast = cold;
        if (!await WarmUpAsync(cold, stop).ConfigureAwait(false))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(_options.CopyLookEveryMs), _time, stop).ConfigureAwait(false);
            return;
        }

        var asked = Interlocked.Read(ref _hits) + Interlocked.Read(ref _misses);
        var rests = asked == _askedBefore ? RestsIdle : RestsAsked;
        _askedBefore = asked;
        await Task.Delay(rests * _time.GetElapsedTime(began), _time, stop).ConfigureAwait(false);
    }

    /// <summary>
    /// Copies the next page of a shard's stored subjects: of those whose rows reflect the journal as far as it has been followed, because
    /// it names none of them beyond the rows' watermark.
    /// </summary>
    /// <returns>Whether a page was read: false where the rows are too far behind at the moment.</returns>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    internal async Task<bool> WarmUpAsync(int shard, CancellationToken cancellation)
    {
        var copy = _shards[shard];
        if (_owns(shard) || copy.BeginPage() is not { } followed)
            return false;
        var views = new List<SubjectView>(_options.WarmUpPage);
        try
        {
            var watermark = (await _store.Subjects.ShardsAsync(cancellation).ConfigureAwait(false))
                .Single(status => status.Shard == shard).Watermark;
            if (followed - watermark > MentionsMax)
                return false;
            var newer = watermark >= followed
                ? []
                : await _store.Journal.ReadMentionsAsync([new ShardNumber(shard, watermark)], MentionsMax, cancellation)
                    .ConfigureAwait(false);
            var ahead = newer.Select(mention => mention.Subject).ToHashSet();
            var rows = await _store.Subjects.PageAsync(shard, copy.WarmedUpTo, _options.WarmUpPage, cancellation).ConfigureAwait(false);
            var now = _rules.Now();
            foreach (var row in rows)
            {
                if (!ahead.Contains(row.Subject) && TryRead(row, now) is { } view)
                    views.Add(view);
            }

            copy.IsWarmedUp = rows.Count < _options.WarmUpPage;
            copy.WarmedUpTo = copy.IsWarmedUp ? null : rows[^1].Subject;
            return true;
        }
        finally
        {
            copy.EndPage(views);
        }
    }

    /// <summary>The next shard after the last one with subjects to copy beforehand; null for none.</summary>
    private int? NextCold()
    {
        for (var i = 1; i <= _shards.Length; i++)
        {
            if ((_warmedLast + i) % _shards.Length is var shard && _shards[shard].IsCold)
                return shard;
        }

        return null;
    }

    /// <summary>The subject as its row has it; null where the row is not whole or cannot be assessed: then its owner is asked.</summary>
    private SubjectView? TryRead(StoredSubject row, RulesSnapshot now)
    {
        if (row.State is not { } state || row.StatePosition != row.Position || state.Length > _options.CopyBytesMax
            || row.FactsVersion != now.Evaluator.FactsVersion)
            return null;
        try
        {
            return new SubjectView(
                row.Subject, row.Shard, row.Position, state, now.Evaluator, now.Today, now.Evaluator.Summarise(state, now.Today));
        }
#pragma warning disable CA1031 // any fault of one row must not hold up those behind it
        catch (Exception)
#pragma warning restore CA1031
        {
            return null;
        }
    }

    /// <summary>Looks once at the journal of all shards that other nodes own.</summary>
    /// <exception cref="StoreException">The store cannot be read; the lag grows.</exception>
    public async Task FollowAsync(CancellationToken cancellation)
    {
        var began = _time.GetTimestamp();
        var heads = await _store.Subjects.ShardsAsync(cancellation).ConfigureAwait(false);
        var behind = new List<ShardNumber>();
        foreach (var status in heads)
        {
            var copy = _shards[status.Shard];
            if (_owns(status.Shard))
                copy.Reset();
            else if (copy.Followed < 0 || !copy.IsInUse || status.Head - copy.Followed > MentionsMax)
                copy.Skip(status.Head);
            else if (copy.Followed < status.Head)
                behind.Add(new ShardNumber(status.Shard, copy.Followed));
        }

        foreach (var shard in (await _store.Journal.ReadMentionsAsync(behind, MentionsMax, cancellation).ConfigureAwait(false))
            .GroupBy(mention => mention.Shard))
        {
            _shards[shard.Key].Follow(shard.Select(mention => mention.Subject), shard.Last().Position);
        }

        foreach (var status in heads)
        {
            if (_shards[status.Shard].Followed >= status.Head)
                _shards[status.Shard].Confirm(began);
        }
    }
}
