using CreditGrains.Domain.Procedures;

namespace CreditGrains.Portal.Texts;

/// <summary>Words of cases (办件): kinds, states, steps, outcomes and effects by their names on the wire.</summary>
public static class CaseTexts
{
    public static readonly Text Cases = new("办件", "Cases");
    public static readonly Text Case = new("办件 {0}", "Case {0}");
    public static readonly Text Object = new("提出异议", "Object");
    public static readonly Text Repair = new("申请信用修复", "Apply for repair");
    public static readonly Text ObjectTo = new("对此条信息提出异议", "Object to this entry");
    public static readonly Text RepairOf = new("申请修复此条信息", "Apply for repair of this entry");
    public static readonly Text None = new("没有办件。", "There is no case.");

    public static readonly Text OwnIntro = new(
        "本组织的全部办件，最新的在前。点击编号查看办理环节、期限和结果。",
        "All cases of this organisation, the newest first. Open one to see its steps, its deadlines and its outcome.");

    public static readonly Text Number = new("办件编号", "Case number");
    public static readonly Text Kind = new("类型", "Kind");
    public static readonly Text State = new("状态", "State");
    public static readonly Text OpenedOn = new("提出日期", "Filed on");
    public static readonly Text ClosedOn = new("办结日期", "Closed on");
    public static readonly Text FiledBy = new("提出人", "Filed by");
    public static readonly Text Organisation = new("组织", "Organisation");
    public static readonly Text Records = new("所涉信息", "Entries concerned");
    public static readonly Text Record = new("所涉信息", "Entry concerned");
    public static readonly Text RecordGone = new("该信息已不存在。", "This entry is not held any more.");
    public static readonly Text AsItStands = new("信息现状", "The entry as it stands");
    public static readonly Text Grounds = new("异议事由", "Grounds");
    public static readonly Text Statement = new("陈述", "Statement");
    public static readonly Text Expected = new("申请人认为应为", "What the applicant says it should be");
    public static readonly Text ShouldBe = new("{0}应为", "{0} should be");
    public static readonly Text Ruling = new("法院裁定文号", "Ruling of the court");
    public static readonly Text Origin = new("其他网站的修复决定", "Decision of another site");
    public static readonly Text BanUntil = new("可再次申请日期", "May apply again from");
    public static readonly Text Answer = new("信源单位答复", "Answer of the source");
    public static readonly Text Upheld = new("异议成立", "The objection is right");
    public static readonly Text NotUpheld = new("异议不成立", "The objection is not right");
    public static readonly Text Outcome = new("处理结果", "Outcome");
    public static readonly Text Reason = new("理由", "Reason");
    public static readonly Text OutcomeReason = new("处理理由", "Reason for the outcome");
    public static readonly Text DecidedOn = new("决定日期", "Decided on");
    public static readonly Text Order = new("整改要求", "To be put right");
    public static readonly Text UnderPlan = new("准予，重整计划执行期间暂停", "Granted: suspended while the court’s plan runs");
    public static readonly Text Undecided = new("尚未决定", "Not decided yet");
    public static readonly Text Decision = new("决定", "Decision");

    public static readonly Text Deadlines = new("办理期限", "Deadlines");
    public static readonly Text Clock = new("期限", "Deadline");
    public static readonly Text Due = new("截止日期", "Due");
    public static readonly Text Owner = new("责任方", "Who must act");
    public static readonly Text Basis = new("依据", "Basis");
    public static readonly Text Extended = new("延长理由：{0}", "Extended, because: {0}");
    public static readonly Text NoDeadline = new("目前没有计时的期限", "No deadline runs now");

    public static readonly Text Changes = new("更正内容", "What was corrected");
    public static readonly Text Field = new("字段", "Field");
    public static readonly Text Old = new("原值", "Old value");
    public static readonly Text New = new("新值", "New value");
    public static readonly Text Empty = new("（空）", "(empty)");
    public static readonly Text Effects = new("对信息的影响", "Effects on entries");
    public static readonly Text Since = new("{0}（{1} 起）", "{0}, since {1}");

    public static readonly Text NextRevision = new(
        "信源单位下次报送须使用 {0} 或更高的版本号。", "The source’s own next report must carry revision {0} or higher.");

