using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Rules;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Subjects;

/// <summary>
/// The owner of one shard's subjects: a single writer under the state lock, which puts the parts together. Appended events wait in
/// <see cref="FoldQueue"/>, <see cref="SubjectFolder"/> applies them, <see cref="SubjectLoader"/> brings in what is only stored,
/// <see cref="SubjectCache"/> publishes the views that readers take without the lock, <see cref="UnwrittenSubjects"/> says what is to be
/// stored.
/// </summary>
internal sealed class Shard : IFoldTarget, IDisposable
{
    private readonly ShardSurroundings _around;
    private readonly SemaphoreSlim _stateLock = new(1, 1);
    private readonly SubjectCache _cache;
    private readonly SubjectFolder _folder;
    private readonly FoldQueue _queue;
    private readonly FoldProgress _progress;
    private readonly UnwrittenSubjects _unwritten;
    private readonly SubjectLoader _loader;
    private readonly CancellationTokenSource _leave = new();
    private SubjectId? _warmedUpTo;
    private bool _isWarmedUp;

    public Shard(int number, ShardSurroundings around)
    {
        Number = number;
        _around = around;
        var options = around.Options;
        _cache = new SubjectCache(Math.Max(1, options.WarmSubjectsMax / around.Store.ShardCount));
        _folder = new SubjectFolder(number, around.Reader, around.Former, options.IncrementalFromRecords, around.Faults, around.Time);
        _queue = new FoldQueue(number, this, options.RetryPauseMsMax, around.Faults);
        _progress = new FoldProgress(number, options.FoldWaitMsMax);
        _unwritten = new UnwrittenSubjects(number, _folder, around.Time);
        _loader = new SubjectLoader(around, _cache, _folder, _unwritten);
    }

    public int Number { get; }

    /// <summary>Subjects that the sweep leaves alone for a while.</summary>
    public SetAsideSubjects SetAside { get; } = new();

    /// <summary>Rows that are written back while a recomputation pages through the shard.</summary>
    public RewriteLog Rewrites { get; } = new();

    /// <summary>Every event up to here is reflected by the shard's views.</summary>
    public long Folded => _progress.Folded;

    public int WarmCount => _cache.Count;

    public int DirtyCount => _unwritten.Count;

    /// <summary>Whether it takes nothing in any more, and only finishes what it has.</summary>
    public bool IsClosing => _leave.IsCancellationRequested;

    /// <summary>Whether there may be stored subjects, and room for them, that have not been brought into memory beforehand.</summary>
    public bool IsCold => !_isWarmedUp && !IsClosing;

    bool IFoldTarget.IsEnding => _around.Host.IsStopping || _progress.IsLost;

    /// <summary>Takes nothing in any more, but finishes what it has; work that would only be of use later ends at once.</summary>
    public void Close() => _ = _leave.CancelAsync();

    /// <summary>Another node owns the shard: nothing more is folded or written here, and waiting callers are told.</summary>
    public void Abandon()
    {
        _progress.Lose();
        Close();
    }

    /// <summary>Begins at the stored watermark.</summary>
    public void Start(long watermark)
    {
        _progress.Start(watermark);
        _unwritten.Start(watermark);
    }

    /// <inheritdoc cref="SubjectCache.TryView"/>
    public SubjectView? TryView(string subject, RulesSnapshot now) => _cache.TryView(subject, now);

    /// <inheritdoc cref="FoldQueue.Post"/>
    public void Post(List<FoldItem> items) => _queue.Post(items);

    /// <inheritdoc cref="FoldProgress.WaitAsync"/>
    public Task WaitFoldedAsync(long position, CancellationToken cancellation) => _progress.WaitAsync(position, cancellation);

