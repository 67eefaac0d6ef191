using CreditGrains.Domain.Procedures;

namespace CreditGrains.Portal.Texts;

/// <summary>Words of the pages on which a step of a case is taken: by the step's name on the wire.</summary>
public static class CaseStepTexts
{
    public static readonly Text ReasonMissing = new("请填写理由。", "Say why.");
    public static readonly Text ReasonOptional = new("说明（可选）", "Note (optional)");

    public static readonly Text ReasonHint = new(
        "办件各方都能看到。不要写个人姓名、证件号码、电话。",
        "All parties of the case can read this. Do not name people, and give no identity or telephone numbers.");

    public static readonly Text Meanwhile = new(
        "您查看此页后，该办件有了新的环节（{0}，{1}）。您填写的内容都已保留。请查看办件现状，再决定是否提交。",
        "Somebody has taken a step in this case since you opened the page ({0}, {1}). Everything you typed is kept. Look at the case "
        + "as it is now, then decide whether to send it.");

    public static readonly Text Impossible = new(
        "该环节现在不能办理：{0}。", "This step cannot be taken now: {0}.");

    public static readonly Text ImpossibleBefore = new(
        "该环节现在不能办理：{0}。{1} 起可以办理。", "This step cannot be taken now: {0}. It can be taken from {1} on.");

    public static readonly Text ReturnedBefore = new(
        "该办件已退回补正过一次，不能再次退回。", "This case was returned for completion before, which is possible once only.");

    public static readonly Text BreachFrom = new(
        "部分履行、全部未履行，{0} 起才能认定。", "That it was performed in part or not at all can be recorded from {0} on.");

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

    public static readonly Text FactMissing = new("请填写{0}。", "Fill in: {0}.");
    public static readonly Text FactTooLong = new("{0}请不要超过 {1} 字。", "{0}: enter no more than {1} characters.");

    public static readonly Text NotPerformedHint = new(
        "认定为部分履行或全部未履行的必填：哪些承诺内容没有履行。",
        "Needed for “Performed in part” and “Not performed”: which part of the text was not performed.");

    public static readonly Text ConsequencesHint = new(
        "仅违诺时填写；不填的，按承诺书中的违诺责任记录。",
        "Only of a breach; left empty, what the text itself says follows from one is recorded.");

    public static readonly Text BreachBasisHint = new(
        "仅违诺时填写：作出认定的文书或法律依据。", "Only of a breach: the document or the law by which it was found.");

    public static readonly Text RefutedBasisHint = new(
        "仅核验不实时填写；不填的，按规则手册中的依据记录。", "Only of “Refuted”; left empty, the basis of the rulebook is recorded.");

    /// <summary>
    /// Words of a step of a kind of case in a state: those of kind and state, else of the kind, else those that all kinds share.
    /// </summary>
    public static (Text Button, Text Explanation, Text Done) Of(CaseKind kind, CaseState state, string step)
    {
        var ofKind = $"{CaseNames.Of(kind)}.{step}";
        foreach (var words in new[] { OfKinds, ListingTexts.Steps, ContractTexts.Steps })
        {
            if (words.TryGetValue($"{ofKind}.{CaseNames.Of(state)}", out var found) || words.TryGetValue(ofKind, out found))
                return found;
        }

        return Steps.TryGetValue(step, out var shared)
            ? shared : (new Text(step, step), new Text("", ""), CaseTexts.Of(CaseTexts.StepsTaken, step));
    }

    private static (Text Button, Text Explanation, Text Done) WithoutRecord { get; } = (
        new("结案（信息已撤回）", "Close (the record was withdrawn)"),
        new(
            "承诺的信息已被撤回，履行情况无从认定。说明原因后结案，不再有办理期限。",
            "The record of the commitment was withdrawn: nothing is left to be assessed. Say why; no deadline runs any longer."),
        new("办件已结案。", "The case was closed."));

