using CreditGrains.Engine.Checks;

namespace CreditGrains.Portal.Texts;

/// <summary>Words of feedback on checks.</summary>
public static class FeedbackTexts
{
    public static readonly Text Reminders = new("待反馈", "Waiting for feedback");

    public static readonly Text RemindersIntro = new(
        "下列核查显示了应当适用的措施，但尚未反馈处理情况。请在期限前反馈。",
        "These checks have shown mandatory measures, and nothing was fed back yet. Please do so before the last day.");

    public static readonly Text NoReminders = new("没有待反馈的核查。", "No check waits for feedback.");
    public static readonly Text Measure = new("措施", "Measure");
    public static readonly Text Due = new("反馈期限", "Last day");
    public static readonly Text NoDue = new("未定", "Not set");
    public static readonly Text Overdue = new("已逾期", "Overdue");
    public static readonly Text Give = new("反馈", "Give feedback");
    public static readonly Text Title = new("核查结果反馈", "Feedback on a check");
    public static readonly Text Given = new("已反馈", "Fed back");
    public static readonly Text OfCheck = new("核查编号", "Number of the check");
    public static readonly Text OfThis = new("反馈本次核查的措施，或查看已有反馈", "Give feedback on this check, or see what was fed back");
    public static readonly Text Open = new("查看反馈", "Open its feedback");

    public static readonly Text CheckUnknown = new(
        "没有您本人做过的这个编号的核查。", "You have made no check of this number.");

    public static readonly Text NothingGiven = new("尚无反馈。", "Nothing was fed back yet.");
    public static readonly Text Action = new("处理情况", "Act");
    public static readonly Text Amount = new("涉及金额（万元，可选）", "Amount in 10,000 yuan (optional)");
    public static readonly Text AmountShort = new("金额（万元）", "Amount (10,000 yuan)");
    public static readonly Text ActedOn = new("处理日期", "Day of the act");
    public static readonly Text ActedOnHint = new("例如 2026-11-29；留空为今天", "For instance 2026-11-29; today where it is left empty");
    public static readonly Text Note = new("说明（可选）", "Note (optional)");
    public static readonly Text NoteShort = new("说明", "Note");
    public static readonly Text By = new("反馈人", "By");
    public static readonly Text Revision = new("第 {0} 次", "Revision {0}");
    public static readonly Text Correction = new(
        "对已反馈的措施再次提交，即为更正；各次内容均予保留。", "Sent again for the same measure it is a correction; every revision is kept.");

    public static readonly Text Send = new("提交反馈", "Send feedback");
    public static readonly Text Sent = new("反馈已收到。", "The feedback was taken.");
    public static readonly Text MeasureMissing = new("请选择措施", "Choose the measure");
    public static readonly Text ActionMissing = new("请选择处理情况", "Choose the act");
    public static readonly Text AmountWrong = new(
        "金额应为不小于 0 的数，最多六位小数", "The amount must be a number of 0 or more, with at most six places");

    public static readonly Text DateWrong = new("日期应为 年-月-日，例如 2026-11-29", "Write the date as year-month-day, for instance 2026-11-29");

    /// <summary>Acts as the interface names them.</summary>
    public static IReadOnlyList<(string Value, Text Label)> Actions { get; } =
    [
        ("", FormTexts.Choose), (FeedbackActions.Applied, new("已采取措施", "Applied")),
        (FeedbackActions.NotApplied, new("未采取措施", "Not applied")),
        (FeedbackActions.IncentiveGranted, new("已给予激励", "Incentive granted")),
    ];

    /// <summary>The words of an act.</summary>
    public static Text ActionOf(string action) => Actions.FirstOrDefault(known => known.Value == action).Label ?? new Text(action, action);
}
