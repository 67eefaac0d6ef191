namespace CreditGrains.Portal.Texts;

/// <summary>Words of the pages on which an organisation objects or applies for repair.</summary>
public static class CaseFilingTexts
{
    public static readonly Text ObjectionTitle = new("提出异议", "Object to an entry");
    public static readonly Text RepairTitle = new("申请信用修复", "Apply for repair");
    public static readonly Text PlanTitle = new("破产重整信用修复", "Repair under a court’s plan");
    public static readonly Text SourceObjectionTitle = new("对本单位信息提出异议", "Object to an entry of your own");
    public static readonly Text SynchroniseTitle = new("同步其他网站的修复结果", "Take over a repair of another site");

    public static readonly Text SourceObjectionQuestion = new(
        "信息属于哪个组织？", "Which organisation is the entry about?");

    public static readonly Text SynchroniseQuestion = new("哪个组织的信息已经修复？", "Which organisation’s entries were repaired?");

    public static readonly Text SynchroniseRecords = new("哪些信息已经修复？", "Which entries were repaired?");
    public static readonly Text NewestShown = new("这里列出最新的 {0} 条。", "These are the newest {0}.");
    public static readonly Text Declaration = new("确认", "Confirmation");

    public static readonly Text DeclarationSource = new(
        "本单位确认：所述情况真实、完整，并对此负责。", "We confirm that what we say is true and complete, and that we answer for it.");

    public static readonly Text DeclareSource = new("我代表本单位确认", "I confirm this for our department");
    public static readonly Text SynchronisedNow = new("所选信息已从今天起修复。", "The entries are repaired from today.");

    public static readonly Text PlanLink = new(
        "法院已裁定批准重整计划的，按破产重整申请，不受最短公示期限制",
        "A court has approved a plan of restructuring: apply by that, whatever the shortest publicity period");

    public static readonly Text RulingQuestion = new("法院批准重整计划的裁定文号是什么？", "Which ruling of the court approves the plan?");

    public static readonly Text RulingHint = new(
        "计划执行期间，有关信息视同修复；执行完毕的正式修复，执行失败的恢复原状。",
        "While the plan is carried out the entries count as repaired; they are repaired for good once it is done, and hold again if it "
        + "fails.");

    public static readonly Text RulingMissing = new("请填写裁定文号。", "Enter the number of the ruling.");
    public static readonly Text OriginQuestion = new("其他网站的修复决定", "The decision of the other site");
    public static readonly Text OriginSite = new("网站名称", "Name of the site");
    public static readonly Text OriginNumber = new("决定文号", "Number of the decision");
    public static readonly Text OriginDate = new("修复日期", "Repaired on");
    public static readonly Text OriginInFuture = new("修复日期不能晚于今天。", "The day must not be after today.");

    public static readonly Text SynchroniseFollows = new(
        "提交后，所选信息从今天起在本平台修复：停止公示和共享，解除相关措施。",
        "Once you send it the entries are repaired here from today: they are not published or shared any more, and measures by them end.");

    public static readonly Text Back = new("上一步", "Back");
    public static readonly Text Change = new("修改", "Change");
    public static readonly Text Check = new("核对填写内容", "Check your answers");
    public static readonly Text Send = new("提交", "Send");
    public static readonly Text RecordQuestion = new("您对哪一条信息有异议？", "Which entry do you object to?");

    public static readonly Text RecordHint = new(
        "一次异议针对一条信息。这里列出最新的 {0} 条；其他信息请从信用档案中该信息旁的链接提出。",
        "An objection is about one entry. These are the newest {0}; for others, use the link beside the entry in your file.");

    public static readonly Text RecordMissing = new("请选择一条信息。", "Choose an entry.");
    public static readonly Text RecordsMissing = new("请至少选择一条信息。", "Choose at least one entry.");
    public static readonly Text TooMany = new("一次最多选择 {0} 条。", "Choose at most {0}.");
    public static readonly Text LeaveIt = new("（不改）", "(leave it)");
    public static readonly Text GroundsQuestion = new("该信息有什么问题？", "What is wrong with it?");
    public static readonly Text GroundsMissing = new("请选择异议事由。", "Choose what is wrong.");
    public static readonly Text StatementQuestion = new("请说明情况", "Describe what is wrong");