    public static readonly Text Steps = new("办理环节", "Steps taken");
    public static readonly Text Step = new("环节", "Step");
    public static readonly Text When = new("时间", "When");
    public static readonly Text By = new("办理人", "By");
    public static readonly Text Actions = new("您现在可以办理", "What you can do now");
    public static readonly Text NoActions = new("目前没有需要您办理的环节。", "There is nothing for you to do at the moment.");

    public static readonly Text Desk = new("待办办件", "Cases to handle");

    public static readonly Text DeskIntro = new(
        "未办结的办件，期限最早的在前。期限按工作日计算，截止日当天仍在期限内。",
        "Open cases, the oldest deadline first. Deadlines are counted in working days; on the day named there is still time.");

    public static readonly Text WhichCases = new("办件范围", "Which cases");
    public static readonly Text ToHandle = new("待办", "To handle");
    public static readonly Text InForce = new("生效中", "In force");
    public static readonly Text DeskInForce = new("生效中的办件", "Cases in force");
    public static readonly Text HoldsUntil = new("{0} 起失效", "Ends on {0}");

    public static readonly Text InForceIntro = new(
        "已经作出决定、仍在生效的办件：列入的名单、核验通过的申报、履行中的承诺和合同、已准予的修复，先失效的在前。需要移出、撤销、认定履约或违约的，从这里办理。"
        + "已到期的不在其中，可按状态“已到期”查询。",
        "What was decided and still holds: entries of lists, verified declarations, commitments and contracts, granted repairs; those that "
        + "end first before the others. Remove or revoke an entry from here, or record performance and breach. What has expired is left "
        + "out; choose the state “Expired” for it.");

    public static readonly Text AnyKind = new("全部类型", "Any kind");
    public static readonly Text AnyOwner = new("全部责任方", "Anybody");
    public static readonly Text AnyState = new("全部状态", "Any state");
    public static readonly Text AnyDue = new("全部期限", "Any deadline");

    /// <summary>Choices of the due filter.</summary>
    public static IReadOnlyList<(string Value, Text Label)> Dues { get; } =
    [
        ("", AnyDue), ("overdue", new Text("已逾期", "Overdue")), ("today", new Text("今天到期或已逾期", "Due today or overdue")),
        ("week", new Text("七天内到期或已逾期", "Due within seven days, or overdue")),
    ];

    /// <summary>Kinds of cases.</summary>
    public static IReadOnlyDictionary<string, Text> Kinds { get; } = new Dictionary<string, Text>(StringComparer.Ordinal)
    {
        ["objection"] = new("异议", "Objection"),
        ["repair"] = new("信用修复", "Repair"),
        ["listing"] = new("名单认定", "Listing"),
        ["commitment"] = new("信用承诺", "Commitment"),
        ["declaration"] = new("自主申报", "Declaration"),
        ["contract"] = new("合同履约", "Contract"),
    };

    /// <summary>States with the colour of their tags.</summary>
    public static IReadOnlyDictionary<string, (Text Label, string Colour)> States { get; } =
        new Dictionary<string, (Text, string)>(StringComparer.Ordinal)
        {
            ["submitted"] = (new("已提交", "Submitted"), "blue"),
            ["accepted"] = (new("已受理", "Accepted"), "blue"),
            ["referred"] = (new("已转信源单位", "With the source"), "purple"),
            ["answered"] = (new("信源单位已答复", "Answered"), "teal"),
            ["returned"] = (new("待补正", "To be completed"), "yellow"),
            ["decided"] = (new("已办结", "Decided"), "green"),
            ["in-review"] = (new("复核中", "In review"), "purple"),
            ["closed"] = (new("已结案", "Closed"), "green"),
            ["withdrawn"] = (new("已撤回", "Withdrawn"), "grey"),
            ["in-plan"] = (new("重整计划执行中", "Plan being carried out"), "purple"),
            ["banned"] = (new("限制申请", "No further application"), "red"),
            ["notified"] = (new("已告知", "Notified"), "purple"),
            ["heard"] = (new("已陈述申辩", "Heard"), "teal"),
            ["listed"] = (new("已列入", "Listed"), "red"),
            ["removed"] = (new("已移出", "Removed"), "green"),
            ["revoked"] = (new("已撤销", "Revoked"), "green"),
            ["supervised"] = (new("监管中", "Supervised"), "blue"),
            ["performed"] = (new("已履行", "Performed"), "green"),
            ["breached"] = (new("违约（违诺）", "Breached"), "red"),
            ["rectifying"] = (new("整改中", "To be rectified"), "yellow"),
            ["verifying"] = (new("核验中", "Being verified"), "blue"),
            ["verified"] = (new("核验通过", "Verified"), "green"),
            ["refuted"] = (new("核验不实", "Refuted"), "red"),
            ["expired"] = (new("已到期", "Expired"), "grey"),
            ["in-performance"] = (new("履约中", "In performance"), "blue"),
        };

