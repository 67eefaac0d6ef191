namespace CreditGrains.Portal.Texts;

/// <summary>Words of credit checks.</summary>
public static class CheckTexts
{
    public static readonly Text Title = new("信用核查", "Credit check");
    public static readonly Text Navigation = new("核查方式", "Ways to check");
    public static readonly Text One = new("核查一家", "One organisation");
    public static readonly Text Many = new("批量核查", "A list");
    public static readonly Text Code = new("统一社会信用代码", "Unified social credit code");
    public static readonly Text Codes = new("统一社会信用代码，每行一个，最多 {0} 个", "Unified social credit codes, one a line, at most {0}");
    public static readonly Text Matter = new("办理事项", "Matter");
    public static readonly Text MatterMissing = new("请选择办理事项", "Choose the matter");
    public static readonly Text CodeMissing = new("请输入统一社会信用代码", "Enter a unified social credit code");
    public static readonly Text CodesTooMany = new("一次最多核查 {0} 家，您输入了 {1} 个代码", "At most {0} at a time, and these are {1}");
    public static readonly Text Stage = new("环节（可选）", "Stage (optional)");
    public static readonly Text StageNone = new("不注明", "Not said");
    public static readonly Text StageAccept = new("受理", "Acceptance");
    public static readonly Text StageReview = new("审批", "Approval");
    public static readonly Text StageFinish = new("办结", "Completion");
    public static readonly Text Ask = new("核查", "Check");

    public static readonly Text Logged = new(
        "每次核查都会记入被查组织的查询记录，目的为：{0}。", "Each check goes into the log of the organisation, for the purpose: {0}.");

    public static readonly Text ResultTitle = new("核查结果", "Result of the check");
    public static readonly Text Outcome = new("结论", "Outcome");
    public static readonly Text Number = new("核查编号", "Number");
    public static readonly Text Organisation = new("组织", "Organisation");
    public static readonly Text Registration = new("登记状态", "Registration");
    public static readonly Text NationalGrade = new("全国公共信用综合评价", "National public credit grade");
    public static readonly Text LocalGrade = new("内部监管参考等级", "Internal reference grade");
    public static readonly Text None = new("无", "None");
    public static readonly Text Reasons = new("理由", "Reasons");
    public static readonly Text NoReasons = new("没有需要注意的情况。", "There is nothing to consider.");
    public static readonly Text Measures = new("应当或可以采取的措施", "Measures to apply or to consider");
    public static readonly Text Incentives = new("激励措施", "Incentives");
    public static readonly Text NoMeasures = new("没有与本事项有关的措施。", "No measure concerns this matter.");
    public static readonly Text Records = new("有关信息", "Entries that the check shows");
    public static readonly Text ColumnKind = new("类别", "Kind");
    public static readonly Text ColumnDocument = new("信源单位和编号", "Source and number");
    public static readonly Text ColumnUntil = new("有效至", "Valid until");
    public static readonly Text Truncated = new("列表较长，只显示了前 100 项。", "Only the first 100 entries of a list are shown.");
    public static readonly Text Receipt = new("回执", "Receipt");
    public static readonly Text Token = new("位置令牌", "Position token");
    public static readonly Text Digest = new("结果摘要", "Digest of the answer");
    public static readonly Text WrongCode = new("代码有误", "Wrong code");
    public static readonly Text AgainMany = new("再核查一批", "Check another list");
    public static readonly Text Again = new("再核查一家", "Check another one");
    public static readonly Text Summary = new("共 {0} 家：可以办理 {1}，快速办理 {2}，转人工复核 {3}，停止 {4}，代码有误 {5}",
        "{0} in all: {1} proceed, {2} fast track, {3} review, {4} stop, {5} with a wrong code");

    /// <summary>Outcomes as answers write them, with a colour of tags.</summary>
    public static IReadOnlyDictionary<string, (Text Label, string Colour)> Outcomes { get; } =
        new Dictionary<string, (Text, string)>(StringComparer.Ordinal)
        {
            ["proceed"] = (new("可以办理", "Proceed"), "green"),
            ["fast-track"] = (new("快速办理", "Fast track"), "teal"),
            ["review"] = (new("转人工复核", "Review"), "yellow"),
            ["stop"] = (new("停止办理", "Stop"), "red"),
        };

    /// <summary>Stages of a workflow in which a check is made; the value goes with the check.</summary>
    public static IReadOnlyList<(string Value, Text Label)> Stages { get; } =
        [("", StageNone), ("accept", StageAccept), ("decide", StageReview), ("finish", StageFinish)];
}
