using CreditGrains.Api.Requests;
using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Engine.Subjects;

namespace CreditGrains.Api.Subjects;

/// <summary>The explanation (semantics, section 6): what counted, why, until when, and what would change it.</summary>
public sealed class AssessmentInWords
{
    private const int RecordsMax = 100;
    private readonly SubjectView _view;
    private readonly bool _zh;
    private readonly string _language;
    private readonly List<ExplanationLine> _lines = [];
    private ExplanationPart _part;

    private AssessmentInWords(SubjectView view, string language)
    {
        _view = view;
        _language = language;
        _zh = language == "zh";
    }

    /// <summary>Lines of plain text in <c>zh</c> or <c>en</c>.</summary>
    public static IReadOnlyList<string> Of(SubjectView view, string language) => [.. LinesOf(view, language).Select(line => line.Text)];

    /// <summary>The same lines, each with the part that it belongs to.</summary>
    internal static IReadOnlyList<ExplanationLine> LinesOf(SubjectView view, string language)
    {
        ArgumentNullException.ThrowIfNull(view);
        var words = new AssessmentInWords(view, language);
        words.Say(view.Assess());
        return words._lines;
    }

    private void Say(SubjectAssessment assessment)
    {
        Heading(assessment);
        if (assessment.Rated)
            Add($"以{Points(assessment.Policy.BaseMilli)}分为基础。", $"It starts from {Points(assessment.Policy.BaseMilli)} points.");
        _part = ExplanationPart.Records;
        foreach (var indicator in assessment.Indicators)
            Indicator(indicator);
        foreach (var limit in assessment.Limits)
            Limit(limit);
        _part = ExplanationPart.Measures;
        foreach (var measure in assessment.Measures)
            Measure(measure);
        if (assessment.MeasuresTruncated)
            Add("措施的其他起因未逐条列出。", "Further causes of these measures are not named.");
        if (assessment.Supervision is { } supervision)
        {
            Add($"监管：抽查比例{supervision.InspectionPercent}%，每年最多{supervision.PerYear}次。",
                $"Supervision: {supervision.InspectionPercent}% drawn for inspection, at most {supervision.PerYear} a year.");
        }

        _part = ExplanationPart.Changes;
        NextChange(assessment);
        foreach (var indicator in assessment.Indicators)
            Repairs(indicator);
    }

    private void Heading(SubjectAssessment assessment)
    {
        var name = assessment.Description?.Name is { } known ? $"{known} ({assessment.Subject})" : assessment.Subject.Value;
        var label = assessment.Policy.Label.In(_language);
        if (assessment.Rated)
        {
            var score = assessment.ScoreMilli is { } milli ? Points(milli) : "-";
            Add($"{name}，{Date(assessment.AsOf)}，{label} {assessment.Policy.Version}：{score}分，{assessment.Grade}级。",
                $"{name} on {Date(assessment.AsOf)}, {label} {assessment.Policy.Version}: score {score}, grade {assessment.Grade}.");
            return;
        }

        Add($"{name}，{Date(assessment.AsOf)}，{label} {assessment.Policy.Version}：未评价，缺少评价所需的信息（如登记信息）。",
            $"{name} on {Date(assessment.AsOf)}, {label} {assessment.Policy.Version}: not rated, "
            + "a record that the policy asks for is missing.");
    }

    private void Indicator(IndicatorResult result)
    {
        if (result.Records.Count == 0)
            return;
        var label = result.Indicator.Label?.In(_language) ?? result.Indicator.Id;
        Add($"{label}：合计{Signed(result.SumMilli)}分。", $"{label}: {Signed(result.SumMilli)} points in all.");
        foreach (var record in result.Records.Take(RecordsMax))
        {
            var (kind, marks) = (Kind(record.Kind), Marks(record.Disputed, record.Repaired, record.IsUnderPlan));
            var zh = $"  {kind} {record.Record}{On(record.Date)}{marks}：{Signed(record.PointsMilli)}分，"
                + $"按{WireNames.Percent(record.Weight)}%计，计{Signed(record.ContributionMilli)}分";
            var en = $"  {kind} {record.Record}{On(record.Date)}{marks}: {Signed(record.PointsMilli)} points, counting "
                + $"{WireNames.Percent(record.Weight)}%, makes {Signed(record.ContributionMilli)}";
            Add(record.NextChange is { } next ? $"{zh}；{Date(next)}起权重变化。" : $"{zh}。",
                record.NextChange is { } then ? $"{en}; its weight changes on {Date(then)}." : $"{en}.");
        }

        if (result.RecordsTotal > Math.Min(RecordsMax, result.Records.Count))
            More("  ", result.RecordsTotal - Math.Min(RecordsMax, result.Records.Count));
    }