    /// <summary>
    /// Words of steps that mean something else for one kind of case: by <c>kind.step</c>, or by <c>kind.step.state</c> where that decides.
    /// </summary>
    public static IReadOnlyDictionary<string, (Text Button, Text Explanation, Text Done)> OfKinds { get; } =
        new Dictionary<string, (Text, Text, Text)>(StringComparer.Ordinal)
        {
            ["commitment.accept"] = (
                new("受理承诺", "Accept the commitment"),
                new(
                    "确认承诺内容和期限。受理后承诺取得编码，记入该组织的信用档案，开始履约监管。",
                    "Confirms text and date. The commitment gets its number, is recorded in the organisation’s file, and is supervised."),
                new("承诺已受理。", "The commitment was accepted.")),
            ["commitment.close.submitted"] = (
                new("不予受理", "Do not accept"),
                new("请写明不予受理的理由，该组织可以按普通程序办理。", "Say why. The organisation may take the ordinary route."),
                new("办件已结案。", "The case was closed.")),
            ["commitment.close.accepted"] = WithoutRecord,
            ["commitment.close.supervised"] = WithoutRecord,
            ["commitment.close.rectifying"] = WithoutRecord,
            ["commitment.close"] = (
                new("结案归档", "Close the case"),
                new("办件就此结束，履行情况的记录保留在档案中。", "The case ends. The record of the performance stays in the file."),
                new("办件已结案。", "The case was closed.")),
            ["commitment.supervise"] = (
                new("纳入履约监管", "Begin supervision"),
                new("标明承诺处于监管中，到期前可以随时核查。", "Marks the commitment as supervised; it may be checked at any time until it is due."),
                new("承诺已纳入监管。", "The commitment is supervised.")),
            ["commitment.assess"] = (
                new("认定履行状态", "Record the performance"),
                new(
                    "全部履行的可以随时认定；部分履行、全部未履行的，须在履行期限（或整改期限）届满后认定，并记入信用档案。",
                    "That it was performed in full can be recorded at any time; that it was performed in part or not at all only after "
                    + "the due "
                    + "date, or the deadline to rectify. It is recorded in the file."),
                new("履行状态已认定。", "The performance was recorded.")),
            ["commitment.rectify"] = (
                new("责令整改", "Order to rectify"),
                new("写明整改要求。整改期限从今天起计算，期满后再次认定。", "Say what must be put right. The deadline begins today; it is assessed again after it."),
                new("已责令整改。", "The organisation was ordered to rectify.")),
            ["commitment.withdraw"] = (
                new("撤回承诺", "Withdraw the commitment"),
                new("履行期限届满前可以撤回，改按普通程序办理。", "Possible until it is due, in favour of the ordinary route."),
                new("承诺已撤回。", "The commitment was withdrawn.")),
            ["declaration.accept"] = (
                new("开始核验", "Begin to verify"),
                new("告知该组织申报已进入核验。", "Tells the organisation that its declaration is being verified."),
                new("申报已进入核验。", "The declaration is being verified.")),
            ["declaration.decide"] = (
                new("作出核验结论", "Say what was found"),
                new(
                    "核验通过的记入信用档案，公示至失效日期；核验不实的不公示，并按违反真实性承诺记录。",
                    "A verified declaration is recorded and published until it ends. One that is refuted is not published, and is "
                    + "recorded as a "
                    + "breach of the truth commitment."),
                new("核验结论已作出。", "The finding was recorded.")),
            ["declaration.withdraw"] = (
                new("撤回申报", "Withdraw the declaration"),
                new("申报就此结束；已核验通过的，同时停止公示。", "The declaration ends; one that was verified is not published any more."),
                new("申报已撤回。", "The declaration was withdrawn.")),
            ["declaration.close"] = (
                new("结案", "Close the case"),
                new("申报期限已过而未核验，办件就此结束，不产生任何结果。", "Its term passed before it was verified: nothing comes of it."),
                new("办件已结案。", "The case was closed.")),
        };

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