    /// <summary>Deadlines that a case itself names, and no rulebook.</summary>
    public static IReadOnlyDictionary<string, Text> DatedClocks { get; } = new Dictionary<string, Text>(StringComparer.Ordinal)
    {
        ["commitment-due"] = new("承诺履行期限", "Perform the commitment"),
        ["contract-due"] = new("合同履约期限", "Perform the contract"),
    };

    /// <summary>Steps as they stand in a case's history.</summary>
    public static IReadOnlyDictionary<string, Text> StepsTaken { get; } = new Dictionary<string, Text>(StringComparer.Ordinal)
    {
        ["submit"] = new("提交", "Submitted"),
        ["accept"] = new("受理", "Accepted"),
        ["refer"] = new("转信源单位", "Sent to the source"),
        ["answer"] = new("信源单位答复", "Answered by the source"),
        ["suspend"] = new("暂停使用", "Suspended"),
        ["resume"] = new("恢复使用", "Suspension ended"),
        ["decide"] = new("作出决定", "Decided"),
        ["review"] = new("申请复核", "Review asked for"),
        ["withdraw"] = new("撤回", "Withdrawn"),
        ["return"] = new("退回补正", "Returned for completion"),
        ["complete"] = new("补正", "Completed"),
        ["extend"] = new("延长期限", "Deadline extended"),
        ["fulfil"] = new("重整计划执行完毕", "Plan carried out"),
        ["fail"] = new("重整计划执行失败", "Plan failed"),
        ["ban"] = new("限制申请", "Barred from applying"),
        ["synchronise"] = new("同步其他网站的修复结果", "Repair of another site taken over"),
        ["notify"] = new("事先告知", "Notified"),
        ["hear"] = new("陈述申辩", "Heard"),
        ["remove"] = new("移出名单", "Removed from the list"),
        ["revoke"] = new("撤销决定", "Decision revoked"),
        ["supervise"] = new("纳入监管", "Under supervision"),
        ["assess"] = new("认定履行情况", "Assessed"),
        ["rectify"] = new("责令整改", "Ordered to rectify"),
        ["close"] = new("办结", "Closed"),
        ["perform"] = new("履约完毕", "Performed"),
        ["breach"] = new("认定违约", "Breach found"),
        ["mirror"] = new("记入合同相对方档案", "Written to the other party’s file"),
    };

    /// <summary>Grounds of an objection.</summary>
    public static IReadOnlyDictionary<string, Text> GroundsOf { get; } = new Dictionary<string, Text>(StringComparer.Ordinal)
    {
        ["error"] = new("内容有错误", "Something in it is wrong"),
        ["omission"] = new("内容有遗漏", "Something is missing"),
        ["duplicate"] = new("重复公示", "The same decision stands here twice"),
        ["not-to-be-published"] = new("不应公示", "It should not be published"),
        ["past-publicity"] = new("超过公示期限", "It is published longer than it may be"),
        ["identity-mismatch"] = new("不是本组织的信息", "It is about another organisation"),
    };