    private void Limit(LimitResult result)
    {
        var label = result.Limit.Label?.In(_language) ?? result.Limit.Id;
        var records = string.Join(_zh ? "、" : ", ", result.Records.Take(RecordsMax));
        if (result.RecordsTotal > Math.Min(RecordsMax, result.Records.Count))
        {
            var more = result.RecordsTotal - Math.Min(RecordsMax, result.Records.Count);
            records += _zh ? $"等，另有{more}条" : $" and {more} more";
        }

        var (untilZh, untilEn) = result.Until is { } until ? ($"，至{Date(until)}", $", until {Date(until)}") : ("", "");
        var (bindingZh, bindingEn) = result.Binding
            ? ("", "") : ("（按分数已不高于此级）", " (the score alone gives no better one)");
        Add($"等级上限——{label}：最高{result.Limit.Grade}级{bindingZh}，依据{records}{untilZh}。",
            $"Grade limit, {label}: no better than {result.Limit.Grade}{bindingEn}, because of {records}{untilEn}.");
    }

    private void Measure(MeasureInForce inForce)
    {
        var measure = inForce.Measure;
        var basis = measure.Basis.TrimEnd('.', '。');
        var cause = inForce.Cause is { } record ? record.ToString() : _zh ? $"{inForce.CauseGrade}级" : $"grade {inForce.CauseGrade}";
        var (untilZh, untilEn) = inForce.Until is { } until ? ($"，至{Date(until)}", $", until {Date(until)}") : ("", "");
        Add($"措施——{measure.Title.In(_language)}（{ClassName(measure.Class)}）：起因{cause}，依据{basis}{untilZh}。",
            $"Measure, {measure.Title.In(_language)} ({WireNames.Of(measure.Class)}): because of {cause}, basis {basis}{untilEn}.");
    }

    private void More(string indent, int count) => Add($"{indent}另有{count}条。", $"{indent}and {count} more.");

    private void NextChange(SubjectAssessment assessment)
    {
        if (assessment.NextChange is not { } next)
        {
            Add("若无新信息，评价结果不会变化。", "Without new records this stays as it is.");
            return;
        }

        var then = _view.Evaluator.Assess(_view.Subject, _view.State, next);
        var score = then.ScoreMilli is { } milli ? Points(milli) : "-";
        Add($"若无新信息，下次变化在{Date(next)}：{score}分，{then.Grade ?? "未评价"}{(then.Grade is null ? "" : "级")}。",
            $"Without new records it changes next on {Date(next)}: score {score}, "
            + $"{(then.Grade is null ? "not rated" : $"grade {then.Grade}")}.");
    }

    private void Repairs(IndicatorResult result)
    {
        foreach (var record in result.Records.Where(record => record.ContributionMilli < 0 && !record.Repaired).Take(RecordsMax))
        {
            Add($"如{record.Record}完成信用修复，其分值按{result.Indicator.RepairedPercent}%计。",
                $"Once {record.Record} is repaired, {result.Indicator.RepairedPercent}% of its points count.");
        }
    }

    private string Marks(bool disputed, bool repaired, bool isUnderPlan)
    {
        var text = "";
        if (disputed)
            text += _zh ? "（异议处理中）" : " (disputed)";
        if (isUnderPlan)
            text += _zh ? "（重整计划执行期间暂停）" : " (suspended under a court's plan)";
        else if (repaired)
            text += _zh ? "（已修复）" : " (repaired)";
        return text;
    }

    private string On(DateOnly? date) => date is { } day ? _zh ? $"（{Date(day)}）" : $" of {Date(day)}" : "";

    private string Kind(string kind) =>
        _view.Evaluator.Rulebook.Catalogue.Kinds.TryGetValue(kind, out var known) ? known.Title.In(_language) : kind;

    private static string ClassName(MeasureClass measureClass) => measureClass switch
    {
        MeasureClass.Restraint => "惩戒",
        MeasureClass.Incentive => "激励",
        MeasureClass.Supervision => "监管",
        _ => "提示",
    };

    private void Add(string zh, string en) => _lines.Add(new ExplanationLine(_part, _zh ? zh : en));

    private static string Points(long milli) => WireNames.Points(milli);

    private static string Signed(Int128 milli) => milli > 0 ? $"+{MilliPoints.Text(milli)}" : MilliPoints.Text(milli);

    private static string Date(DateOnly date) => WireNames.Date(date);
}
