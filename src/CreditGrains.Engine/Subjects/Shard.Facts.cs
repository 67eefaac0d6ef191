using CreditGrains.Domain.Assessment;
using CreditGrains.Engine.Rules;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Subjects;

/// <summary>
/// What another catalogue at run time means for subjects in memory: facts that were folded under the old one are never evaluated by rules
/// of the new one (I11), nor the other way round. Each is folded anew from the journal the next time it is touched.
/// </summary>
internal sealed partial class Shard
{
    private string? _facts;
    private bool _hasSeenOthers;

    /// <summary>Whether the catalogue has become another since subjects came into memory; else nothing is looked through.</summary>
    private bool MayHoldOutdated(RulesSnapshot now)
    {
        TakeNote(now.Evaluator.FactsVersion);
        return _hasSeenOthers;
    }

    /// <summary>Also of what a reader has renewed: the catalogue may become the one again that it was before.</summary>
    private void TakeNote(string facts)
    {
        _facts ??= facts;
        _hasSeenOthers |= !ReferenceEquals(_facts, facts) && _facts != facts;
    }

    private static bool IsOutdated(SubjectView view, RulesSnapshot now) =>
        !ReferenceEquals(view.Evaluator, now.Evaluator) && view.Evaluator.FactsVersion != now.Evaluator.FactsVersion;

    /// <summary>
    /// Folds anew those of the subjects whose facts are of another catalogue. One that cannot be folded leaves the memory, and the
    /// watermark then stays, as with any that cannot be. Under the gate.
    /// </summary>
    private async Task RenewAsync(IEnumerable<WarmSubject> subjects, RulesSnapshot now)
    {
        List<WarmSubject>? outdated = null;
        foreach (var warm in subjects)
        {
            if (IsOutdated(warm.View, now))
                (outdated ??= []).Add(warm);
        }

        if (outdated is null)
            return;
        outdated = [.. outdated.Distinct()];
        await owner.RefoldManyAsync(
            now.Evaluator, number, outdated.ConvertAll(warm => new SubjectBound(warm.View.Subject, warm.View.Position)),
            (place, state, error) => Renewed(outdated[place], state, error, now), CancellationToken.None).ConfigureAwait(false);
    }

    private void Renewed(WarmSubject warm, byte[]? state, string? error, RulesSnapshot now)
    {
        var view = warm.View;
        if (state is not null)
        {
            try
            {
                var incremental = IsLarge(state) ? new IncrementalAssessment(now.Evaluator, state, now.Today) : null;
                var summary = incremental?.Summarise(now.Today) ?? now.Evaluator.Summarise(state, now.Today);
                warm.View = new SubjectView(view.Subject, number, view.Position, state, now.Evaluator, now.Today, summary);
                warm.Incremental = incremental;
                TakeNote(now.Evaluator.FactsVersion);
                warm.StoredStateUnusable = true;
                return;
            }
#pragma warning disable CA1031 // whatever is wrong with one subject must not hold up the others
            catch (Exception fault)
#pragma warning restore CA1031
            {
                error = fault.Message;
            }
        }

        faults.LogError(
            $"Subject {view.Subject} cannot be folded under the rulebook in force and is set aside",
            new InvalidDataException(error));
        Forget(warm);
    }

    /// <summary>It leaves the memory; what was not written back of it is folded anew by the next start. Under the gate.</summary>
    private void Forget(WarmSubject warm)
    {
        if (_dirty.Remove(warm))
            _watermarkHeld = true;
        DirtyCount = _dirty.Count;
        if (_warm.TryRemove(warm.View.Subject.Value, out _))
            Interlocked.Decrement(ref _warmCount);
    }
}
