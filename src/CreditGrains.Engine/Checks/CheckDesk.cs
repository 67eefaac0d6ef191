using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;

namespace CreditGrains.Engine.Checks;

/// <summary>Derives a check's outcome from the matter's rules.</summary>
internal sealed class CheckDesk(ISubjects subjects, Rulebook rulebook, Evaluator evaluator, LegalClock clock, int shardCount) : ICheckDesk
{
    public ValueTask<CheckAnswer?> CheckAsync(CheckRequest request, Consistency consistency, CancellationToken cancellation)
    {
        if (!rulebook.Matters.TryGetValue(request.Matter, out var matter))
            return ValueTask.FromResult<CheckAnswer?>(null);
        var found = subjects.FindAsync(request.Subject, consistency, cancellation);
        return found.IsCompletedSuccessfully
            ? ValueTask.FromResult<CheckAnswer?>(Answer(found.Result ?? Unknown(request), matter))
            : AwaitAsync(found, request, matter);
    }

    /// <summary>The answer from a view: pure.</summary>
    internal static CheckAnswer Answer(SubjectView view, Matter matter)
    {
        foreach (var rule in matter.Outcomes)
        {
            if (rule.When is null)
                return new CheckAnswer(view, matter, rule, []);
            if (Holds(rule.When, view, matter))
                return new CheckAnswer(view, matter, rule, CheckReasons.Of(rule, view, matter));
        }

        throw new InvalidOperationException($"Matter {matter.Id} has no outcome without a condition.");
    }

    internal static bool AppliesTo(OutcomeCondition when, Measure measure) =>
        (when.Measure is null || when.Measure.Contains(measure.Id))
        && (when.MeasureClass is null || when.MeasureClass.Contains(measure.Class))
        && (when.Mandatory is null || when.Mandatory == measure.Mandatory);

    private static bool Holds(OutcomeCondition when, SubjectView view, Matter matter)
    {
        if (when.Known is { } known && known != view.Position > 0)
            return false;
        if (when.Record is { } record && !view.Evaluator.Holds(record, view.Summary))
            return false;
        if (when.GradeIn is { } grades && (view.Grade is not { } grade || !grades.Contains(grade)))
            return false;
        if ((when.Measure is not null || when.MeasureClass is not null) && !HoldsMeasure(when, view, matter))
            return false;
        if (when.StatusIn is { } statuses && (view.Description?.Status is not { } status || !statuses.Contains(status)))
            return false;
        return when.NationalGradeIn is not { } national || (NationalGrade(view) is { } imported && national.Contains(imported));
    }

    private static bool HoldsMeasure(OutcomeCondition when, SubjectView view, Matter matter)
    {
        foreach (var id in matter.Measures)
        {
            if (AppliesTo(when, view.Evaluator.Rulebook.Measures[id]) && view.Evaluator.IsInForce(id, view.Summary))
                return true;
        }

        return false;
    }

    private static string? NationalGrade(SubjectView view) => !view.Evaluator.HasShownRecords(view.Summary)
        ? null
        : view.Evaluator.ShownRecords(view.State, view.AsOf).FirstOrDefault(shown => shown.Role == RecordRole.NationalGrade)?.Level;

    private async ValueTask<CheckAnswer?> AwaitAsync(ValueTask<SubjectView?> found, CheckRequest request, Matter matter) =>
        Answer(await found.ConfigureAwait(false) ?? Unknown(request), matter);

    private SubjectView Unknown(CheckRequest request)
    {
        var today = clock.Today;
        return new SubjectView(
            request.Subject, ShardMap.ShardOf(request.Subject, shardCount), 0, PackedRecords.Empty, evaluator, today,
            evaluator.Summarise(PackedRecords.Empty, today));
    }
}
