namespace CreditGrains.Portal.Texts;

/// <summary>Words of list entries (名单列入): how they are proposed, notified, heard and decided.</summary>
public static class ListingTexts
{
    public static readonly Text Title = new("名单列入立案", "Propose a list entry");
    public static readonly Text SubjectQuestion = new("拟将哪个组织列入名单？", "Which organisation is to be put on a list?");
    public static readonly Text ListQuestion = new("拟列入哪个名单？", "Which list?");

    public static readonly Text ListHint = new(
        "只列出规则手册中由本单位认定的名单。名单须有法律、法规或党中央、国务院政策文件依据，不得自行设立。",
        "These are the lists of the rulebook on which your department decides. A list exists only where law, regulation or central policy "
        + "provides it.");

    public static readonly Text ListMissing = new("请选择名单。", "Choose a list.");
    public static readonly Text NoList = new("规则手册没有由本单位认定的名单。", "There is no list in the rulebook on which your department decides.");
    public static readonly Text GroundsQuestion = new("属于哪种列入情形？", "On which grounds?");
    public static readonly Text GroundsMissing = new("请选择列入情形。", "Choose the grounds.");
    public static readonly Text BasisQuestion = new("依据哪一条款？", "On which basis?");
    public static readonly Text BasisMissing = new("请选择依据。", "Choose the basis.");
    public static readonly Text Facts = new("列入事实", "Facts");
    public static readonly Text StatementQuestion = new("违法失信事实是什么？", "What are the facts?");

    public static readonly Text StatementHint = new(
        "写明时间、行为和已作出的决定文书。该内容会写入告知书，当事组织可以看到。不要写个人姓名、证件号码、电话。最多 4000 字。",
        "Say when, what was done and which decisions there are. It goes into the notice, which the organisation reads. Do not name people, "
        + "and give no identity or telephone numbers. At most 4,000 characters.");

    public static readonly Text StatementMissing = new("请写明违法失信事实。", "Describe the facts.");

    public static readonly Text Measures = new("列入后采取的管理措施", "Measures that an entry brings");
    public static readonly Text Heard = new("陈述申辩意见", "What the organisation says");

    public static readonly Text HeardHint = new(
        "写明不同意列入的事实和理由；可以多次补充。不要写个人姓名、证件号码、电话。最多 4000 字。",
        "Say why it should not be listed, and what the facts are; you can add to it later. Do not name people, and give no identity or "
        + "telephone numbers. At most 4,000 characters.");

    public static readonly Text HearingUntil = new(
        "{0} 前（含当日）可以陈述、申辩；期满之前不会作出列入决定。",
        "The organisation may be heard up to and including {0}; it is not put on the list before that day has passed.");

    public static readonly Text ListedFrom = new(
        "陈述申辩期未满，{0} 起才能决定列入。", "The time to be heard is not over: the organisation can be listed from {0} on.");

    public static readonly Text RemovableFrom = new("最早可提前移出日期", "May be removed early from");
    public static readonly Text DocumentHint = new("决定列入的必填。", "Needed to list the organisation.");
    public static readonly Text Until = new("移出日期", "Off the list from");

    public static readonly Text UntilHint = new(
        "从该日起不再列入；不填的，按该名单的最长期限。", "The first day off the list. Left empty, the longest term of the list holds.");

    public static readonly Text RemovalHint = new("有移出决定文书的填写。", "Where there is a document.");

    public static readonly Text NotListedYet = new(
        "提交后只是立案，并不列入名单。", "Sending this opens a case. Nothing is put on a list by it.");

    public static readonly Text HearingFollows = new(
        "接下来须告知当事组织，给予 {0} 个工作日陈述申辩，期满后才能作出列入决定。",
        "Next you give notice to the organisation. It has {0} working days to be heard, and you can decide to list it only after that.");

    /// <summary>Words of its steps, by <c>kind.step</c> and <c>kind.step.state</c>.</summary>
    public static IReadOnlyDictionary<string, (Text Button, Text Explanation, Text Done)> Steps { get; } =
        new Dictionary<string, (Text, Text, Text)>(StringComparer.Ordinal)
        {
            ["listing.notify"] = (
                new("告知当事组织", "Give notice to the organisation"),
                new(
                    "告知拟列入的名单、情形、依据、事实和列入后的管理措施，以及陈述申辩的权利。陈述申辩期和决定期限从今天起计算。",
                    "Tells the organisation the list, the grounds, the basis, the facts and the measures, and that it may be heard. The "
                    + "time to be "
                    + "heard and the time to decide begin today."),
                new("已告知当事组织。", "The organisation was given notice.")),
            ["listing.hear"] = (
                new("提交陈述申辩意见", "State your case"),
                new(
                    "当事组织对拟列入的意见。由部门当面听取的，由部门记录。",
                    "What the organisation says of it. What the department was told in person is written down by the department."),
                new("陈述申辩意见已提交。", "The statement was sent.")),
            ["listing.decide"] = (
                new("作出决定", "Decide"),
                new(
                    "决定列入的，须陈述申辩期已满；名单信息、公示和管理措施同时生效。不予列入的，办件结束，不留记录。",
                    "To list the organisation the time to be heard must be over; entry, publicity and measures begin together. If it is "
                    + "not "
                    + "listed, the case ends and nothing is recorded."),
                new("决定已作出并生效。", "The decision was made and is in effect.")),
            ["listing.decide.submitted"] = (
                new("不予列入，结案", "Drop the case"),
                new("尚未告知，办件就此结束，不留记录。", "No notice was given. The case ends and nothing is recorded."),
                new("办件已结案，未列入名单。", "The case was closed; nothing was listed.")),
            ["listing.extend"] = (
                new("延长决定期限", "Extend the deadline of the decision"),
                new(
                    "按规则允许的天数延长一次。理由会告知当事组织。",
                    "Once, by the working days that the rules allow. The organisation is told why."),
                new("期限已延长。", "The deadline was extended.")),
            ["listing.remove"] = (
                new("提前移出名单", "Remove from the list early"),
                new(
                    "已满最短期限的可以提前移出。从今天起不再列入，管理措施同时解除，公开名单不再列示。",
                    "Possible once the shortest term is over. It is off the list from today, the measures end with it, and the public "
                    + "list shows it no more."),
                new("已移出名单。", "The organisation was removed from the list.")),
            ["listing.revoke"] = (
                new("撤销列入决定", "Revoke the decision"),
                new(
                    "列入决定被撤销或确认违法的，名单信息撤回，视同未列入。",
                    "Where the decision was annulled: the entry is withdrawn, as if it had never been."),
                new("列入决定已撤销。", "The decision was revoked.")),
        };
}
