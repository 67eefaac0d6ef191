namespace CreditGrains.Portal.Texts;

/// <summary>Words of a reporting department's pages.</summary>
public static class DepartmentTexts
{
    public static readonly Text Reports = new("数据报送", "Our reports");
    public static readonly Text Navigation = new("报送页面", "Pages of this source");
    public static readonly Text Health = new("报送情况", "How reporting goes");
    public static readonly Text Upload = new("上传文件", "Upload a file");
    public static readonly Text Quarantine = new("退回的数据", "Returned lines");
    public static readonly Text Source = new("信源单位 {0}", "Source {0}");
    public static readonly Text Nothing = new("该信源单位还没有报送过数据。", "Nothing has been reported by this source yet.");
    public static readonly Text FirstSeen = new("首次报送", "First report");
    public static readonly Text LastSeen = new("最近报送", "Last report");
    public static readonly Text Lines = new("累计报送", "Lines in all");
    public static readonly Text Open = new("待处理的退回数据", "Returned lines that wait");
    public static readonly Text OpenValue = new("{0} 行", "{0} lines");
    public static readonly Text OutcomesTitle = new("各行的处理结果", "What became of the lines");
    public static readonly Text ColumnOutcome = new("结果", "Outcome");
    public static readonly Text ColumnLines = new("行数", "Lines");
    public static readonly Text ColumnShare = new("占比", "Share");
    public static readonly Text CodesTitle = new("退回原因", "Why lines were returned");
    public static readonly Text ColumnReason = new("原因", "Reason");
    public static readonly Text NoCodes = new("没有退回的数据。", "No line has been returned.");

    public static readonly Text EarlierCodes = new(
        "其中 {0} 行在平台开始按原因统计之前退回。", "{0} of them were returned before reasons were counted.");

    public static readonly Text DelayTitle = new("报送及时性", "How soon records are reported");

    public static readonly Text DelayText = new(
        "自作出决定之日至平台首次收到的天数；更正和撤回不计。",
        "Days from the decision to the first report; corrections and withdrawals are not counted.");

    public static readonly Text ColumnDelay = new("多久", "How soon");
    public static readonly Text ColumnRecords = new("条数", "Records");
    public static readonly Text DelayWeek = new("7 天以内", "Within 7 days");
    public static readonly Text DelayMonth = new("8 至 30 天", "8 to 30 days");
    public static readonly Text DelayLater = new("30 天以上", "More than 30 days");
    public static readonly Text DelayUndated = new("没有日期", "Without a date");
    public static readonly Text Accepted = new("已接收", "Accepted");
    public static readonly Text Duplicate = new("重复（已有相同内容）", "Duplicate: known already");
    public static readonly Text Stale = new("过时（已有更新版本）", "Stale: a newer revision is known");
    public static readonly Text DuplicateTag = new("重复", "Duplicate");
    public static readonly Text StaleTag = new("过时", "Stale");
    public static readonly Text Rejected = new("退回", "Rejected");
}
