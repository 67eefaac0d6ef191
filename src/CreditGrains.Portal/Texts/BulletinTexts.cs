using CreditGrains.Domain.Bulletins;

namespace CreditGrains.Portal.Texts;

/// <summary>Words of scorecards and bulletins.</summary>
public static class BulletinTexts
{
    public static readonly Text Scorecard = new("本单位评分卡", "Own scorecard");
    public static readonly Text Title = new("双公示通报", "Bulletins");
    public static readonly Text Month = new("{0} 通报", "Bulletin of {0}");
    public static readonly Text ColumnMonth = new("月份", "Month");
    public static readonly Text ColumnState = new("状态", "State");
    public static readonly Text ColumnDepartment = new("部门", "Department");
    public static readonly Text ColumnRate = new("指标", "Rate");
    public static readonly Text ColumnPercent = new("比率", "Percent");
    public static readonly Text ColumnNumbers = new("分子 / 分母", "Of how many");
    public static readonly Text ColumnClass = new("类别", "Class");
    public static readonly Text ColumnRows = new("条数", "Rows");
    public static readonly Text ColumnRecord = new("信息或数据行", "Record or line");
    public static readonly Text ColumnOn = new("日期", "Date");
    public static readonly Text ColumnDue = new("期限", "Deadline");
    public static readonly Text Open = new("统计中", "Being counted");
    public static readonly Text Issued = new("已发布", "Issued");
    public static readonly Text Counted = new("统计至 {0}，每日更新。", "Counted on {0}, renewed every day.");
    public static readonly Text IssuedAt = new("{0} 发布，此后不再变更。", "Issued at {0}; unchanged since.");
    public static readonly Text None = new("尚无统计数据，每日任务完成后显示。", "Nothing has been counted yet; the day's job does so.");
    public static readonly Text Rates = new("各项指标", "Rates");
    public static readonly Text Classes = new("各类条数", "Rows by class");
    public static readonly Text Rows = new("明细", "Rows");
    public static readonly Text NoRows = new("没有明细。", "There are no rows.");
    public static readonly Text ShortPage = new("本页以下可能还有明细，请翻到下一页。", "There may be more on the next page.");
    public static readonly Text AllRows = new("全部明细", "All rows");
    public static readonly Text NoRate = new("无可比对象", "Nothing to compare");
    public static readonly Text Reporting = new("上报率", "Reporting rate");
    public static readonly Text Compliance = new("合规率", "Compliance rate");
    public static readonly Text Timeliness = new("及时率", "Timeliness rate");
    public static readonly Text Accuracy = new("准确率", "Accuracy rate");
    public static readonly Text Completeness = new("完整率", "Completeness rate");
    public static readonly Text CodeFaults = new("重错码率（每万个主体）", "Wrong or double codes, of 10,000 organisations");
    public static readonly Text Total = new("合计", "All together");
    public static readonly Text Corrections = new("发布后的更正", "Corrections since it was issued");
    public static readonly Text CorrectionsText = new("共 {0} 条，不影响已发布的数字。", "{0} in all; the figures issued stand.");
    public static readonly Text Csv = new("下载 CSV", "Download as CSV");
    public static readonly Text OtherMonth = new("查看其他月份", "Another month");
    public static readonly Text Line = new("退回数据第 {0} 行", "Returned line {0}");
    public static readonly Text Late = new("{0}，迟 {1} 个工作日", "{0}, {1} working days late");

    public static readonly Text Issue = new("发布通报", "Issue the bulletin");

    public static readonly Text IssueText = new(
        "发布后数字不再变更；之后的更正另行列出。", "Once issued, its figures do not change; later corrections are listed apart.");

    public static readonly Text OwnCount = new("自报决定数", "Own count of decisions");

    public static readonly Text CountIntro = new(
        "{0} 本单位作出的决定数，用于计算上报率。只填有统计的种类；重新提交的，以最后一次为准，下次统计时生效。",
        "How many decisions your department counts itself for {0}: its reporting rate is compared with it. Fill in the kinds you have "
        + "counted; what you send last holds, and shows with the next counting.");

    public static readonly Text CountTooLate = new("{0} 通报已发布，不能再改。", "The bulletin of {0} has been issued; its figures stand.");
    public static readonly Text CountNote = new("统计口径（可选）", "How it was counted (optional)");
    public static readonly Text CountKeep = new("提交", "Send");
    public static readonly Text CountKept = new("已保存，下次统计时生效。", "Kept. It shows with the next counting.");
    public static readonly Text CountWrong = new("{0}应为不小于 0 的整数。", "{0}: enter a whole number from 0 on.");
    public static readonly Text CountMissing = new("请至少填写一个种类。", "Fill in at least one kind.");

    public static readonly Text Definitions = new(
        "上报率：当月作出并已上报的决定 ÷ 部门自报当月决定数；合规率：接收的新信息 ÷（新信息 + 退回行）；"
        + "及时率：期限内上报 ÷ 有期限的新信息；"
        + "准确率：核验或异议认定无误 ÷ 已核验和已处理异议；完整率：已填项 ÷ 应填项。",
        "Reporting: decisions of the month reported, of the department's own count. Compliance: new records accepted, of those and the "
        + "lines returned. Timeliness: new records in time, of those with a deadline. Accuracy: found right, of those verified or "
        + "decided on after an objection. Completeness: fields filled, of those expected.");

    /// <summary>Classes of rows.</summary>
    public static IReadOnlyDictionary<string, Text> ClassNames { get; } = new Dictionary<string, Text>
    {
        [BulletinClasses.InTime] = new("按期上报", "In time"),
        [BulletinClasses.Late] = new("迟报", "Late"),
        [BulletinClasses.NoDeadline] = new("无期限", "No deadline"),
        [BulletinClasses.ReportedLater] = new("次月以后上报", "Reported in a later month"),
        [BulletinClasses.Rejected] = new("退回", "Returned"),
        [BulletinClasses.WrongCode] = new("错码", "Wrong code"),
        [BulletinClasses.Duplicate] = new("重复报送", "Reported twice"),
        [BulletinClasses.Corrected] = new("更正", "Corrected"),
        [BulletinClasses.Withdrawn] = new("撤回", "Withdrawn"),
        [BulletinClasses.Upheld] = new("异议成立", "Objection upheld"),
        [BulletinClasses.NotUpheld] = new("异议不成立", "Objection not upheld"),
        [BulletinClasses.Verified] = new("已核验", "Verified"),
    };
}
