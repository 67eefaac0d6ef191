using CreditGrains.Domain.Assessment;
using CreditGrains.Engine.Rules;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Subjects;

/// <summary>
/// Subjects of one shard that are newer than their stored rows, and the watermark up to which all rows are stored. Belongs to the shard's
/// state lock.
/// </summary>
internal sealed class UnwrittenSubjects(int shard, SubjectFolder folder, TimeProvider time)
{
    private readonly HashSet<WarmSubject> _subjects = [];
    private long _watermark;
    private bool _isWatermarkHeld;

    /// <summary>On any thread.</summary>
    public int Count { get; private set; }

    public IReadOnlyCollection<WarmSubject> Subjects => _subjects;

    /// <summary>Begins at the stored watermark.</summary>
    public void Start(long watermark) => _watermark = watermark;

    public void Add(WarmSubject warm)
    {
        warm.Dirty = true;
        _subjects.Add(warm);
        Count = _subjects.Count;
    }

    /// <summary>
    /// The subject leaves the memory: if it was not written back, the next start folds its events again, so the watermark stays.
    /// </summary>
    public void Forget(WarmSubject warm)
    {
        if (_subjects.Remove(warm))
            HoldWatermark();
        Count = _subjects.Count;
    }

    /// <summary>Events were passed over: the watermark stays where it is until the next start folds them again.</summary>
    public void HoldWatermark() => _isWatermarkHeld = true;

    /// <summary>Whether there is anything to write: rows, or a watermark alone.</summary>
    public bool HasAny(long folded) => Count > 0 || (folded != _watermark && !_isWatermarkHeld);

    /// <summary>Makes the rows of at most so many subjects, and the changes that go with them.</summary>
    /// <param name="limit">Most subjects.</param>
    /// <param name="folded">The position up to which the shard is folded.</param>
    /// <param name="now">The rules in force.</param>
    /// <param name="collected">Gets what was made.</param>
    /// <param name="failed">Told of each that cannot be assessed; it must be taken out afterwards.</param>
    /// <returns>Null when there is nothing to write.</returns>
    public ShardWrite? Collect(
        int limit, long folded, RulesSnapshot now, List<CollectedSubject> collected, Action<WarmSubject, Exception> failed)
    {
        var writes = new List<SubjectWrite>(Math.Min(limit, _subjects.Count));
        var changes = new List<SubjectChange>();
        var failures = 0;
        foreach (var warm in _subjects)
        {
            if (writes.Count == limit)
                break;
            try
            {
                var view = SubjectFolder.SettleForStore(warm, now);
                var row = RowOf(warm, view, now);
                var effects = view.Evaluator.EffectsOf(view.Summary);
                CollectChanges(warm, view, effects, now, changes);
                writes.Add(new SubjectWrite(row, warm.StoredPosition < 0 ? null : warm.StoredPosition));
                collected.Add(new CollectedSubject(warm, view, row, effects));
            }
#pragma warning disable CA1031 // a fault of one subject must not hold up the others
            catch (Exception fault)
#pragma warning restore CA1031
            {
                failures++;
                failed(warm, fault);
            }
        }

        // The watermark says that every row up to it is stored, and the next start reads the journal from there. It moves only when nothing
        // is left behind: not with a part of the subjects, and not past events that could not be folded (I2).
        var isHeld = _isWatermarkHeld || failures > 0;
        if (writes.Count == 0 && (folded == _watermark || isHeld))
            return null;
        return new ShardWrite(shard, writes, changes, writes.Count == _subjects.Count && !isHeld ? folded : null);
    }

    /// <summary>
    /// Rows have been written. One whose subject has gone on since stays to be written, and so does one of a day or of rules that were over
    /// when it arrived: the sweep and the recomputation may have looked for it before it was there.
    /// </summary>
    /// <returns>Whether there is one of the latter kind, of which nothing else tells.</returns>
    public bool Written(ShardWrite write, List<CollectedSubject> written, RulesSnapshot now)
    {
        _watermark = write.Watermark ?? _watermark;
        var isLate = false;
        foreach (var (warm, view, row, effects) in written)
        {
            warm.StoredPosition = row.Position;
            warm.StoredGrade = row.Grade;
            warm.StoredEffects = effects;
            Told(warm, row);
            if (row.State is not null && row.FactsVersion == warm.View.Evaluator.FactsVersion)
            {
                warm.StoredStateUnusable = false;
                warm.StoredStatePosition = row.StatePosition;
                warm.EventsSinceState = 0;
            }

            // By reference: a view is replaced with every event, so another one means that there is something newer than the row.
            if (!view.IsValid(now))
                isLate |= _subjects.Contains(warm);
            else if (ReferenceEquals(warm.View, view) && _subjects.Remove(warm))
                warm.Dirty = false;
        }

        Count = _subjects.Count;
        return isLate;
    }

