using CreditGrains.Engine.Storage;

namespace CreditGrains.Portal.Texts;

/// <summary>Words of the pages of watchlists.</summary>
public static class WatchlistTexts
{
    public static readonly Text Title = new("关注名单", "Watchlists");

    public static readonly Text Intro = new(
        "关注一批组织，查看其变化，或每日汇总。查看到的每一项变化都记入该组织的查询记录。",
        "Follow organisations and read what changes, or a digest of each day. Each change shown is on the access log of its organisation.");

    public static readonly Text None = new("还没有关注名单。", "There is no watchlist yet.");
    public static readonly Text New = new("新建关注名单", "New watchlist");
    public static readonly Text Edit = new("修改", "Edit");
    public static readonly Text EditTitle = new("修改关注名单", "Edit the watchlist");
    public static readonly Text Delete = new("删除", "Delete");
    public static readonly Text DeleteQuestion = new("确定删除该关注名单？", "Delete this watchlist for good?");

    public static readonly Text DeleteText = new(
        "之后不再生成每日汇总，且无法恢复。只想停止汇总时，请在修改页中改为“随时查看”。",
        "No more digests are made, and it cannot be undone. To stop the digests only, edit it to “as they come”.");

    public static readonly Text DeleteNow = new("删除", "Delete it");
    public static readonly Text Name = new("名称", "Name");
    public static readonly Text Owner = new("所属", "Owner");
    public static readonly Text MadeBy = new("新建", "Made");
    public static readonly Text MadeByValue = new("由 {0} 于 {1}", "By {0}, {1}");
    public static readonly Text Purpose = new("用途", "What for");
    public static readonly Text Who = new("关注哪些组织", "Which organisations");
    public static readonly Text ByCode = new("按统一社会信用代码", "By code");
    public static readonly Text ByFilter = new("按地区、行业、等级", "By region, industry and grade");
    public static readonly Text Subjects = new("统一社会信用代码", "Codes");

    public static readonly Text SubjectsHint = new(
        "每行一个，最多 10000 个。仅在按代码关注时填写。", "One a line, at most 10,000. For a list by code only.");

    public static readonly Text Regions = new("地区（可选）", "Regions (optional)");

    public static readonly Text RegionsHint = new(
        "行政区划代码或其开头，用逗号分隔，例如 3301。", "Region codes or their beginnings, with commas between, such as 3301.");

    public static readonly Text Industries = new("行业（可选）", "Industries (optional)");

    public static readonly Text IndustriesHint = new(
        "行业代码或其开头，用逗号分隔，例如 C26。", "Industry codes or their beginnings, with commas between, such as C26.");

    public static readonly Text Grades = new("等级（可选）", "Grades (optional)");
    public static readonly Text GradesHint = new("用逗号分隔，例如 C, D。", "With commas between, such as C, D.");
    public static readonly Text OfRegions = new("地区 {0}", "regions {0}");
    public static readonly Text OfIndustries = new("行业 {0}", "industries {0}");
    public static readonly Text OfGrades = new("等级 {0}", "grades {0}");
    public static readonly Text Types = new("关注哪些变化", "Which changes");

    public static readonly Text TypesHint = new(
        "都不选时为等级变化和案件进展。", "Where none is chosen: changes of grade and steps of cases.");

    public static readonly Text Mode = new("如何得知", "How you are told");
    public static readonly Text AtOnce = new("随时查看", "As they come");
    public static readonly Text Daily = new("每日汇总", "A digest of each day");
    public static readonly Text Subscription = new("汇总推送到", "Post the digest to");
    public static readonly Text NoSubscription = new("不推送", "Nobody");
    public static readonly Text Save = new("保存", "Save");
    public static readonly Text Saved = new("关注名单已保存。", "The watchlist is saved.");
    public static readonly Text Deleted = new("关注名单已删除。", "The watchlist is deleted.");

    public static readonly Text ChangedMeanwhile = new(
        "该名单刚被他人修改。请查看最新内容后再决定；您填写的内容仍在本页。",
        "Somebody has changed this list meanwhile. Look at it as it is now and decide; what you typed is still here.");

