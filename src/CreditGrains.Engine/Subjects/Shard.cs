using System.Collections.Concurrent;
using System.Diagnostics;
using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Ingestion;
using CreditGrains.Engine.Metrics;
using CreditGrains.Engine.Rules;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Subjects;

/// <summary>
/// The owner of one shard's subjects: a single writer behind a gate. Appended events queue here in position order and are folded in
/// batches; readers take published views without the gate.
/// </summary>
internal sealed partial class Shard(int number, LocalSubjects owner, IStore store, EngineOptions options, StoreFaultLog faults)
    : IDisposable
{
    /// <summary>
    /// After a change of rules or of the day a view is kept when its records take so many bytes, else every sixteenth time that it is made:
    /// soon where it is asked for often. Each that is kept makes the collector look at another place of its oldest generation, during which
    /// all answers wait, and costs more by that than a small subject's next evaluation.
    /// </summary>
    private const int KeepBytes = 1024;
    private const int KeepEvery = 16;
    private readonly ConcurrentDictionary<string, WarmSubject> _warm = new(concurrencyLevel: 1, capacity: 31, StringComparer.Ordinal);
    private readonly SemaphoreSlim _stateLock = new(1, 1);
    private readonly Lock _queueGate = new();
    private readonly List<(long Position, TaskCompletionSource Done)> _waiting = [];
    private readonly HashSet<WarmSubject> _dirty = [];
    private List<FoldItem> _pending = [];
    private List<ActivityContext> _causes = [];
    private bool _draining;
    private long _folded;
    private long _watermark;
    private int _warmCount;
    private int _admitted;
    private bool _watermarkHeld;
    private IEnumerator<KeyValuePair<string, WarmSubject>>? _hand;
    private readonly CancellationTokenSource _leave = new();
    private SubjectId? _warmedUpTo;
    private bool _warmedUp;
    private volatile bool _abandoned;

    public int Number => number;

    /// <summary>What the sweep leaves alone for a while.</summary>
    public SetAsideSubjects SetAside { get; } = new();

    /// <summary>Every event up to here is reflected by the shard's views and stored rows.</summary>
    public long Folded => Volatile.Read(ref _folded);

    public int WarmCount => Volatile.Read(ref _warmCount);

    public int DirtyCount { get; private set; }

    private int Bound => Math.Max(1, options.WarmSubjectsMax / store.ShardCount);

    /// <summary>Whether it takes nothing in any more, and only finishes what it has.</summary>
    public bool IsClosing => _leave.IsCancellationRequested;

    /// <summary>Whether there may be stored subjects, and room for them, that have not been brought into memory beforehand.</summary>
    public bool IsCold => !_warmedUp && !IsClosing;

    /// <summary>Takes nothing in any more, but finishes what it has; what would only be of use later ends at once.</summary>
    public void Close() => _ = _leave.CancelAsync();

    /// <summary>Somebody else owns the shard: nothing more is folded or written here, and whoever waits is told.</summary>
    public void Abandon()
    {
        _abandoned = true;
        Close();
        lock (_waiting)
        {
            foreach (var (_, done) in _waiting)
                done.TrySetException(new ShardLostException(number, $"Shard {number} belongs to another silo now: ask again."));
            _waiting.Clear();
        }
    }

    /// <summary>Begins at the stored watermark.</summary>
    public void Start(long watermark) => _folded = _watermark = watermark;

    /// <summary>The published view, without waiting; null when the subject is not in memory or must be looked at by its owner.</summary>
    public SubjectView? TryView(string subject, RulesSnapshot now)
    {
        if (!_warm.TryGetValue(subject, out var warm))
            return null;
        var view = warm.View;
        if (!warm.Used)
            warm.Used = true;
        if (view.StateOrNull is null)
            return null;
        if (view.AsOf == now.Today && ReferenceEquals(view.Evaluator, now.Evaluator))
            return view;
        if (IsOutdated(view, now))
            return null;
        var refreshed = view.IsValid(now) ? view.MovedTo(now.Today) : view.On(now.Today, now.Evaluator);
        if (view.StateOrNull.Length >= KeepBytes || Random.Shared.Next(KeepEvery) == 0)
            warm.Refresh(view, refreshed);
        return refreshed;
    }

    /// <summary>Takes appended events, in position order, and folds them soon.</summary>
    public void Post(List<FoldItem> items)
    {
        lock (_queueGate)
        {
            _pending.AddRange(items);
            if (EngineTraces.Current is var cause && cause != default && _causes.Count < EngineTraces.CausesMax)
                _causes.Add(cause);
            if (_draining)
                return;
            _draining = true;
        }

        // Without the caller's context: a batch belongs to the spans that brought it, not to the one that happens to start the loop.
        ThreadPool.UnsafeQueueUserWorkItem(static shard => _ = shard.DrainAsync(), this, preferLocal: false);
    }

    /// <summary>Completes when everything up to the position is folded.</summary>
    /// <exception cref="StoreException">It took longer than the bound: the shard cannot read the store.</exception>
    public async Task WaitFoldedAsync(long position, CancellationToken cancellation)
    {
        if (Folded >= position)
            return;
        (long Position, TaskCompletionSource Done) waiter;
        lock (_waiting)
        {
            if (Folded >= position)
                return;
            if (_abandoned)
                throw new ShardLostException(number, $"Shard {number} belongs to another silo now: ask again.");
            waiter = (position, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            _waiting.Add(waiter);
        }

        try
        {
            await waiter.Done.Task.WaitAsync(TimeSpan.FromMilliseconds(options.FoldWaitMsMax), cancellation).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new StoreException($"Shard {number} has not folded position {position} in time; ask again later.");
        }
        finally
        {
            lock (_waiting)
                _waiting.Remove(waiter);
        }
    }

    /// <summary>The subject's view with its records at hand, loaded when it is only stored; null when it is unknown.</summary>
    public async ValueTask<SubjectView?> LoadAsync(string subject, RulesSnapshot now, CancellationToken cancellation)
    {
        await _stateLock.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (!_warm.TryGetValue(subject, out var warm))
            {
                var row = await store.Subjects.FindAsync(new SubjectId(subject), cancellation).ConfigureAwait(false);
                if (row is null)
                    return null;
                warm = await InstallAsync(row, now).ConfigureAwait(false);
                Evict();
            }

            warm.Used = true;
            if (IsOutdated(warm.View, now))
            {
                // Whoever asks with rules older than the subject's is answered by those of now.
                now = owner.Now();
                await RenewAsync([warm], now).ConfigureAwait(false);
                if (!_warm.ContainsKey(subject))
                    throw new StoreException($"Subject {subject} cannot be folded under the rulebook in force.", StoreFault.Corrupt);
            }

            return Settle(warm, now);
        }
        finally
        {
            _stateLock.Release();
        }
    }

    /// <summary>
    /// Brings the next page of subjects into memory, as far as there is room. What is read under the gate is not overtaken: whatever is
    /// newer than its row is in memory already. For one caller at a time.
    /// </summary>
    /// <exception cref="OperationCanceledException">The shard is being closed, or the caller gives up.</exception>
    public async Task WarmUpAsync(CancellationToken cancellation)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _leave.Token);
        await _stateLock.WaitAsync(ends.Token).ConfigureAwait(false);
        try
        {
            var now = owner.Now();
            var room = Math.Min(options.WarmUpPage, Bound - WarmCount);
            var rows = room <= 0 ? [] : await store.Subjects.PageAsync(number, _warmedUpTo, room, ends.Token).ConfigureAwait(false);
            foreach (var row in rows.Where(row => !_warm.ContainsKey(row.Subject.Value)))
            {
                ends.Token.ThrowIfCancellationRequested();
                try
                {
                    await InstallAsync(row, now).ConfigureAwait(false);
                }
                catch (Exception fault) when (fault is not StoreException)
                {
                    faults.LogError($"Subject {row.Subject} cannot be assessed; it is left to whoever asks for it", fault);
                }
            }

            _warmedUp = rows.Count < options.WarmUpPage;
            _warmedUpTo = _warmedUp ? null : rows[^1].Subject;
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
            var now = owner.Now();
            var poison = new List<(SubjectId, string)>();
            var cold = subjects.Where(subject => !_warm.ContainsKey(subject.Value)).ToList();
            foreach (var row in cold.Count == 0
                ? [] : await store.Subjects.FindManyAsync(cold, CancellationToken.None).ConfigureAwait(false))
            {
                try
                {
                    await InstallAsync(row, now).ConfigureAwait(false);
                }
                catch (Exception fault) when (fault is not StoreException)
                {
                    faults.LogError($"Subject {row.Subject} cannot be assessed anew and is set aside", fault);
                    poison.Add((row.Subject, fault.Message));
                }
            }

            await RenewAsync([.. subjects.Select(subject => _warm.GetValueOrDefault(subject.Value)).OfType<WarmSubject>()], now)
                .ConfigureAwait(false);
            foreach (var subject in subjects)
            {
                if (!_warm.TryGetValue(subject.Value, out var warm))
                    continue;
                try
                {
                    Settle(warm, now);
                    MarkDirty(warm);
                }
                catch (Exception fault)
                {
                    faults.LogError($"Subject {subject} cannot be assessed anew and is set aside", fault);
                    poison.Add((subject, fault.Message));
                }
            }

            Evict();
            return poison;
        }
        finally
        {
            _stateLock.Release();
        }
    }

    /// <summary>Collects what is to be written back, at most so many subjects; null when there is nothing.</summary>
    public async Task<ShardWrite?> CollectAsync(int limit, List<CollectedSubject> collected)
    {
        if (DirtyCount == 0 && (Folded == _watermark || _watermarkHeld))
            return null;
        await _stateLock.WaitAsync().ConfigureAwait(false);
        try
        {
            var now = owner.Now();
            if (MayHoldOutdated(now))
                await RenewAsync(_dirty, now).ConfigureAwait(false);
            await ResyncAsync().ConfigureAwait(false);
            var writes = new List<SubjectWrite>(Math.Min(limit, _dirty.Count));
            var changes = new List<SubjectChange>();
            var broken = new List<WarmSubject>();
            foreach (var warm in _dirty)
            {
                if (writes.Count == limit)
                    break;
                try
                {
                    var view = SettleForStore(warm, now);
                    var row = RowOf(warm, view, now);
                    var change = GradeChange(warm, view);
                    writes.Add(new SubjectWrite(row, warm.StoredPosition < 0 ? null : warm.StoredPosition));
                    if (change is not null)
                        changes.Add(change);
                    collected.Add(new CollectedSubject(warm, view, row));
                }
                catch (Exception fault)
                {
                    faults.LogError($"Subject {warm.View.Subject} cannot be assessed to be written back and is set aside", fault);
                    broken.Add(warm);
                }
            }

            broken.ForEach(Forget);

            var complete = writes.Count == _dirty.Count && !_watermarkHeld;
            return writes.Count == 0 && (_folded == _watermark || _watermarkHeld)
                ? null
                : new ShardWrite(number, writes, changes, complete ? _folded : null);
        }
        finally
        {
            _stateLock.Release();
        }
    }

    /// <summary>
    /// Takes note that rows have been written. One whose subject has gone on since stays to be written, and so does one of a day or of
    /// rules that were over when it arrived: the sweep and the recomputation may have looked for it before it was there.
    /// </summary>
    /// <returns>Whether there is one of the latter kind, of which nobody else tells.</returns>
    public async Task<bool> WrittenAsync(ShardWrite write, IEnumerable<CollectedSubject> written)
    {
        await _stateLock.WaitAsync().ConfigureAwait(false);
        try
        {
            if (write.Watermark is { } watermark)
                _watermark = watermark;
            var now = owner.Now();
            var (released, isLate) = (0, false);
            foreach (var (warm, view, row) in written)
            {
                released++;
                Rewritten(row.Subject.Value);
                warm.StoredPosition = row.Position;
                warm.StoredGrade = row.Grade;
                if (row.State is not null && row.FactsVersion == warm.View.Evaluator.FactsVersion)
                {
                    warm.StoredStateUnusable = false;
                    warm.StoredStatePosition = row.StatePosition;
                    warm.EventsSinceState = 0;
                }

                if (!view.IsValid(now))
                    isLate |= _dirty.Contains(warm);
                else if (ReferenceEquals(warm.View, view) && _dirty.Remove(warm))
                    warm.Dirty = false;
            }

            DirtyCount = _dirty.Count;
            Evict(released);
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
                Rewritten(warm.View.Subject.Value);
                warm.IsStoredUnknown = true;
            }
        }
        finally
        {
            _stateLock.Release();
        }
    }

    /// <summary>Takes what the store really holds of those in doubt. Under the gate.</summary>
    private async Task ResyncAsync()
    {
        var doubted = _dirty.Where(warm => warm.IsStoredUnknown).ToList();
        if (doubted.Count == 0)
            return;
        var rows = await store.Subjects
            .FindManyAsync([.. doubted.Select(warm => warm.View.Subject)], CancellationToken.None).ConfigureAwait(false);
        var bySubject = rows.ToDictionary(row => row.Subject);
        foreach (var warm in doubted)
        {
            var row = bySubject.GetValueOrDefault(warm.View.Subject);
            warm.StoredPosition = row?.Position ?? -1;
            warm.StoredStatePosition = row?.StatePosition ?? 0;
            warm.StoredGrade = row?.Grade;
            warm.IsStoredUnknown = false;
        }
    }

    public void Dispose() => _stateLock.Dispose();

    private async Task DrainAsync()
    {
        while (true)
        {
            List<FoldItem> batch;
            List<ActivityContext> causes;
            lock (_queueGate)
            {
                if (_pending.Count == 0)
                {
                    _draining = false;
                    return;
                }

                batch = _pending;
                _pending = [];
                causes = _causes;
                if (causes.Count > 0)
                    _causes = [];
            }

            using var span = EngineTraces.Begin("fold", causes);
            span?.SetTag("creditgrains.shard", number).SetTag("creditgrains.events", batch.Count);
            await FoldPersistentlyAsync(batch).ConfigureAwait(false);
            owner.Folded(batch.Count);
        }
    }

    /// <summary>
    /// Folds a batch; while the store cannot be read it waits and tries again, because acknowledged events must not be passed over.
    /// </summary>
    private async Task FoldPersistentlyAsync(List<FoldItem> batch)
    {
        for (var pauseMs = 10; !owner.IsStopping && !_abandoned; pauseMs = Math.Min(pauseMs * 2, options.RetryPauseMsMax))
        {
            try
            {
                await FoldAsync(batch).ConfigureAwait(false);
                return;
            }
            catch (StoreException fault)
            {
                faults.LogStoreFault("Accepted events wait to be folded", fault);
            }
            catch (Exception fault)
            {
                // Nobody awaits this loop: whatever goes wrong must be seen and must not end it.
                faults.LogStoreFault("A shard failed to fold and tries again", fault);
            }

            await Task.Delay(pauseMs).ConfigureAwait(false);
        }
    }

    private async Task FoldAsync(List<FoldItem> batch)
    {
        await _stateLock.WaitAsync().ConfigureAwait(false);
        try
        {
            var now = owner.Now();
            var cold = new HashSet<string>();
            foreach (var item in batch)
            {
                if (!_warm.ContainsKey(item.Subject))
                    cold.Add(item.Subject);
            }

            if (cold.Count > 0)
                await InstallManyAsync(cold, now).ConfigureAwait(false);
            if (MayHoldOutdated(now))
                await RenewAsync(batch.Select(item => _warm.GetValueOrDefault(item.Subject)).OfType<WarmSubject>(), now)
                    .ConfigureAwait(false);
            foreach (var events in GroupBySubject(batch))
                FoldOrSetAside(events, now);
            SetFolded(batch[^1].Position);
            Evict();
        }
        finally
        {
            _stateLock.Release();
        }
    }

    private static Dictionary<string, List<FoldItem>>.ValueCollection GroupBySubject(List<FoldItem> batch)
    {
        var groups = new Dictionary<string, List<FoldItem>>();
        foreach (var item in batch)
        {
            if (!groups.TryGetValue(item.Subject, out var items))
                groups[item.Subject] = items = new List<FoldItem>(1);
            items.Add(item);
        }

        return groups.Values;
    }

    /// <summary>
    /// A subject whose events cannot be folded does not hold up the others. The shard's watermark then stays where it is, so that the next
    /// start folds the events again.
    /// </summary>
    private void FoldOrSetAside(List<FoldItem> events, RulesSnapshot now)
    {
        try
        {
            Fold(events, now);
        }
        catch (Exception fault) when (fault is not StoreException)
        {
            _watermarkHeld = true;
            faults.LogError($"Subject {events[0].Subject} cannot be folded at position {events[0].Position} and is set aside", fault);
        }
    }

    private void Fold(List<FoldItem> events, RulesSnapshot now)
    {
        var (today, evaluator) = (now.Today, now.Evaluator);
        var subject = events[0].Subject;
        var isNew = !_warm.TryGetValue(subject, out var warm);
        var view = isNew
            ? new SubjectView(new SubjectId(subject), number, 0, PackedRecords.Empty, evaluator, today, default)
            : warm!.View;
        var state = view.StateOrNull;
        var position = view.Position;
        var incremental = warm?.Incremental;
        if (incremental is not null && !ReferenceEquals(incremental.Evaluator, evaluator))
            incremental = new IncrementalAssessment(evaluator, incremental.Pack(), today);
        foreach (var item in events)
        {
            if (item.Position <= position)
                continue;
            position = item.Position;
            if (incremental is not null)
            {
                incremental.Apply(item.Record, item.Revision, item.Op, item.Kind, item.FactsBy(now.Reader));
                continue;
            }

            state = PackedRecords.Apply(
                state!, item.Record, item.Revision, item.Op, item.Kind, item.FactsBy(now.Reader), evaluator.Symbols);
            if (IsLarge(state))
                incremental = new IncrementalAssessment(evaluator, state, today);
        }

        if (position == view.Position)
            return;
        var summary = incremental?.Summarise(today) ?? evaluator.Summarise(state!, today);
        var next = new SubjectView(view.Subject, number, position, incremental is null ? state : null, evaluator, today, summary);
        if (isNew)
        {
            warm = new WarmSubject(next) { Used = true };
            Admit(subject, warm);
        }
        else
        {
            warm!.View = next;
        }

        warm.Incremental = incremental;
        warm.EventsSinceState += events.Count;
        MarkDirty(warm);
    }

    private bool IsLarge(byte[] state) =>
        state.Length > options.IncrementalFromRecords * 8 && PackedRecords.Count(state) >= options.IncrementalFromRecords;

    private void MarkDirty(WarmSubject warm)
    {
        warm.Dirty = true;
        _dirty.Add(warm);
        DirtyCount = _dirty.Count;
        owner.HasDirty();
    }

    private void SetFolded(long position)
    {
        Volatile.Write(ref _folded, Math.Max(_folded, position));
        List<TaskCompletionSource>? due = null;
        lock (_waiting)
        {
            for (var i = _waiting.Count - 1; i >= 0; i--)
            {
                if (_waiting[i].Position > _folded)
                    continue;
                (due ??= []).Add(_waiting[i].Done);
                _waiting.RemoveAt(i);
            }
        }

        foreach (var done in due ?? [])
            done.TrySetResult();
    }

    private async Task InstallManyAsync(IReadOnlyCollection<string> subjects, RulesSnapshot now)
    {
        var missing = subjects.Where(subject => !_warm.ContainsKey(subject)).Select(subject => new SubjectId(subject)).ToList();
        if (missing.Count == 0)
            return;
        foreach (var row in await store.Subjects.FindManyAsync(missing, CancellationToken.None).ConfigureAwait(false))
            await InstallAsync(row, now).ConfigureAwait(false);
    }

    /// <summary>
    /// Brings a stored subject into memory: its state, and the journal's tail where the state is older than the row, of another catalogue
    /// or damaged. A state of other rules is as good as any: they only assess it differently.
    /// </summary>
    private async Task<WarmSubject> InstallAsync(StoredSubject row, RulesSnapshot now)
    {
        var usable = row.State is not null && row.FactsVersion == now.Evaluator.FactsVersion;
        WarmSubject? warm = null;
        if (usable)
        {
            try
            {
                warm = await InstallAsync(row, row.State!, row.StatePosition, now).ConfigureAwait(false);
            }
            catch (Exception fault) when (fault is InvalidDataException or IndexOutOfRangeException or ArgumentException)
            {
                faults.LogError($"The stored state of subject {row.Subject} is damaged; it is folded anew from the journal", fault);
                usable = false;
            }
        }

        warm ??= await InstallAsync(row, PackedRecords.Empty, 0, now).ConfigureAwait(false);
        warm.StoredStateUnusable = !usable;
        Admit(row.Subject.Value, warm);
        return warm;
    }

    private async Task<WarmSubject> InstallAsync(StoredSubject row, byte[] state, long statePosition, RulesSnapshot now)
    {
        var (today, evaluator) = (now.Today, now.Evaluator);
        if (statePosition < row.Position)
            (state, _) = await owner.RefoldAsync(evaluator, row.Subject, state, statePosition, row.Position).ConfigureAwait(false);
        var incremental = IsLarge(state) ? new IncrementalAssessment(evaluator, state, today) : null;
        var summary = incremental?.Summarise(today) ?? evaluator.Summarise(state, today);
        return new WarmSubject(new SubjectView(row.Subject, number, row.Position, state, evaluator, today, summary))
        {
            Incremental = incremental,
            StoredPosition = row.Position,
            StoredStatePosition = row.StatePosition,
            StoredGrade = row.Grade,
        };
    }

    private void Admit(string subject, WarmSubject warm)
    {
        _warm[subject] = warm;
        TakeNote(warm.View.Evaluator.FactsVersion);
        Interlocked.Increment(ref _warmCount);
        _admitted++;
    }

    /// <summary>Makes the view whole: records packed, today's date, the rules in force. Under the gate.</summary>
    private static SubjectView Settle(WarmSubject warm, RulesSnapshot now)
    {
        var view = warm.View;
        if (view.StateOrNull is not null && view.AsOf == now.Today && ReferenceEquals(view.Evaluator, now.Evaluator))
            return view;
        if (warm.Incremental is { } incremental)
        {
            var state = view.StateOrNull ?? incremental.Pack();
            if (!ReferenceEquals(incremental.Evaluator, now.Evaluator))
                warm.Incremental = incremental = new IncrementalAssessment(now.Evaluator, state, now.Today);
            view = new SubjectView(
                view.Subject, view.Shard, view.Position, state, now.Evaluator, now.Today, incremental.Summarise(now.Today));
        }
        else
        {
            view = view.IsValid(now) ? view.MovedTo(now.Today) : view.On(now.Today, now.Evaluator);
        }

        warm.View = view;
        return view;
    }

    /// <summary>
    /// The view that is written back: always good today and under the rules in force, whatever a reader who began earlier has put there
    /// since and however long ago it was folded. A subject with very many records stays unpacked. Under the gate.
    /// </summary>
    private static SubjectView SettleForStore(WarmSubject warm, RulesSnapshot now)
    {
        var view = warm.View;
        if (view.IsValid(now))
            return view;
        if (view.StateOrNull is not null || warm.Incremental is not { } incremental)
            return Settle(warm, now);
        if (!ReferenceEquals(incremental.Evaluator, now.Evaluator))
            warm.Incremental = incremental = new IncrementalAssessment(now.Evaluator, incremental.Pack(), now.Today);
        return warm.View = new SubjectView(
            view.Subject, view.Shard, view.Position, null, now.Evaluator, now.Today, incremental.Summarise(now.Today));
    }

    private StoredSubject RowOf(WarmSubject warm, SubjectView view, RulesSnapshot now)
    {
        var writesState = warm.Incremental is null || warm.StoredPosition < 0 || warm.StoredStateUnusable
            || warm.EventsSinceState > Math.Max(16, warm.Incremental.RecordCount / 8);
        var state = writesState ? view.StateOrNull ?? warm.Incremental!.Pack() : null;
        return new StoredSubject
        {
            Subject = view.Subject,
            Shard = number,
            Position = view.Position,
            StatePosition = state is null ? warm.StoredStatePosition : view.Position,
            State = state,
            Description = (state ?? view.StateOrNull) is { } known
                ? PackedRecords.DescriptionOf(known, view.AsOf)
                : warm.Incremental!.DescriptionOf(view.AsOf),
            ScoreMilli = view.Summary.ScoreMilli,
            Grade = view.Grade,
            PolicyVersion = now.Rules,
            FactsVersion = view.Evaluator.FactsVersion,
            AsOf = view.AsOf,
            NextChange = view.Summary.ValidUntil,
        };
    }

    private SubjectChange? GradeChange(WarmSubject warm, SubjectView view) =>
        view.Grade == warm.StoredGrade ? null : SubjectChanges.Grade(view, warm.StoredGrade, owner.Clock);

    /// <summary>
    /// Second chance: the hand passes over subjects asked for since it last came by, and over those not yet written back. It looks at a few
    /// more subjects than have come since, so that the cache shrinks to its bound without one call taking long.
    /// </summary>
    private void Evict(int released = 0)
    {
        var bound = Bound;
        var looks = 64 + (4 * (_admitted + released));
        _admitted = 0;
        for (; _warmCount > bound && looks > 0; looks--)
        {
            _hand ??= _warm.GetEnumerator();
            if (!_hand.MoveNext())
            {
                _hand.Dispose();
                _hand = null;
                continue;
            }

            var (subject, warm) = _hand.Current;
            if (warm.Used)
                warm.Used = false;
            else if (!warm.Dirty && _warm.TryRemove(subject, out _))
                Interlocked.Decrement(ref _warmCount);
        }
    }
}

/// <summary>A subject on its way to the store: the view that the row was made of tells whether it has changed since.</summary>
internal readonly record struct CollectedSubject(WarmSubject Warm, SubjectView View, StoredSubject Row);