    public static readonly Text StatementHint = new(
        "写明哪一处有误、为什么。不要写个人姓名、证件号码、电话。最多 4000 字。",
        "Say which part, and why. Do not name people, and give no identity or telephone numbers. At most 4,000 characters.");

    public static readonly Text TextTooLong = new("请不要超过 4000 字。", "Enter no more than 4,000 characters.");
    public static readonly Text StatementMissing = new("请说明情况。", "Describe what is wrong.");
    public static readonly Text ExpectedQuestion = new("正确的内容应该是什么？", "What should it say?");

    public static readonly Text ExpectedHint = new(
        "只填写需要改的字段，其余留空。都不清楚的，可以全部留空。",
        "Fill in only the fields that should say something else. Leave all of them empty if you do not know.");

    public static readonly Text DeclarationQuestion = new("信用承诺", "Declaration");

    public static readonly Text DeclarationObjection = new(
        "本组织承诺：所述情况真实、完整。提供虚假材料的，依法承担责任。",
        "We declare that what we say is true and complete, and that we answer for it by law.");

    public static readonly Text DeclarationRepair = new(
        "本组织承诺：已纠正失信行为，有关义务全部履行完毕；所述情况和材料真实、完整，不再发生同类行为。提供虚假材料的，依法承担责任。",
        "We declare that what was wrong has been put right and that every duty has been met; that what we say and hand in is true and "
        + "complete; and that it will not happen again. We answer for this by law.");

    /// <summary>Under a court's plan the duties are still to be met: nobody is to declare that they have been.</summary>
    public static readonly Text DeclarationPlan = new(
        "本组织承诺：法院已裁定批准重整计划或者认可和解协议，本组织正按其执行；所述情况和材料真实、完整。提供虚假材料的，依法承担责任。",
        "We declare that the court has approved the plan or the settlement and that we are carrying it out; and that what we say and hand "
        + "in is true and complete. We answer for this by law.");

    public static readonly Text DeclarationMissing = new("作出承诺后才能提交。", "You can send this only once you have made the declaration.");
    public static readonly Text Declare = new("我代表本组织作出以上承诺", "I make this declaration for our organisation");
    public static readonly Text Declared = new("已作出", "Made");
    public static readonly Text NothingExpected = new("未填写", "Nothing filled in");
    public static readonly Text RepairRecords = new("您要申请修复哪些信息？", "Which entries should be repaired?");

    public static readonly Text RepairRecordsHint = new(
        "可以选择一条或多条，每条由作出认定的单位分别决定。申请修复不收任何费用。",
        "Choose one or more. Each is decided by the body that made the decision. An application costs nothing.");

    public static readonly Text RepairRecordsCut = new(
        "这里列出最新的 {0} 条；更早的请从信用档案中提出。", "These are the newest {0}; for older ones, use the link in your file.");

    public static readonly Text NoRepairable = new("没有可以申请修复的信息。", "There is no entry that could be repaired.");
    public static readonly Text NoRecords = new("没有可以提出异议的信息。", "There is no entry that could be objected to.");
    public static readonly Text TooEarly = new("最早可申请日期：{0}（最短公示期未满）", "Not before {0}: its shortest publicity period is not over");
    public static readonly Text Banned = new(
        "因申请材料虚假，{0} 前不能申请信用修复。", "Because materials of an earlier application were false, repair can be applied for from {0} on.");

    public static readonly Text BarredUntil = new("最早可申请日期：{0}（限制申请）", "Can be applied for from {0} (barred until then)");

    public static readonly Text CaseRuns = new(
        "该组织同一事项已有正在办理的办件 {0}，办结之前不能再提出。",
        "A case of this organisation in the same matter is open already: {0}. Another one can be filed once it is closed.");

    public static readonly Text YearMissing = new(
        "还没有 {0} 年的工作日历，办理期限无法计算，现在不能办理。国务院办公厅公布节假日安排后，由平台补充日历。",
        "There is no calendar of working days for {0} yet, so that the deadlines cannot be counted: this cannot be done now. The platform "
        + "adds the calendar once the holidays of that year have been announced.");

