namespace CreditGrains.Portal.Texts;

/// <summary>Words of an organisation's own pages.</summary>
public static class OrganisationTexts
{
    public static readonly Text Own = new("本组织信息", "Our organisation");
    public static readonly Text Navigation = new("档案页面", "Pages of this file");
    public static readonly Text File = new("信用档案", "Credit file");
    public static readonly Text Explanation = new("评价说明", "Evaluation explained");
    public static readonly Text Measures = new("有关措施", "Measures");
    public static readonly Text Timeline = new("变动记录", "Timeline");
    public static readonly Text AccessLog = new("查询记录", "Who looked");

    public static readonly Text FileIntro = new(
        "以下是平台掌握的全部信息，包括不公示、已结束公示、已修复和已撤回的信息。其中只有标注“公示中”的对外公开。",
        "This is everything the platform holds, also what is not published, not published any longer, repaired or withdrawn. Only what is "
        + "marked “Published” is open to the public.");

    public static readonly Text WholeFile = new(
        "查看完整档案（记入查询日志）", "See the whole file (your look is recorded)");

    public static readonly Text Registration = new("登记信息", "Registration");
    public static readonly Text PublicPage = new("查看公开页面", "See the public page");
    public static readonly Text Score = new("内部监管参考分", "Internal reference score");
    public static readonly Text Grade = new("内部监管参考等级", "Internal reference grade");
    public static readonly Text NotRated = new("未评价：缺少评价所需的信息（如登记信息）", "Not rated: a record that the rules ask for is missing");
    public static readonly Text ScoreValue = new("{0} 分", "{0} points");
    public static readonly Text GradeValue = new("{0} 级", "Grade {0}");
    public static readonly Text Policy = new("所用规则", "Rules applied");
    public static readonly Text PolicyValue = new("{0}（版本 {1}）", "{0} (version {1})");
    public static readonly Text NextChange = new("无新信息时的下次变化", "Next change without new entries");
    public static readonly Text Never = new("不会自行变化", "None");
    public static readonly Text Supervision = new("分级监管", "Supervision");

    public static readonly Text SupervisionValue = new(
        "抽查比例 {0}%，每年最多 {1} 次", "{0} % drawn for inspection, at most {1} a year");

    public static readonly Text ReferenceOnly = new(
        "内部监管参考分和等级只用于分级监管，不对外公开，也不是全国公共信用综合评价。",
        "Score and grade serve graded supervision only. They are not published, and they are not the national public credit evaluation.");

    public static readonly Text Published = new("公示中", "Published");
    public static readonly Text NotPublished = new("未公示", "Not published");
    public static readonly Text Withdrawn = new("信源单位已撤回", "Withdrawn by its source");
    public static readonly Text Repaired = new("已修复", "Repaired");
    public static readonly Text UnderPlan = new("重整计划执行期间暂停", "Suspended under the court’s plan");
    public static readonly Text Suspended = new("异议期间暂停使用", "Suspended while disputed");
    public static readonly Text Revision = new("版本", "Revision");
    public static readonly Text Received = new("平台收到时间", "Received by the platform");
    public static readonly Text Repairable = new("最早可修复日期", "A repair has effect from");

    public static readonly Text RepairableSince = new(
        "已满最短公示期（{0}）", "The shortest period is over (since {0})");

    public static readonly Text ResultHeading = new("评价结果", "Result");
    public static readonly Text RecordsHeading = new("哪些信息计入、计多少", "What counted, and how much");
    public static readonly Text MeasuresHeading = new("措施和监管", "Measures and supervision");
    public static readonly Text ChangesHeading = new("什么会改变结果、何时改变", "What would change it, and when");
    public static readonly Text NothingCounted = new("没有计入的信息。", "Nothing counted.");
    public static readonly Text NoMeasures = new("目前没有对该组织有效的措施。", "No measure is in force for this organisation.");

    public static readonly Text MeasuresIntro = new(
        "措施只能按公布的措施清单采取。惩戒措施只能由有关机关依法作出的决定引起；起因消失，措施随之解除。",
        "Only measures of the published list may be applied. A restraint rests on a decision of an authority, and is lifted with its "
        + "cause.");

    public static readonly Text MeasuresSuspended = new("因异议未生效的措施", "Not in force because of an objection");

    public static readonly Text MeasuresSuspendedIntro = new(
        "起因正在异议处理中的措施不自动适用。异议终结而起因未被更正、撤销的，措施恢复。",
        "A measure whose cause is disputed does not apply by itself. It comes back into force when the objection ends and the cause has "
        + "been neither corrected nor withdrawn.");

    public static readonly Text SuspendedByObjection = new("异议 {0} 处理中", "Disputed by objection {0}");

    public static readonly Text MeasuresCut = new(
        "措施的其他起因未逐条列出。", "Further causes of these measures are not listed one by one.");

    public static readonly Text ColumnContent = new("内容和依据", "Content and basis");
    public static readonly Text ColumnCause = new("起因", "Cause");
    public static readonly Text ColumnPeriod = new("期限", "Period");
    public static readonly Text WhileGrade = new("等级不变期间", "While the grade lasts");
    public static readonly Text BasisIs = new("依据：{0}", "Basis: {0}");
    public static readonly Text CauseRecord = new("{0} 报送的 {1}", "{1}, reported by {0}");
    public static readonly Text CauseGrade = new("内部参考等级 {0}", "internal grade {0}");

    public static readonly Text TimelineIntro = new(
        "按平台收到的先后列出每一次报送、更正和撤回，最早的在前。",
        "Each report, correction and withdrawal in the order in which the platform received it, the oldest first.");

    public static readonly Text ColumnReceived = new("收到时间", "Received");
    public static readonly Text ColumnWhat = new("内容", "What");
    public static readonly Text ColumnBy = new("信源单位和编号", "Source and number");
    public static readonly Text First = new("首次报送", "First report");
    public static readonly Text Corrected = new("更正（第 {0} 版）", "Correction (revision {0})");
    public static readonly Text StepOfCase = new("办理环节：{0}", "Step: {0}");
    public static readonly Text Destroyed = new("内容已到期销毁", "Content destroyed after its retention");
    public static readonly Text WithdrawnEvent = new("撤回", "Withdrawal");
    public static readonly Text DecidedOn = new("决定日期 {0}", "decided on {0}");
    public static readonly Text Empty = new("没有记录", "No entries");

    public static readonly Text AccessIntro = new(
        "每一次对该组织非公开信息的查询，最新的在前。公众浏览公开页面不记录。",
        "Each look at what is not public about this organisation, the newest first. Visits to public pages are not recorded.");

    public static readonly Text ColumnWhen = new("时间", "When");
    public static readonly Text ColumnWho = new("查询人", "Who");
    public static readonly Text ColumnPurpose = new("目的", "For what");
    public static readonly Text ColumnRead = new("查询内容", "What was read");
}
