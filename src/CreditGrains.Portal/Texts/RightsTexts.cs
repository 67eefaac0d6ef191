namespace CreditGrains.Portal.Texts;

/// <summary>Words of the public page on objections and repairs.</summary>
public static class RightsTexts
{
    public static readonly Text Title = new("如何提出异议、申请信用修复", "How to object, and how to have an entry repaired");

    public static readonly Text Intro = new(
        "对本平台上的信息有异议，或者已经纠正失信行为的组织，可以在这里提出。不收取任何费用，也不需要委托中介。",
        "An organisation that finds an entry wrong, or that has put right what it was recorded for, can say so here. It costs nothing, and "
        + "nobody else is needed for it.");

    public static readonly Text Start = new("登录后提出", "Sign in to begin");
    public static readonly Text ObjectionTitle = new("异议：信息有误", "Objection: an entry is wrong");
    public static readonly Text RepairTitle = new("信用修复：已经纠正", "Repair: it has been put right");
    public static readonly Text Who = new("谁可以提出", "Who");

    public static readonly Text WhoObjects = new(
        "信息所涉及的组织；报送该信息的单位通过数据接口提出。",
        "The organisation that the entry is about; the body that reported it does so from its own system.");

    public static readonly Text WhoRepairs = new("信息所涉及的组织。", "The organisation that the entry is about.");
    public static readonly Text WhatFor = new("适用情形", "What for");
    public static readonly Text HowLong = new("多久有结果", "How long it takes");
    public static readonly Text Meanwhile = new("办理期间", "Meanwhile");
    public static readonly Text Result = new("可能的结果", "What can come of it");

    public static readonly Text Disputed = new(
        "该信息立即标注“有异议，处理中”，不自动触发任何措施。", "The entry is marked as disputed at once, and causes no measure by itself.");

    public static readonly Text MaySuspend = new(
        "经办人可以暂停使用该信息，直到有结果。", "Whoever handles the case may suspend the entry until the outcome.");

    public static readonly Text SuspendsWhenReferred = new(
        "转信源单位核查后，该信息暂停使用，直到有结果。", "Once the source is asked, the entry is suspended until the outcome.");

    public static readonly Text OwnDays = new(
        "平台能自行核实的：{0} 个工作日。", "Where the platform can find out by itself: {0} working days.");

    public static readonly Text SourceDays = new(
        "需要信源单位核实的：共 {0} 个工作日，其中信源单位答复 {1} 个工作日。",
        "Where the source must be asked: {0} working days in all, {1} of them for its answer.");

    public static readonly Text AcceptDays = new("是否受理：{0} 个工作日。", "Whether the application is taken: {0} working days.");
    public static readonly Text ResultDays = new("办理结果：{0} 个工作日。", "The result: {0} working days.");

    public static readonly Text ExtensionDays = new(
        "情况复杂的可以延长一次，最多 {0} 个工作日，并告知理由。", "Once, in a complex case, up to {0} working days more; the reason is told.");

    public static readonly Text Review = new(
        "不服“不予采纳”的，可以申请复核一次。", "A rejection is looked at once more if you ask for it, one time.");

    public static readonly Text Conditions = new("条件", "Conditions");
    public static readonly Text WhoDecides = new("谁来决定", "Who decides");

    public static readonly Text DecidedBy = new(
        "谁认定、谁修复：由作出认定的单位对每条信息分别决定。", "The body that made the decision, for each entry by itself.");

    public static readonly Text Granted = new(
        "准予修复的，同时停止公示、共享和使用，解除相关措施，更新评价结果。信息本身留档。",
        "Once it is granted, publicity, sharing and use end together, measures are lifted and the evaluation is made anew. The entry stays "
        + "in the archive.");

    public static readonly Text EndsByItself = new(
        "公示期达到最长期限的，自动停止公示，不需要申请。", "Publicity ends by itself with the longest period; nothing need be asked for.");

    public static readonly Text Basis = new("依据：{0}", "Basis: {0}");
}