    public static readonly Text DecisionHolds = new(
        "该组织因同一情形已列入该名单，决定仍在生效（{0}）。需要变更的，请移出名单或撤销决定。",
        "The organisation is on this list already on the same grounds, and the decision is in force ({0}). To change it, remove the entry "
        + "or revoke the decision.");

    public static readonly Text Repaired = new("已修复", "It has been repaired");
    public static readonly Text Running = new("正在办理：{0}", "A case is running: {0}");
    public static readonly Text PossibleNow = new("现在可以申请", "Possible now");
    public static readonly Text ConditionsTitle = new("修复条件", "Conditions");

    /// <summary>Order 36 of the NDRC (2025), in plain words.</summary>
    public static IReadOnlyList<Text> Conditions { get; } =
    [
        new("最短公示期已满", "The shortest publicity period is over"),
        new("失信行为已经纠正，有关义务全部履行完毕", "What was wrong has been put right, and every duty has been met"),
        new("公开作出信用承诺", "You make the declaration on the next page"),
    ];

    /// <summary>The same while a court's plan of restructuring is carried out.</summary>
    public static IReadOnlyList<Text> PlanConditions { get; } =
    [
        new("法院已裁定批准重整计划，或者认可和解协议", "The court has approved the plan of restructuring, or the settlement"),
        new("计划执行期间视同修复；执行完毕后正式修复，未能执行的恢复原状",
            "While the plan runs the entries count as if repaired; carried out, they are repaired for good; if it fails they hold again"),
        new("公开作出信用承诺", "You make the declaration on the next page"),
    ];

    public static readonly Text PlanStatement = new("重整计划执行得怎么样？", "How is the plan being carried out?");

    public static readonly Text PlanStatementHint = new(
        "写明计划的主要内容和执行进度。不要写个人姓名、证件号码、电话。最多 4000 字。",
        "Say what the plan provides and how far it has been carried out. Do not name people, and give no identity or telephone numbers. At "
        + "most 4,000 characters.");

    public static readonly Text RepairStatement = new("是怎样纠正的？", "How was it put right?");

    public static readonly Text RepairStatementHint = new(
        "写明何时履行了哪些义务。经办单位自行核实；需要材料的，会退回说明。不要写个人姓名、证件号码、电话。最多 4000 字。",
        "Say which duties were met, and when. The deciding body finds out by itself, or sends it back and says what it needs. Do not name "
        + "people, and give no identity or telephone numbers. At most 4,000 characters.");

    public static readonly Text FiledTitle = new("{0}已提交", "{0}: sent");
    public static readonly Text YourNumber = new("办件编号", "Your case number");
    public static readonly Text Next = new("接下来", "What happens next");
    public static readonly Text MarkedNow = new("该信息已标注“有异议，处理中”。", "The entry is marked as disputed from today on.");

    public static readonly Text NextDeadline = new("{0}：{1} 前（含当日），由{2}办理。", "{0}: by {1}, done by {2}.");

    public static readonly Text NotDoneYet = new(
        "提交不等于结果：以办件页面上的处理结果为准。", "This is not the outcome yet: the case’s page shows it once it is decided.");

    public static readonly Text NoticeNext = new(
        "还没有列入名单。下一步是告知当事组织，它有权陈述、申辩。",
        "Nothing is on a list yet. Next you give notice to the organisation, which has the right to be heard.");

    public static readonly Text ContractInBoth = new("合同已记入双方信用档案。", "The contract stands in the files of both parties.");

    public static readonly Text ContractInOne = new(
        "合同已记入甲方信用档案，正在记入乙方信用档案；结果以办件页面为准。",
        "The contract stands in the first party’s file and is being written to the other party’s; the case’s page shows when it is there.");

    public static readonly Text Keep = new(
        "请记下编号或打印本页留存。", "Keep the number, or print this page.");

    public static readonly Text Follow = new("查看办件进展", "Follow the case");
    public static readonly Text Later = new(
        "会话中断时，已填写的内容会保留在页面上，重新登录后可以继续提交。",
        "If your session ends, what you typed stays on the page: sign in again and send it.");
}
