namespace CreditGrains.Portal.Texts;

/// <summary>Words of the page of figures.</summary>
public static class StatisticTexts
{
    public static readonly Text Title = new("统计图表", "Figures");

    public static readonly Text None = new(
        "还没有统计数据。平台每天统计一次，首次统计在启动后几分钟进行。",
        "There are no figures yet. They are counted once a day, for the first time some minutes after the start.");

    public static readonly Text Counted = new("统计于 {0}，每天一次。", "Counted at {0}, once a day.");
    public static readonly Text Period = new("统计期间", "Period");
    public static readonly Text Days = new("最近 {0} 天", "Last {0} days");
    public static readonly Text Grades = new("内部参考等级分布（{0}）", "Organisations by internal grade ({0})");
    public static readonly Text Trend = new("等级变化趋势", "Grades over time");

    public static readonly Text OneDay = new(
        "目前只有一天的数据，从第二天起显示趋势。", "There are figures of one day only: a trend is shown from the second on.");

    public static readonly Text Regions = new("各区划的组织", "Organisations by region");
    public static readonly Text RegionsByGrade = new("各区划按等级的组织数", "Organisations of each region by grade");
    public static readonly Text ColumnRegion = new("区划", "Region");
    public static readonly Text ColumnAll = new("合计", "All");
    public static readonly Text Unknown = new("未登记", "Not registered");
    public static readonly Text Others = new("其他", "All others");
    public static readonly Text Volume = new("每日接收量", "Records accepted a day");
    public static readonly Text VolumeDepartments = new("各信源单位的接收量", "Records accepted by department");
    public static readonly Text VolumeRegions = new("各区划的接收量", "Records accepted by region");
    public static readonly Text Accepted = new("接收的信息", "Records accepted");
    public static readonly Text NothingReceived = new("该期间没有接收信息。", "No record was accepted in this period.");
    public static readonly Text Timeliness = new("报送及时性", "Timeliness of reports");

    public static readonly Text TimelinessText = new(
        "规则手册为各类信息规定了报送期限（工作日）。及时率为期限内首次报送的信息占有期限信息的比例；更正和撤回不计。",
        "The rulebook sets a deadline in working days for each kind of record. The rate is of first reports with a deadline; corrections "
        + "and withdrawals are not counted.");

    public static readonly Text TimelinessDepartments = new("各信源单位的及时率", "In time by department");
    public static readonly Text TimelinessRegions = new("各区划的及时率", "In time by region");
    public static readonly Text TimelinessTrend = new("每日及时与逾期数量", "In time and late a day");
    public static readonly Text NoDeadlines = new("该期间没有有报送期限的信息。", "No record with a deadline was reported in this period.");
    public static readonly Text InTime = new("及时", "In time");
    public static readonly Text Late = new("逾期", "Late");
    public static readonly Text NoDeadline = new("无期限", "No deadline");
    public static readonly Text Amendment = new("更正和撤回", "Amendments");
    public static readonly Text ColumnRate = new("及时率（%）", "In time (%)");
    public static readonly Text Counts = new("数量：{0}", "Counts: {0}");
    public static readonly Text Visits = new("网页访问量", "Pages shown");

    public static readonly Text VisitsText = new(
        "按页面类型计数，不使用 Cookie，不记录网络地址，也不区分访问者。",
        "Counted by kind of page, without cookies and addresses: no visitor is told from another.");

    public static readonly Text ColumnPage = new("页面", "Page");
    public static readonly Text ColumnVisits = new("次数", "Times");
    public static readonly Text NoVisits = new("该期间没有访问记录。", "No page was shown in this period.");
    public static readonly Text Checks = new("信用核查（按事项）", "Credit checks by matter");
    public static readonly Text NoChecks = new("这段时间没有核查。", "No check was made in this period.");
    public static readonly Text FeedbackDue = new("应反馈", "Feedback due");
    public static readonly Text FedBack = new("按期反馈", "Given in time");
    public static readonly Text FedBackLate = new("逾期反馈", "Given late");
}
