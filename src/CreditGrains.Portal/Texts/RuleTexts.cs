namespace CreditGrains.Portal.Texts;

/// <summary>Words of the page of rules.</summary>
public static class RuleTexts
{
    public static readonly Text Title = new("现行信用规则", "The rules in force");

    public static readonly Text Intro = new(
        "以下内容由平台正在使用的规则文件自动生成：{0}；评价规则“{1}”，版本 {2}。",
        "This page is made from the rules the platform uses at this moment: {0}; evaluation “{1}”, version {2}.");

    public static readonly Text TiersTitle = new("公示多久、何时可以修复", "How long an entry is published, and when it can be repaired");

    public static readonly Text TiersText = new(
        "公示期除另有注明外自作出决定之日起算，适用作出决定时的规定；达到最长期限自动停止。满最短期限、纠正行为并履行完义务后可以申请修复；谁认定、谁修复。"
        + "修复后停止公示和使用，相关措施随之解除。",
        "Unless noted otherwise the period runs from the date of the decision, under the rule of that day, and ends by itself with the "
        + "longest period. Once the shortest period is over, the "
        + "wrong put right and the obligations met, a repair can be asked for; who decided the record decides the repair. A repair ends "
        + "publicity and use, and lifts the measures.");

    public static readonly Text ColumnTier = new("失信程度", "Tier");
    public static readonly Text ColumnMin = new("最短公示期", "At least");
    public static readonly Text ColumnMax = new("最长公示期", "At most");
    public static readonly Text ColumnBasis = new("依据", "Basis");
    public static readonly Text Months = new("{0} 个月", "{0} months");
    public static readonly Text NoMinimum = new("无", "None");
    public static readonly Text NotPublished = new("不公示", "Not published");
    public static readonly Text NoTier = new("未分级", "No tier");
    public static readonly Text TierSector = new("领域：{0}", "Sector: {0}");
    public static readonly Text TierDecidedFrom = new("{0} 起作出的决定", "Decided from {0} on");
    public static readonly Text TierDecidedUntil = new("{0} 及以前作出的决定", "Decided until {0}");
    public static readonly Text TierFromUntil = new("自有效期届满之日起算", "Counts from the end of validity");
    public static readonly Text TierFromPublication = new("自公示之日起算", "Counts from the first day of publicity");

    public static readonly Text TierMoreFavourable = new(
        "此前作出的决定，新规定更有利的适用新规定", "For earlier decisions too, where it is the more favourable");

    public static readonly Text CountsTitle = new("哪些信息计入内部监管参考分", "What counts in the internal reference");

    public static readonly Text CountsText = new(
        "内部监管参考分只用于分级监管，不是公共信用评价，不对外公开任何组织的分数。规则本身公开，以便监督。",
        "The internal reference serves graded supervision only. It is no public credit evaluation, and nobody’s is published. The rules "
        + "themselves are, so that they can be looked into.");

    public static readonly Text LimitsTitle = new("直接限制等级的情形", "What bounds the grade directly");
    public static readonly Text ColumnItem = new("事项", "Item");
    public static readonly Text ColumnEffect = new("影响", "Effect");
    public static readonly Text ColumnLasts = new("计入多久", "For how long");
    public static readonly Text ColumnRepair = new("修复后", "After a repair");
    public static readonly Text MeasuresTitle = new("措施清单", "The list of measures");

    public static readonly Text MeasuresText = new(
        "只能采取清单上公布的措施。惩戒措施只能由有关机关依法作出的决定引起，不能由分数引起；起因消失，措施随之解除。",
        "Only measures of this list may be applied. A restraint rests on a decision of an authority, never on a score, and is lifted with "
        + "its cause.");

    public static readonly Text ColumnMeasure = new("措施", "Measure");
    public static readonly Text ColumnApplies = new("适用对象", "Applies to");
    public static readonly Text ColumnImplementer = new("实施主体", "Implemented by");
    public static readonly Text Mandatory = new("应当实施", "Mandatory");
    public static readonly Text Optional = new("可以实施", "Optional");
    public static readonly Text DeadlinesTitle = new("办理时限", "Deadlines");
    public static readonly Text ColumnStep = new("环节", "Step");
    public static readonly Text ColumnDays = new("时限", "Limit");
    public static readonly Text ColumnPlace = new("地区", "Place");
    public static readonly Text WorkingDays = new("{0} 个工作日", "{0} working days");
    public static readonly Text Everywhere = new("通用", "General");
    public static readonly Text Restraints = new("惩戒措施", "Restraints");
    public static readonly Text Incentives = new("激励措施", "Incentives");
    public static readonly Text Supervision = new("监管措施", "Supervision");
    public static readonly Text Notices = new("提示措施", "Notices");
    public static readonly Text Minus = new("每条减 {0} 分", "{0} points off each");
    public static readonly Text Plus = new("每条加 {0} 分", "{0} points for each");
    public static readonly Text LevelMinus = new("{0}：减 {1} 分", "{0}: {1} points off");
    public static readonly Text LevelPlus = new("{0}：加 {1} 分", "{0}: {1} points added");
    public static readonly Text LevelNothing = new("{0}：不加不减（{1} 分）", "{0}: no points ({1})");
    public static readonly Text PerMinus = new("数额每满 {0} 另减 {1} 分", "{1} more off for each full {0} of the amount");
    public static readonly Text PerPlus = new("数额每满 {0} 另加 {1} 分", "{1} more for each full {0} of the amount");
    public static readonly Text PerLimit = new("按数额最多 {0} 分", "at most {0} by amount");
    public static readonly Text Repeat = new("满 {0} 条时按 {1}% 计算", "from {0} entries on counted at {1} %");
    public static readonly Text OnlyLatest = new("只计最近一次", "only the latest one counts");
    public static readonly Text AtMostMinus = new("合计最多减 {0} 分", "at most {0} off in all");
    public static readonly Text AtMostPlus = new("合计最多加 {0} 分", "at most {0} in all");
    public static readonly Text NoPoints = new("不直接加减分", "no points of its own");
    public static readonly Text LimitEffect = new("等级不高于 {0}", "The grade is no better than {0}");
    public static readonly Text LastsDays = new("自决定之日起 {0} 天", "{0} days from the decision");
    public static readonly Text LastsUntil = new("在有效期内", "while it is in force");
    public static readonly Text LastsPublished = new("在公示期内", "while it is published");
    public static readonly Text LastsAlways = new("长期", "without end");
    public static readonly Text Fades = new("满 {0} 天后按 {1}%", "at {1} % after {0} days");
    public static readonly Text RepairEnds = new("不再计入", "Counts no more");
    public static readonly Text RepairLeaves = new("按 {0}% 计入", "Counts at {0} %");
    public static readonly Text RepairLifts = new("限制解除", "The bound is lifted");
    public static readonly Text RepairKeeps = new("限制仍然有效", "The bound stays");
}
