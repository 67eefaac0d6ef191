using CreditGrains.Domain.Rulebooks;
using CreditGrains.Engine.Subjects;

namespace CreditGrains.Engine.Checks;

/// <summary>Puts into words why a line of a matter holds.</summary>
internal static class CheckReasons
{
    public static IReadOnlyList<CheckReason> Of(OutcomeRule rule, SubjectView view, Matter matter)
    {
        var when = rule.When!;
        var reasons = new List<CheckReason>();
        if (when.Measure is not null || when.MeasureClass is not null)
        {
            foreach (var measure in matter.Measures.Select(id => view.Evaluator.Rulebook.Measures[id]))
            {
                if (when.AppliesTo(measure) && view.Evaluator.IsInForce(measure.Id, view.Summary))
                    reasons.Add(new CheckReason(CodeOf(measure), measure.Id, measure.Content));
            }
        }

        if (when.GradeIn is not null)
            reasons.Add(Plain("grade", rule, $"The supervision grade is {view.Grade}.", $"监管参考等级为 {view.Grade}。"));
        if (when.NationalGradeIn is not null)
            reasons.Add(Plain("national-grade", rule, "The imported national grade.", "全国公共信用综合评价等级。"));
        if (when.Record is not null)
            reasons.Add(Plain("record", rule, "A record in force concerns this matter.", "存在与本事项有关的有效记录。"));
        if (when.StatusIn is not null)
            reasons.Add(Plain("status", rule, $"The registration status is {view.Description?.Status}.",
                $"登记状态为 {view.Description?.Status}。"));
        if (when.Known is false)
            reasons.Add(Plain("unknown-subject", rule, "Nothing is known of this organisation.", "平台没有该主体的信息。"));
        if (when.Registered is false)
            reasons.Add(Plain("not-registered", rule, "No registration of this organisation is known.", "平台没有该主体的登记信息。"));
        return reasons;
    }

    private static string CodeOf(Measure measure) => measure.Class == MeasureClass.Restraint
        ? measure.Mandatory ? "mandatory-restraint" : "optional-restraint"
        : "measure";

    /// <summary>The rulebook's own words where it has some.</summary>
    private static CheckReason Plain(string code, OutcomeRule rule, string en, string zh) => new(
        code, null, rule.Reason ?? new LocalisedText(new Dictionary<string, string> { ["zh"] = zh, ["en"] = en }));
}
