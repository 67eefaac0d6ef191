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
    public static readonly Text StatementQuestion = new("违法失信事实是什么？", "What are the facts?");

    public static readonly Text StatementHint = new(
        "写明时间、行为和已作出的决定文书。该内容会写入告知书，当事组织可以看到。不要写个人姓名、证件号码、电话。最多 4000 字。",
        "Say when, what was done and which decisions there are. It goes into the notice, which the organisation reads. Do not name people, "
        + "and give no identity or telephone numbers. At most 4,000 characters.");

    public static readonly Text StatementMissing = new("请写明违法失信事实。", "Describe the facts.");

    public static readonly Text NotListedYet = new(
        "提交后只是立案，并不列入名单。", "Sending this opens a case. Nothing is put on a list by it.");

    public static readonly Text HearingFollows = new(
        "接下来须告知当事组织，给予 {0} 个工作日陈述申辩，期满后才能作出列入决定。",
        "Next you give notice to the organisation. It has {0} working days to be heard, and you can decide to list it only after that.");
}