    public static readonly Text LookAtCurrent = new("查看当前内容", "The list as it is now");
    public static readonly Text Codes = new("{0} 个组织", "{0} organisations");
    public static readonly Text Changes = new("变化", "Changes");
    public static readonly Text Warnings = new("预警", "Early warnings");
    public static readonly Text Digests = new("每日汇总", "Daily digests");
    public static readonly Text DigestOf = new("{0} 的汇总", "Digest of {0}");
    public static readonly Text NoChanges = new("所保留的期间内没有变化。", "Nothing has changed in the time that is kept.");
    public static readonly Text NoWarnings = new("所保留的期间内没有预警。", "There was no early warning in the time that is kept.");
    public static readonly Text NoneHere = new("这一段内没有，后面还有。", "There is none in this part; there are more parts.");

    public static readonly Text NoDigests = new(
        "还没有汇总。选择“每日汇总”后，每天结束几分钟后生成前一天的汇总。",
        "There is no digest yet. With “a digest of each day” one is made some minutes after the end of each day.");

    public static readonly Text Expired = new(
        "您上次看到的位置之后的部分变化已不再保留，以下从仍保留的变化开始。",
        "Some changes after the place you had reached are no longer kept. What follows begins with those that are.");

    public static readonly Text Incomplete = new(
        "生成汇总时，当天的部分变化已不再保留。", "Some changes of the day were no longer kept when the digest was made.");

    public static readonly Text NotListed = new("另有 {0} 项变化只计数，未列出。", "{0} more changes are counted and not listed.");
    public static readonly Text Organisation = new("组织", "Organisation");
    public static readonly Text What = new("变化内容", "What changed");
    public static readonly Text When = new("时间", "When");
    public static readonly Text Day = new("日期", "Day");
    public static readonly Text Count = new("数量", "Number");
    public static readonly Text Delivery = new("推送", "Delivery");
    public static readonly Text Delivered = new("已送达", "Delivered");
    public static readonly Text Failed = new("未送达", "Given up");
    public static readonly Text Pending = new("待送达", "Pending");
    public static readonly Text Navigation = new("关注名单的页面", "Pages of the watchlist");

    public static readonly Text GradeChanged = new("监管参考等级由 {0} 变为 {1}", "The grade became {1} instead of {0}");
    public static readonly Text NoGrade = new("无", "none");
    public static readonly Text CaseMoved = new("案件 {0} 有新进展", "Case {0} moved on");
    public static readonly Text RecordArrived = new("新增记录：{0}（{1} {2}）", "A record came in: {0} ({1} {2})");
    public static readonly Text RecordRevised = new("记录已更正：{0}（{1} {2}）", "A record was corrected: {0} ({1} {2})");
    public static readonly Text RecordWithdrawn = new("记录已撤回：{0}（{1} {2}）", "A record was withdrawn: {0} ({1} {2})");
    public static readonly Text MeasureBegun = new("措施开始：{0}", "A measure began: {0}");
    public static readonly Text MeasureEnded = new("措施结束：{0}", "A measure ended: {0}");
    public static readonly Text ListEntered = new("列入：{0}", "Entered a list: {0}");
    public static readonly Text ListLeft = new("移出：{0}", "Left a list: {0}");
    public static readonly Text PublicityBegun = new("开始公示：{0}（{1} {2}）", "Became public: {0} ({1} {2})");
    public static readonly Text PublicityEnded = new("结束公示：{0}（{1} {2}）", "Ceased to be public: {0} ({1} {2})");
    public static readonly Text Warned = new("预警：{0}", "Early warning: {0}");

    /// <summary>Type of a change, as a checkbox says it.</summary>
    public static readonly IReadOnlyList<(string Type, Text Label)> TypeLabels =
    [
        (ChangeTypes.Grade, new("等级变化", "The grade changes")),
        (ChangeTypes.Case, new("案件进展", "A step of a case")),
        (ChangeTypes.RecordArrived, new("新增记录", "A record comes in")),
        (ChangeTypes.RecordRevised, new("更正记录", "A record is corrected")),
        (ChangeTypes.RecordWithdrawn, new("撤回记录", "A record is withdrawn")),
        (ChangeTypes.MeasureBegun, new("措施开始", "A measure begins")),
        (ChangeTypes.MeasureEnded, new("措施结束", "A measure ends")),
        (ChangeTypes.ListEntered, new("列入名单", "A list is entered")),
        (ChangeTypes.ListLeft, new("移出名单", "A list is left")),
        (ChangeTypes.PublicityBegun, new("开始公示", "Publicity begins")),
        (ChangeTypes.PublicityEnded, new("结束公示", "Publicity ends")),
        (ChangeTypes.Warning, new("预警", "An early warning begins")),
    ];
}
