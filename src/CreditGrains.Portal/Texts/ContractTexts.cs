namespace CreditGrains.Portal.Texts;

/// <summary>Words of contracts (合同履约).</summary>
public static class ContractTexts
{
    public static readonly Text Title = new("登记合同", "Report a contract");
    public static readonly Text SubjectQuestion = new("合同甲方是哪个组织？", "Which organisation is the first party?");
    public static readonly Text NotKept = new("规则手册没有设置合同履约信息。", "The rulebook keeps no contracts.");
    public static readonly Text PartyQuestion = new("合同乙方是哪个组织？", "Which organisation is the other party?");

    public static readonly Text PartyHint = new(
        "统一社会信用代码，18 位。合同同时记入双方信用档案。",
        "The unified social credit code, 18 characters. The contract stands in the files of both parties.");

    public static readonly Text PartyMissing = new("请填写乙方的统一社会信用代码。", "Enter the code of the other party.");
    public static readonly Text MainQuestion = new("合同内容", "The contract");
    public static readonly Text NumberMissing = new("请填写合同编号。", "Enter the contract number.");
    public static readonly Text FurtherQuestion = new("其他内容（可选）", "Anything else (optional)");

    public static readonly Text FurtherHint = new(
        "没有的可以不填。不要填写个人姓名、证件号码、电话。",
        "Leave empty what there is not. Do not name people, and give no identity or telephone numbers.");

    public static readonly Text InBothFiles = new(
        "提交后，合同记入双方信用档案，双方都能看到。",
        "Once you send it, the contract stands in the files of both parties, and both can see it.");

    /// <summary>Types of contracts.</summary>
    public static IReadOnlyDictionary<string, Text> Types { get; } = new Dictionary<string, Text>(StringComparer.Ordinal)
    {
        ["administrative"] = new("行政合同", "Administrative"),
        ["market"] = new("市场化合同", "Commercial"),
    };
}
