namespace CreditGrains.Portal.Texts;

/// <summary>Words of the pages on which a step of a case is taken: by the step's name on the wire.</summary>
public static class CaseStepTexts
{
    public static readonly Text ReasonMissing = new("请填写理由。", "Say why.");
    public static readonly Text ReasonOptional = new("说明（可选）", "Note (optional)");

    public static readonly Text ReasonHint = new(
        "申请人和信源单位都能看到。不要写个人姓名、证件号码、电话。",
        "The applicant and the source can read this. Do not name people, and give no identity or telephone numbers.");

    public static readonly Text Meanwhile = new(
        "您查看此页后，该办件有了新的环节（{0}，{1}）。您填写的内容都已保留。请查看办件现状，再决定是否提交。",
        "Somebody has taken a step in this case since you opened the page ({0}, {1}). Everything you typed is kept. Look at the case "
        + "as it is now, then decide whether to send it.");

    public static readonly Text Impossible = new(
        "该环节现在不能办理：{0}。", "This step cannot be taken now: {0}.");

    public static readonly Text YouTyped = new("您填写的内容", "What you typed");
    public static readonly Text BackToCase = new("返回办件", "Back to the case");
    public static readonly Text Upheld = new("该异议是否成立？", "Is the objection right?");
    public static readonly Text UpheldYes = new("成立：该信息确有问题", "Yes: something is wrong with the entry");
    public static readonly Text UpheldNo = new("不成立：该信息无误", "No: the entry is right");
    public static readonly Text UpheldMissing = new("请选择该异议是否成立。", "Say whether the objection is right.");
    public static readonly Text OutcomeMissing = new("请选择处理结果。", "Choose the outcome.");
    public static readonly Text RecordMissing = new("请选择要决定的信息。", "Choose the entry that you decide on.");
    public static readonly Text WhichRecord = new("对哪一条信息作出决定？", "Which entry do you decide on?");
    public static readonly Text ChangesTitle = new("更正或补充的字段", "Fields to correct or supplement");

    public static readonly Text ChangesHint = new(
        "仅在选择“更正”或“补充”时填写。没有改动的字段保持原值；清空一个字段即删除其值。",
        "Only for “Corrected” and “Supplemented”. A field that you leave as it is keeps its value; one that you empty loses it.");

    public static readonly Text ChangesMissing = new(
        "更正和补充需要至少改动一个字段。", "To correct or to supplement, change at least one field.");

    public static readonly Text OldValue = new("现值：{0}", "Value now: {0}");
    public static readonly Text StatementTitle = new("补正后的陈述", "The completed statement");
    public static readonly Text StatementMissing = new("请填写陈述。", "Write the statement.");
    public static readonly Text ShowRecord = new("查看信息现状", "See the entry as it stands");

    /// <summary>The label of the button and link, what the step does, and what is said once it is taken.</summary>
    public static IReadOnlyDictionary<string, (Text Button, Text Explanation, Text Done)> Steps { get; } =
        new Dictionary<string, (Text, Text, Text)>(StringComparer.Ordinal)
        {
            ["accept"] = (
                new("受理", "Accept"),
                new("确认材料齐全，开始办理。", "Confirms that the case is complete and will be handled."),
                new("办件已受理。", "The case was accepted.")),
            ["refer"] = (
                new("转信源单位核查", "Send to the source"),
                new(
                    "由报送该信息的单位核查并答复。总期限从提出之日起计算。",
                    "The body that reported the entry looks into it and answers. The time of the whole counts from the day of filing."),
                new("办件已转信源单位。", "The case was sent to the source.")),
            ["answer"] = (
                new("答复", "Answer"),
                new(
                    "说明该信息是否有误及理由，平台据此作出决定。",
                    "Say whether the entry is wrong, and why. The platform decides by what you answer."),
                new("答复已提交。", "Your answer was taken.")),
            ["suspend"] = (
                new("暂停使用该信息", "Suspend the entry"),
                new(
                    "办理期间，该信息不公示、不计入评价、不触发任何措施。",
                    "Until it is resumed, the entry is not published, does not count and causes no measure."),
                new("该信息已暂停使用。", "The entry is suspended.")),
            ["resume"] = (
                new("恢复使用该信息", "End the suspension"),
                new("该信息从今天起恢复使用，异议标注保留。", "From today on the entry takes part in everything again; it stays marked as disputed."),
                new("该信息已恢复使用。", "The suspension has ended.")),
            ["extend"] = (
                new("延长期限", "Extend the deadline"),
                new(
                    "按规则允许的天数延长一次。理由会告知申请人。",
                    "Once, by the working days that the rules allow. The applicant is told why."),
                new("期限已延长。", "The deadline was extended.")),
            ["decide"] = (
                new("作出决定", "Decide"),
                new("决定立即生效，并告知各方。", "The decision takes effect at once, and everybody concerned is told."),
                new("决定已作出并生效。", "The decision was made and is in effect.")),
            ["review"] = (
                new("申请复核", "Ask for a review"),
                new(
                    "不服“不予采纳”的，可以申请复核一次。复核期间该信息重新标注异议。",
                    "A rejection is looked at once more, one time only. Until then the entry is marked as disputed again."),
                new("已申请复核。", "A review was asked for.")),
            ["withdraw"] = (
                new("撤回办件", "Withdraw the case"),
                new("办件就此结束，标注随之撤销。之后可以重新提出。", "The case ends, and its marks with it. You may file a new one later."),
                new("办件已撤回。", "The case was withdrawn.")),
            ["return"] = (
                new("退回补正", "Return for completion"),
                new(
                    "只能退回一次。请写明缺少什么，补正之前不计时。",
                    "Possible once. Say what is missing; no time runs until the applicant has completed it."),
                new("办件已退回补正。", "The case was returned to be completed.")),
            ["fulfil"] = (
                new("重整计划执行完毕", "The plan has been carried out"),
                new("重整期间视同修复的信息自此修复。", "What was as if repaired under the plan is repaired for good."),
                new("已登记计划执行完毕。", "It was noted that the plan has been carried out.")),
            ["fail"] = (
                new("重整计划执行失败", "The plan has failed"),
                new("重整期间视同修复的信息自今天起恢复原状。", "From today on, what was as if repaired under the plan holds again."),
                new("已登记计划执行失败。", "It was noted that the plan has failed.")),
            ["ban"] = (
                new("认定材料虚假，限制申请", "Materials were false: bar further applications"),
                new(
                    "尚未决定的不予修复；在规则规定的年限内不得再申请修复。",
                    "What is not decided is refused, and the organisation may not apply again for the years that the rules say."),
                new("已限制申请。", "Further applications are barred.")),
            ["complete"] = (
                new("补正", "Complete the application"),
                new("按退回理由补充陈述，期限重新计算。", "Add what was asked for. The deadlines begin anew."),
                new("补正已提交。", "The completed application was sent.")),
        };
}
