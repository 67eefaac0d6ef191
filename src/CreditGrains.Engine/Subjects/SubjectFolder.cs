using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Rules;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Subjects;

/// <summary>
/// Makes subjects of one shard in memory and moves them on: from a stored row, by events, to another day, under other rules. Keeps
/// nothing; the shard's state lock is held by whoever calls.
/// </summary>
internal sealed class SubjectFolder(
    int shard, SubjectReader reader, FormerEffects former, int incrementalFromRecords, StoreFaultLog faults, TimeProvider time)
{
    /// <summary>More events since the stored state than any subject may have without writing it.</summary>
    private const int ManyEvents = 1 << 20;

    private readonly ToldPublicities _told = new();

    /// <summary>
    /// A stored subject: its state, and the journal's tail where the state is older than the row, of another catalogue or damaged. A state
    /// of other rules is as good as any: they only assess it differently.
    /// </summary>
    public async Task<WarmSubject> LoadAsync(StoredSubject row, RulesSnapshot now)
    {
        var isUsable = row.State is not null && row.FactsVersion == now.Evaluator.FactsVersion;
        WarmSubject? warm = null;
        if (isUsable)
        {
            try
            {
                warm = await LoadAsync(row, row.State!, row.StatePosition, now).ConfigureAwait(false);
            }
            catch (Exception fault) when (fault is InvalidDataException or IndexOutOfRangeException or ArgumentException)
            {
                faults.LogError($"The stored state of subject {row.Subject} is damaged; rebuilding it from the journal", fault);
                isUsable = false;
            }
        }

        warm ??= await LoadAsync(row, PackedRecords.Empty, 0, now).ConfigureAwait(false);
        warm.StoredStateUnusable = !isUsable;
        return warm;
    }

    /// <summary>Applies events to a subject; those that it has already are passed over.</summary>
    /// <param name="warm">The subject; null when the first event of it has come.</param>
    /// <param name="events">In position order, at least one.</param>
    /// <param name="now">The rules in force.</param>
    /// <returns>The subject, a new one where there was none; null when nothing was new.</returns>
    public WarmSubject? Fold(WarmSubject? warm, List<FoldItem> events, RulesSnapshot now)
    {
        var (today, evaluator) = (now.Today, now.Evaluator);
        var view = warm?.View
            ?? new SubjectView(new SubjectId(events[0].Subject), shard, 0, PackedRecords.Empty, evaluator, today, default);
        var (state, position, incremental) = (view.StateOrNull, view.Position, warm?.Incremental);
        if (incremental is not null && !ReferenceEquals(incremental.Evaluator, evaluator))
            incremental = new IncrementalAssessment(evaluator, incremental.Pack(), today);
        var told = new FoldedChanges(shard, view.Subject, today, evaluator, time.GetUtcNow());
        foreach (var item in events)
        {
            // Twice is normal: after a failed batch, after a start behind the watermark, and where a row was stored by another node.
            if (item.Position <= position)
                continue;
            if (warm is not null)
                CatchUp(warm, item.Position, now, ref told);

            position = item.Position;
            told.Before(item, state, incremental);
            if (incremental is not null)
            {
                incremental.Apply(item.Record, item.Revision, item.Op, item.Kind, item.FactsBy(now.Reader));
                told.After(item, null, incremental);
                continue;
            }

            state = PackedRecords.Apply(
                state!, item.Record, item.Revision, item.Op, item.Kind, item.FactsBy(now.Reader), evaluator.Symbols);
            told.After(item, state, null);
            if (IsLarge(state))
                incremental = new IncrementalAssessment(evaluator, state, today);
        }

        if (position == view.Position)
            return null;
        // Of a subject with very many records only what the event touches is computed anew (P11), and its records are packed when somebody
        // reads them: Settle does so, and the view that is published here has none.
        var summary = incremental?.Summarise(today) ?? evaluator.Summarise(state!, today);
        var next = new SubjectView(view.Subject, shard, position, incremental is null ? state : null, evaluator, today, summary);
        if (warm is null)
            warm = new WarmSubject(next, _told.Of(today, now)) { Used = true };
        else
            warm.View = next;
        warm.Incremental = incremental;

        // A withdrawal may be the end of a record's retention: the stored state must not keep its facets.
        warm.EventsSinceState = events.Any(item => item.Op == EventOp.Withdraw)
            ? ManyEvents : Math.Min(ManyEvents, warm.EventsSinceState + events.Count);
        if (told.Changes is { } changes)
            (warm.Untold ??= []).AddRange(changes);
        return warm;
    }

    /// <summary>Measures and lists of a stored row whose state may be older than the row.</summary>
    public async Task<SubjectEffects> StoredEffectsAsync(StoredSubject row, RulesSnapshot now)
    {
        var isUsable = row.State is not null && row.FactsVersion == now.Evaluator.FactsVersion;
        var (state, from) = isUsable ? (row.State!, row.StatePosition) : (PackedRecords.Empty, 0L);
        if (from < row.Position)
            (state, _) = await reader.RefoldAsync(now.Evaluator, row.Subject, state, from, row.Position).ConfigureAwait(false);
        return await EffectsOfAsync(row, state, now.Evaluator.Summarise(state, now.Today), now).ConfigureAwait(false);
    }

    /// <summary>Folds subjects anew from the journal under the catalogue in force.</summary>
    /// <param name="subjects">Those in memory whose facts are of another.</param>
    /// <param name="now">The rules in force.</param>
    /// <param name="renewed">Told of each; why it could not be folded, else null.</param>
    public Task RenewAsync(List<WarmSubject> subjects, RulesSnapshot now, Action<WarmSubject, string?> renewed) =>
        reader.RefoldManyAsync(
            now.Evaluator, shard, subjects.ConvertAll(warm => new SubjectBound(warm.View.Subject, warm.View.Position)),
            (place, state, error) => renewed(subjects[place], state is null ? error : Replace(subjects[place], state, now)),
            CancellationToken.None);

    /// <summary>Publicity that begins or ends by date or by other rules alone, before any newer event.</summary>
    public static IReadOnlyList<PublicityChange> PublicityUntil(WarmSubject warm, DateOnly on, Evaluator evaluator) =>
        warm.Publicity.Until(() => warm.View.StateOrNull ?? warm.Incremental!.Pack(), on, evaluator);

    /// <summary>Publicity that is told with a row of a day.</summary>
    public ToldPublicity ToldOf(DateOnly on, RulesSnapshot now) => _told.Of(on, now);

    /// <summary>Tells publicity that has changed by date or by other rules before an event, with the event.</summary>
    private void CatchUp(WarmSubject warm, long position, RulesSnapshot now, ref FoldedChanges told)
    {
        var target = _told.Of(now.Today, now);
        if (ReferenceEquals(warm.Publicity, target))
            return;
        var sent = ReferenceEquals(warm.Sent?.From, warm.Publicity) ? warm.Sent : null;

        // A row on its way tells of what came before it: whether it has is known once it is written or read.
        if (sent is not null)
        {
            told.Add(position, warm.Publicity.Until(sent.To, StateOf), sent);
            warm.Publicity = sent.To;
        }

        told.Add(position, PublicityUntil(warm, now.Today, now.Evaluator));
        warm.Publicity = target;

        byte[] StateOf() => warm.View.StateOrNull ?? warm.Incremental!.Pack();
    }

    /// <summary>Makes the view whole: records packed, today's date, the rules in force.</summary>
    public static SubjectView Settle(WarmSubject warm, RulesSnapshot now)
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
    /// since and however long ago it was folded. A subject with very many records stays unpacked.
    /// </summary>
    public static SubjectView SettleForStore(WarmSubject warm, RulesSnapshot now)
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

    private async Task<WarmSubject> LoadAsync(StoredSubject row, byte[] state, long statePosition, RulesSnapshot now)
    {
        if (statePosition < row.Position)
        {
            (state, _) = await reader.RefoldAsync(now.Evaluator, row.Subject, state, statePosition, row.Position)
                .ConfigureAwait(false);
        }

        var (view, incremental) = Assess(row.Subject, row.Position, state, now);
        return new WarmSubject(view, await PublicityOfAsync(row, state, now).ConfigureAwait(false))
        {
            Incremental = incremental,
            StoredPosition = row.Position,
            StoredStatePosition = row.StatePosition,
            StoredGrade = row.Grade,
            StoredEffects = await EffectsOfAsync(row, state, view.Summary, now).ConfigureAwait(false),
        };
    }

    /// <summary>
    /// Measures and lists of a stored row: what followed from its records on its day, and from its grade, by the rules that it was written
    /// under.
    /// </summary>
    private async ValueTask<SubjectEffects> EffectsOfAsync(StoredSubject row, byte[] state, AssessmentSummary today, RulesSnapshot now)
    {
        var grade = now.Evaluator.GradeOf(today);
        if (await former.FindAsync(row, grade, now, CancellationToken.None).ConfigureAwait(false) is { } effects)
            return effects;
        var isOver = row.NextChange is { } next && next <= now.Today;
        return now.Evaluator.EffectsOf(isOver ? now.Evaluator.Summarise(state, row.AsOf) : today, row.Grade);
    }

    /// <summary>Publicity that was told of a stored row: by the rules that it was written under, on its day.</summary>
    private async ValueTask<ToldPublicity> PublicityOfAsync(StoredSubject row, byte[] state, RulesSnapshot now)
    {
        var told = _told.Of(row.AsOf, now);
        var published = await former.FindPublicisedAsync(row, now, CancellationToken.None).ConfigureAwait(false);
        return published is null || now.Evaluator.PublicityChanges(published, state, row.AsOf).Count == 0 ? told : told.With(published);
    }

    /// <returns>Why it cannot be assessed; null when it was.</returns>
    private string? Replace(WarmSubject warm, byte[] state, RulesSnapshot now)
    {
        try
        {
            var before = warm.View.StateOrNull ?? warm.Incremental!.Pack();
            var publicity = warm.Publicity.Spelled(before);
            if (warm.Sent is { } sent && ReferenceEquals(sent.From, warm.Publicity))
                warm.Sent = sent with { From = publicity, To = sent.To.Spelled(before) };
            warm.Publicity = publicity;
            (warm.View, warm.Incremental) = Assess(warm.View.Subject, warm.View.Position, state, now);
            warm.StoredStateUnusable = true;
            return null;
        }
#pragma warning disable CA1031 // a fault of one subject must not hold up the others
        catch (Exception fault)
#pragma warning restore CA1031
        {
            return fault.Message;
        }
    }

    private (SubjectView View, IncrementalAssessment? Incremental) Assess(
        SubjectId subject, long position, byte[] state, RulesSnapshot now)
    {
        var incremental = IsLarge(state) ? new IncrementalAssessment(now.Evaluator, state, now.Today) : null;
        var summary = incremental?.Summarise(now.Today) ?? now.Evaluator.Summarise(state, now.Today);
        return (new SubjectView(subject, shard, position, state, now.Evaluator, now.Today, summary), incremental);
    }

    private bool IsLarge(byte[] state) =>
        state.Length > incrementalFromRecords * 8 && PackedRecords.Count(state) >= incrementalFromRecords;
}
