using CreditGrains.Domain.Procedures;

namespace CreditGrains.Portal.Texts;

/// <summary>Words of the facts that cases keep, by their names in <see cref="CaseFacts"/>, in the order in which pages show them.</summary>
public static class CaseFactTexts
{
    /// <summary>Titles; a fact that is not here is not shown.</summary>
    public static IReadOnlyDictionary<string, Text> Labels { get; } = new Dictionary<string, Text>(StringComparer.Ordinal)
    {
        [CaseFacts.List] = new("名单", "List"),
        [CaseFacts.Grounds] = new("列入情形", "Grounds"),
        [CaseFacts.Authority] = new("认定机关", "Authority"),
        [CaseFacts.ListedOn] = new("列入日期", "Listed on"),
        [CaseFacts.RemovalDocument] = new("移出文书号", "Document of the removal"),
        [CaseFacts.Class] = new("申报类别", "Class"),
        [CaseFacts.Title] = new("申报名称", "Title"),
        [CaseFacts.Content] = new("申报内容", "Content"),
        [CaseFacts.DeclaredOn] = new("申报日期", "Declared on"),
        [CaseFacts.VerifiedBy] = new("核验单位", "Verified by"),
        [CaseFacts.VerifiedOn] = new("核验日期", "Verified on"),
        [CaseFacts.Matter] = new("承诺事项", "Matter"),
        [CaseFacts.Type] = new("承诺类型", "Type"),
        [CaseFacts.Text] = new("承诺内容", "Text"),
        [CaseFacts.Liability] = new("违诺责任", "If it is broken"),
        [CaseFacts.AcceptedBy] = new("受理单位", "Accepted by"),
        [CaseFacts.MadeOn] = new("承诺日期", "Made on"),
        [CaseFacts.DueOn] = new("履行期限", "Due on"),
        [CaseFacts.Disclosure] = new("公开类型", "Disclosure"),
        [CaseFacts.Result] = new("履行状态", "Performance"),
        [CaseFacts.StatusOn] = new("状态认定日期", "Date of the status"),
        [CaseFacts.DeterminedBy] = new("状态认定单位", "Determined by"),
        [CaseFacts.NotPerformed] = new("未履行的承诺内容", "What was not performed"),
        [CaseFacts.Consequences] = new("违诺责任追究内容", "Consequences"),
        [CaseFacts.Number] = new("承诺（申报）编码", "Registered number"),
        ["contractNumber"] = new("合同编号", "Contract number"),
        ["contractName"] = new("合同名称", "Contract"),
        ["contractType"] = new("合同类型", "Type of contract"),
        [CaseFacts.Party] = new("合同相对方", "Other party"),
        ["projectNumber"] = new("项目编号", "Project number"),
        ["firstAddress"] = new("甲方地址", "Address of the first party"),
        ["secondAddress"] = new("乙方地址", "Address of the other party"),
        ["subjectMatter"] = new("主要标的", "Subject matter"),
        ["specification"] = new("规格", "Specification"),
        ["quantity"] = new("数量", "Quantity"),
        ["unitPrice"] = new("单价", "Unit price"),
        ["amount"] = new("合同金额（万元）", "Amount (10,000 yuan)"),
        ["signedOn"] = new("签订日期", "Signed on"),
        ["announcedOn"] = new("公告日期", "Announced on"),
        ["place"] = new("签订地点", "Place"),
        ["method"] = new("采购方式", "Method of procurement"),
        ["region"] = new("所属区域", "Region"),
        ["industry"] = new("所属行业", "Industry"),
        ["note"] = new("其他补充", "Remarks"),
        [CaseFacts.BreachParty] = new("违约方", "Party in breach"),
        [CaseFacts.BreachReason] = new("违约事由", "Breach"),
        [CaseFacts.DocumentNumber] = new("决定文书号", "Document number"),
        [CaseFacts.Basis] = new("依据", "Basis"),
        [CaseFacts.Until] = new("失效日期", "Ends on"),
        [CaseFacts.TextDigest] = new("签署文本摘要", "Digest of the text signed"),
    };

    /// <summary>公开类型 of a commitment.</summary>
    public static IReadOnlyDictionary<string, Text> Disclosures { get; } = new Dictionary<string, Text>(StringComparer.Ordinal)
    {
        ["public"] = new("可向社会公开", "Public"),
        ["limited"] = new("特定范围内公开", "Limited"),
    };

    /// <summary>Words of the performance of a commitment or contract, where it is no outcome of a case.</summary>
    public static IReadOnlyDictionary<string, Text> Results { get; } = new Dictionary<string, Text>(StringComparer.Ordinal)
    {
        ["open"] = new("履行中", "Open"),
        ["in-performance"] = new("履约中", "In performance"),
        ["performed"] = new("已履行", "Performed"),
    };
}