    /// <summary>The subject's view with its records at hand, loaded when it is only stored; null when it is unknown.</summary>
    public async ValueTask<SubjectView?> LoadAsync(string subject, RulesSnapshot now, CancellationToken cancellation)
    {
        await _stateLock.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (_cache.Find(subject) is not { } warm)
            {
                var row = await _around.Store.Subjects.FindAsync(new SubjectId(subject), cancellation).ConfigureAwait(false);
                if (row is null)
                    return null;
                // The row may have been read before events that are folded already: not here, since folding needs the state lock too, and
                // brings every subject of its batch into memory first.
                warm = await _loader.InstallAsync(row, now).ConfigureAwait(false);
                _cache.Evict();
            }

            warm.Used = true;
            if (warm.View.IsOutdated(now))
            {
                // A request that began under an older catalogue is answered under the one in force: a view is only published under the
                // newest rules (I11; RulebookApplyTests).
                now = _around.Rules.Now();
                await _loader.RenewAsync([warm], now).ConfigureAwait(false);
                if (!_cache.Contains(subject))
                    throw new StoreException($"Subject {subject} cannot be folded under the rulebook in force.", StoreFault.Corrupt);
            }

            return SubjectFolder.Settle(warm, now);
        }
        finally
        {
            _stateLock.Release();
        }
    }

    /// <summary>
    /// Brings the next page of subjects into memory, as far as there is room. A row that is read under the state lock is not overtaken:
    /// what is newer than it is in memory already. For one caller at a time.
    /// </summary>
    /// <exception cref="OperationCanceledException">The shard is being closed, or the caller gives up.</exception>
    public async Task WarmUpAsync(CancellationToken cancellation)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _leave.Token);
        await _stateLock.WaitAsync(ends.Token).ConfigureAwait(false);
        try
        {
            var now = _around.Rules.Now();
            var page = _around.Options.WarmUpPage;
            var room = Math.Min(page, _cache.Room);
            var rows = room <= 0
                ? [] : await _around.Store.Subjects.PageAsync(Number, _warmedUpTo, room, ends.Token).ConfigureAwait(false);
            await _loader.InstallReadableAsync(
                rows.Where(row => !_cache.Contains(row.Subject.Value)), now, "assessed during warm-up; skipped until requested", ends.Token)
                .ConfigureAwait(false);
            _isWarmedUp = rows.Count < page;
            _warmedUpTo = _isWarmedUp ? null : rows[^1].Subject;
        }
        finally
        {
            _stateLock.Release();
        }
    }

    /// <summary>
    /// Assesses subjects anew, loading them as needed, and leaves them to be written back. One that cannot be read does not hold up the
    /// others.
    /// </summary>
    /// <returns>Those that cannot be read, and why.</returns>
    public async Task<IReadOnlyList<(SubjectId Subject, string Error)>> ReassessAsync(IReadOnlyList<SubjectId> subjects)
    {
        await _stateLock.WaitAsync().ConfigureAwait(false);
        try
        {
            var now = _around.Rules.Now();
            var unreadable = new List<(SubjectId, string)>();
            var cold = subjects.Where(subject => !_cache.Contains(subject.Value)).ToList();
            var rows = cold.Count == 0
                ? [] : await _around.Store.Subjects.FindManyAsync(cold, CancellationToken.None).ConfigureAwait(false);
            unreadable.AddRange(await _loader.InstallReadableAsync(rows, now, "reassessed; set aside", CancellationToken.None)
                .ConfigureAwait(false));
            var warmed = subjects.Select(subject => _cache.Find(subject.Value)).OfType<WarmSubject>();
            await _loader.RenewAsync(warmed, now).ConfigureAwait(false);
            foreach (var subject in subjects)
            {
                if (_cache.Find(subject.Value) is not { } warm)
                    continue;
                try
                {
                    SubjectFolder.Settle(warm, now);
                    MarkUnwritten(warm);
                }
                catch (Exception fault)
                {
                    _around.Faults.LogError($"Subject {subject} cannot be reassessed; set aside", fault);
                    unreadable.Add((subject, fault.Message));
                }
            }

            _cache.Evict();
            return unreadable;
        }
        finally
        {
            _stateLock.Release();
        }
    }

    /// <summary>Collects what is to be written back, at most so many subjects; null when there is nothing.</summary>
    public async Task<ShardWrite?> CollectAsync(int limit, List<CollectedSubject> collected)
    {
        if (!_unwritten.HasAny(Folded))
            return null;
        await _stateLock.WaitAsync().ConfigureAwait(false);
        try
        {
            var now = _around.Rules.Now();
            if (_cache.MayHoldOutdated(now.Evaluator.FactsVersion))
                await _loader.RenewAsync(_unwritten.Subjects, now).ConfigureAwait(false);

            // Before rows are made: a row whose stored predecessor is not known would conflict, and its change of grade would be told again
            // or not at all (Change_of_a_write_whose_answer_was_lost_is_told_once_though_the_store_cannot_be_read_then).
            await _unwritten.ReadDoubtedAsync(_around.Store.Subjects, row => _folder.StoredEffectsAsync(row, now)).ConfigureAwait(false);
            var broken = new List<WarmSubject>();
            var write = _unwritten.Collect(limit, Folded, now, collected, (warm, fault) =>
            {
                _around.Faults.LogError($"Subject {warm.View.Subject} cannot be assessed for write-back; set aside", fault);
                broken.Add(warm);
            });

            // Afterwards: Forget takes subjects out of the set that Collect walks through.
            broken.ForEach(_loader.Forget);
            return write;
        }
        finally
        {
            _stateLock.Release();
        }
    }

    /// <inheritdoc cref="UnwrittenSubjects.Written"/>
    public async Task<bool> WrittenAsync(ShardWrite write, List<CollectedSubject> written)
    {
        await _stateLock.WaitAsync().ConfigureAwait(false);
        try
        {
            foreach (var subject in written)
                Rewrites.Note(subject.Row.Subject.Value);
            var isLate = _unwritten.Written(write, written, _around.Rules.Now());
            _cache.Evict(released: written.Count);
            return isLate;
        }
        finally
        {
            _stateLock.Release();
        }
    }

    /// <summary>
    /// After a write of unknown outcome: before these subjects are written again their rows are read, even if the store cannot be read
    /// now. A position alone does not tell whether a change of grade was told: an assessment without a new event leaves it as it is.
    /// </summary>
    public async Task DoubtAsync(IEnumerable<WarmSubject> subjects)
    {
        await _stateLock.WaitAsync().ConfigureAwait(false);
        try
        {
            foreach (var warm in subjects)
            {
                Rewrites.Note(warm.View.Subject.Value);
                warm.IsStoredUnknown = true;
            }
        }
        finally
        {
            _stateLock.Release();
        }
    }

    /// <summary>
    /// Writes a page of a recomputation's results while no subject of the shard can come into memory, and tells those in memory which grade
    /// is stored now: so no change is told twice or lost. Nothing may be written back meanwhile.
    /// </summary>
    /// <param name="page">The page.</param>
    /// <param name="effects">Measures and lists of those of whom the page tells that they have become others.</param>
    /// <param name="publicised">Public records of those of whom it tells that their publicity has.</param>
    /// <param name="now">The rules and the day of the page.</param>
    /// <param name="write">Writes it and returns only when it is certain that it is written.</param>
    public async Task WriteAssessmentsAsync(
        AssessmentPage page, IReadOnlyList<(SubjectId Subject, SubjectEffects Effects)> effects,
        IReadOnlyList<(SubjectId Subject, IReadOnlyDictionary<RecordId, string> Records)> publicised, RulesSnapshot now, Func<Task> write)
    {
        await _stateLock.WaitAsync().ConfigureAwait(false);
        try
        {
            // A row that may be there and is written over would say neither that it was nor what it has told.
            await _unwritten.ReadDoubtedAsync(_around.Store.Subjects, row => _folder.StoredEffectsAsync(row, now)).ConfigureAwait(false);
            await write().ConfigureAwait(false);
            _cache.NoteStoredGrades(page.Results);
            foreach (var (subject, current) in effects)
            {
                if (_cache.Find(subject.Value) is { } warm)
                    warm.StoredEffects = current;
            }

            foreach (var (subject, records) in publicised)
            {
                if (_cache.Find(subject.Value) is not { } warm)
                    continue;

                // Changes by its events since are told by comparison with what the page has told.
                var told = _folder.ToldOf(now.Today, now);
                warm.Publicity = warm.Dirty ? told.With(records) : told;
                warm.Sent = null;
                warm.Untold?.RemoveAll(change => change.Change.Type is ChangeTypes.PublicityBegun or ChangeTypes.PublicityEnded);
            }

            foreach (var (row, _) in page.Refolded)
            {
                if (_cache.Find(row.Subject.Value) is not { } warm)
                    continue;
                warm.StoredGrade = row.Grade;
                warm.StoredStatePosition = row.StatePosition;
                warm.StoredStateUnusable = row.FactsVersion != warm.View.Evaluator.FactsVersion;
            }
        }
        finally
        {
            _stateLock.Release();
        }
    }

    public void Dispose() => _stateLock.Dispose();

    async Task IFoldTarget.FoldAsync(List<FoldItem> batch)
    {
        await _stateLock.WaitAsync().ConfigureAwait(false);
        try
        {
            // Taken once for the batch: events folded under two rules in one view would be an assessment under neither (I11).
            var now = _around.Rules.Now();
            var events = GroupBySubject(batch);
            await _loader.InstallStoredAsync(events.Keys, now).ConfigureAwait(false);
            if (_cache.MayHoldOutdated(now.Evaluator.FactsVersion))
                await _loader.RenewAsync(events.Keys.Select(_cache.Find).OfType<WarmSubject>(), now).ConfigureAwait(false);
            await FoldThreads.RunAsync(batch.Count, () =>
            {
                foreach (var ofSubject in events.Values)
                    FoldOrSetAside(ofSubject, now);
            }).ConfigureAwait(false);

            // After the views are published: a caller that waits for this position reads them at once (I6).
            _progress.Advance(batch[^1].Position);
            _cache.Evict();
        }
        finally
        {
            _stateLock.Release();
        }
    }

    void IFoldTarget.Passed(int count) => _around.Host.Folded(count);

    private static Dictionary<string, List<FoldItem>> GroupBySubject(List<FoldItem> batch)
    {
        var groups = new Dictionary<string, List<FoldItem>>();
        foreach (var item in batch)
        {
            if (!groups.TryGetValue(item.Subject, out var items))
                groups[item.Subject] = items = new List<FoldItem>(1);
            items.Add(item);
        }

        return groups;
    }

    /// <summary>
    /// A subject whose events cannot be folded does not hold up the others. The shard's watermark then stays where it is, so that the next
    /// start folds the events again.
    /// </summary>
    private void FoldOrSetAside(List<FoldItem> events, RulesSnapshot now)
    {
        try
        {
            var known = _cache.Find(events[0].Subject);
            if (_folder.Fold(known, events, now) is not { } warm)
                return;
            if (known is null)
                _cache.Add(warm);
            MarkUnwritten(warm);
        }
        catch (Exception fault) when (fault is not StoreException)
        {
            _unwritten.HoldWatermark();
            _around.Faults.LogError(
                $"Subject {events[0].Subject} cannot be folded at position {events[0].Position}; set aside", fault);
        }
    }

    private void MarkUnwritten(WarmSubject warm)
    {
        _unwritten.Add(warm);
        _around.Host.HasDirty();
    }
}