    /// <summary>Reads what the store holds of subjects whose last write has an unknown outcome.</summary>
    /// <param name="store">The store.</param>
    /// <param name="effectsOf">Measures and lists of a stored row.</param>
    public async Task ReadDoubtedAsync(ISubjectStore store, Func<StoredSubject, Task<SubjectEffects>> effectsOf)
    {
        var doubted = _subjects.Where(warm => warm.IsStoredUnknown).ToList();
        if (doubted.Count == 0)
            return;
        var rows = await store.FindManyAsync([.. doubted.Select(warm => warm.View.Subject)], CancellationToken.None).ConfigureAwait(false);
        var bySubject = rows.ToDictionary(row => row.Subject);
        foreach (var warm in doubted)
        {
            var row = bySubject.GetValueOrDefault(warm.View.Subject);
            warm.StoredPosition = row?.Position ?? -1;
            warm.StoredStatePosition = row?.StatePosition ?? 0;
            warm.StoredGrade = row?.Grade;
            warm.StoredEffects = row is null ? SubjectEffects.None : await effectsOf(row).ConfigureAwait(false);
            Told(warm, row);
            warm.IsStoredUnknown = false;
        }
    }

    /// <summary>The outbox has everything up to the stored row: both are written in one transaction.</summary>
    private static void Told(WarmSubject warm, StoredSubject? row)
    {
        if (warm.Sent is { } sent && row is not null && sent.IsIn(row) && ReferenceEquals(sent.From, warm.Publicity))
            warm.Publicity = sent.To;
        warm.Sent = null;
        warm.Untold?.RemoveAll(
            change => change.Position <= warm.StoredPosition || (row is not null && change.By?.IsIn(row) == true));
        if (warm.Untold is { Count: 0 })
            warm.Untold = null;
    }

    /// <summary>
    /// All that has become different since the stored row, in one transaction with the new one: each change is told once.
    /// </summary>
    private void CollectChanges(
        WarmSubject warm, SubjectView view, SubjectEffects effects, RulesSnapshot now, List<SubjectChange> changes)
    {
        var at = time.GetUtcNow();
        foreach (var untold in warm.Untold ?? [])
            changes.Add(untold.Change with { At = at });

        warm.Sent = new SentPublicity(view.Position, warm.Publicity, folder.ToldOf(view.AsOf, now));
        foreach (var change in SubjectFolder.PublicityUntil(warm, view.AsOf, view.Evaluator))
            changes.Add(SubjectChanges.Publicity(shard, view.Subject, change, view.AsOf, at));
        changes.AddRange(SubjectChanges.Effects(shard, view.Subject, warm.StoredEffects, effects, view.AsOf, view.Evaluator, at));
        if (view.Grade != warm.StoredGrade)
            changes.Add(SubjectChanges.Grade(view, warm.StoredGrade, at));
    }

    private StoredSubject RowOf(WarmSubject warm, SubjectView view, RulesSnapshot now)
    {
        // The packed state of a subject with very many records is written once in a while: the row's position and its tail say the rest.
        var writesState = warm.Incremental is null || warm.StoredPosition < 0 || warm.StoredStateUnusable
            || warm.EventsSinceState > Math.Max(16, warm.Incremental.RecordCount / 8);
        var state = writesState ? view.StateOrNull ?? warm.Incremental!.Pack() : null;
        return new StoredSubject
        {
            Subject = view.Subject,
            Shard = shard,
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
}

/// <summary>A subject on its way to the store: the view that the row was made of tells whether it has changed since.</summary>
internal readonly record struct CollectedSubject(WarmSubject Warm, SubjectView View, StoredSubject Row, SubjectEffects Effects);