    /// <summary>Outcomes.</summary>
    public static IReadOnlyDictionary<string, Text> Outcomes { get; } = new Dictionary<string, Text>(StringComparer.Ordinal)
    {
        ["corrected"] = new("更正", "Corrected"),
        ["supplemented"] = new("补充", "Supplemented"),
        ["deleted"] = new("删除", "Deleted"),
        ["publicity-ended"] = new("终止公示", "Publicity ended"),
        ["removed-from-list"] = new("移出名单", "Removed from the list"),
        ["rejected"] = new("不予采纳", "Rejected"),
        ["granted"] = new("准予修复", "Granted"),
        ["partly-granted"] = new("部分准予修复", "Granted in part"),
        ["refused"] = new("不予修复", "Refused"),
        ["plan-failed"] = new("重整失败", "Plan failed"),
        ["plan-fulfilled"] = new("重整计划执行完毕，已修复", "Plan carried out: repaired for good"),
        ["revoked"] = new("撤销列入决定", "Listing revoked"),
        ["listed"] = new("列入名单", "Listed"),
        ["dropped"] = new("不予列入", "Not listed"),
        ["full"] = new("全部履行", "Performed in full"),
        ["partial"] = new("部分履行", "Performed in part"),
        ["none"] = new("全部未履行", "Not performed"),
        ["verified"] = new("核验通过", "Verified"),
        ["refuted"] = new("核验不实", "Refuted"),
        ["breached"] = new("违约", "Breached"),
        ["seriously-breached"] = new("严重违约", "Seriously breached"),
    };

    /// <summary>Effects on records.</summary>
    public static IReadOnlyDictionary<string, Text> EffectsOf { get; } = new Dictionary<string, Text>(StringComparer.Ordinal)
    {
        ["disputed"] = new("标注异议", "Marked as disputed"),
        ["cleared"] = new("撤销异议标注", "Not disputed any more"),
        ["suspended"] = new("暂停使用", "Suspended"),
        ["resumed"] = new("恢复使用", "Suspension ended"),
        ["corrected"] = new("已更正", "Corrected"),
        ["withdrawn"] = new("已撤回", "Withdrawn"),
        ["publicity-ended"] = new("终止公示", "Not published any more"),
        ["repaired"] = new("已修复", "Repaired"),
        ["plan-begun"] = new("重整期间视同修复", "As if repaired while the plan runs"),
        ["plan-failed"] = new("恢复原状", "Holds again, as before the plan"),
        ["recorded"] = new("记入档案", "Recorded"),
        ["listed"] = new("列入名单", "Listed"),
        ["removed"] = new("移出名单", "Removed from the list"),
        ["revoked"] = new("撤销列入", "Listing revoked"),
        ["mirrored"] = new("记入合同相对方档案", "In the other party’s file"),
    };

    /// <summary>In whose place a step is taken, and who owns a deadline.</summary>
    public static IReadOnlyDictionary<string, Text> Roles { get; } = new Dictionary<string, Text>(StringComparer.Ordinal)
    {
        ["subject"] = new("本组织", "the organisation"),
        ["source"] = new("信源单位", "the source"),
        ["platform"] = new("平台", "the platform"),
    };

    /// <summary>
    /// States of deadlines with the colour of their tags. One that has ended is not called met: the step that ended it may have been a
    /// breach, or taken in the place of a source that never answered.
    /// </summary>
    public static IReadOnlyDictionary<string, (Text Label, string Colour)> ClockStates { get; } =
        new Dictionary<string, (Text, string)>(StringComparer.Ordinal)
        {
            ["running"] = (new("计时中", "Running"), "blue"),
            ["extended"] = (new("已延长", "Extended"), "yellow"),
            ["warned"] = (new("即将到期", "Due soon"), "orange"),
            ["overdue"] = (new("已逾期", "Overdue"), "red"),
            ["passed"] = (new("已届满", "Over"), "grey"),
            ["met"] = (new("期限内办结", "Ended in time"), "green"),
            ["missed"] = (new("超期办结", "Ended late"), "red"),
        };

    public static Text KindOf(CaseKind kind) => Of(Kinds, CaseNames.Of(kind));

    public static Text OutcomeOf(CaseOutcome outcome) => Of(Outcomes, CaseNames.Of(outcome));

    /// <summary>Words of a name; the name itself where there are none.</summary>
    public static Text Of(IReadOnlyDictionary<string, Text> words, string name)
    {
        ArgumentNullException.ThrowIfNull(words);
        return words.GetValueOrDefault(name) ?? new Text(name, name);
    }

    /// <summary>Words of a name with a colour; the name itself in grey where there are none.</summary>
    public static (Text Label, string Colour) Of(IReadOnlyDictionary<string, (Text Label, string Colour)> words, string name)
    {
        ArgumentNullException.ThrowIfNull(words);
        return words.TryGetValue(name, out var known) ? known : (new Text(name, name), "grey");
    }
}
