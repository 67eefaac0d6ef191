namespace CreditGrains.Portal.Texts;

/// <summary>Words for what stands in the access log.</summary>
public static class AccessTexts
{
    /// <summary>The operation that was read, in words, by the name in the log.</summary>
    public static IReadOnlyDictionary<string, Text> Operations { get; } = new Dictionary<string, Text>(StringComparer.Ordinal)
    {
        ["check"] = new("信用核查", "Credit check"),
        ["search"] = new("检索", "Search"),
        ["subject"] = new("概况", "Overview"),
        ["assessment"] = new("评价", "Evaluation"),
        ["assessment-records"] = new("计入评价的信息", "Entries behind the evaluation"),
        ["explanation"] = new("评价说明", "Evaluation explained"),
        ["records"] = new("信息列表", "Entries"),
        ["report"] = new("信用报告", "Credit report"),
        ["timeline"] = new("变动记录", "Timeline"),
        ["access-log"] = new("查询记录", "Who looked"),
        ["quarantine"] = new("退回的数据", "Returned lines"),
        ["changes"] = new("变更推送", "Changes"),
        ["recomputation"] = new("重算中搁置的主体", "Subjects set aside by a recomputation"),
        ["simulation"] = new("规则模拟", "Simulation of rules"),
        ["inspection-plan"] = new("抽查计划", "Inspection plan"),
        ["portal/file"] = new("信用档案（网页）", "Credit file (page)"),
        ["portal/explanation"] = new("评价说明（网页）", "Evaluation explained (page)"),
        ["portal/measures"] = new("有关措施（网页）", "Measures (page)"),
        ["portal/timeline"] = new("变动记录（网页）", "Timeline (page)"),
        ["portal/access-log"] = new("查询记录（网页）", "Who looked (page)"),
        ["case"] = new("办件", "Case"),
        ["proof"] = new("证明材料", "Proof of a case"),
        ["repairability"] = new("可修复信息", "What can be repaired"),
        ["portal/case"] = new("办件（网页）", "Case (page)"),
        ["portal/proof"] = new("证明材料（网页）", "Proof of a case (page)"),
        ["portal/cases"] = new("办件列表（网页）", "Cases (page)"),
        ["portal/case-filing"] = new("提出办件（网页）", "Filing a case (page)"),
        ["portal/quarantine"] = new("退回的数据（网页）", "Returned lines (page)"),
        ["portal/upload"] = new("文件报送回执（网页）", "Report on an uploaded file (page)"),
        ["portal/simulation"] = new("规则模拟（网页）", "Simulation of rules (page)"),
        ["portal/recomputation"] = new("重算（网页）", "Recomputation (page)"),
        ["portal/inspection-plan"] = new("抽查计划（网页）", "Inspection plan (page)"),
    };

    /// <summary>The operation in words; as it stands where there are none.</summary>
    public static Text Operation(string operation)
    {
        ArgumentNullException.ThrowIfNull(operation);
        return Operations.GetValueOrDefault(operation) ?? new Text(operation, operation);
    }
}
