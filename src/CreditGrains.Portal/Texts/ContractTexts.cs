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

    public static readonly Text MirrorAwaited = new(
        "正在记入乙方信用档案，未成功的每半分钟自动重试。",
        "It is being written to the other party’s file, and tried again every half minute until it is there.");

    public static readonly Text MirrorRefused = new(
        "未能记入乙方信用档案：{0}平台每半分钟自动重试。",
        "The other party’s file did not take it: {0} The platform tries again every half minute.");

    /// <summary>Types of contracts.</summary>
    public static IReadOnlyDictionary<string, Text> Types { get; } = new Dictionary<string, Text>(StringComparer.Ordinal)
    {
        ["administrative"] = new("行政合同", "Administrative"),
        ["market"] = new("市场化合同", "Commercial"),
    };

    public static readonly Text FirstParty = new("甲方 {0}", "First party {0}");
    public static readonly Text OtherParty = new("乙方 {0}", "Other party {0}");
    public static readonly Text BreachPartyHint = new("只选违约的一方。", "Only the party that is in breach.");
    public static readonly Text BreachReasonHint = new("写明违反了哪项约定。", "Say which term was broken.");
    public static readonly Text BreachBasis = new("认定违约的文书", "Decision or judgment that finds the breach");
    public static readonly Text BreachBasisHint = new("判决书、仲裁裁决书或者行政决定的文号。", "Number of the judgment, award or decision.");

    /// <summary>Words of its steps, by <c>kind.step</c>.</summary>
    public static IReadOnlyDictionary<string, (Text Button, Text Explanation, Text Done)> Steps { get; } =
        new Dictionary<string, (Text, Text, Text)>(StringComparer.Ordinal)
        {
            ["contract.perform"] = (
                new("登记履约完毕", "Record the performance"),
                new("双方档案中的合同改为“已履约”。", "The contract stands as performed in both files."),
                new("已登记履约完毕。", "The performance was recorded.")),
            ["contract.breach"] = (
                new("登记违约", "Record a breach"),
                new(
                    "违约方档案记为违约；另一方档案记明违约的不是本方。",
                    "The party in breach gets it on its file; the other party’s record says that it was not itself in breach."),
                new("违约已登记。", "The breach was recorded.")),
            ["contract.close"] = (
                new("了结归档", "Close the case"),
                new("争议已了结，办件结束，违约记录保留。", "The matter is settled and the case ends; the breach stays on record."),
                new("办件已结案。", "The case was closed.")),
            ["contract.withdraw"] = (
                new("误报撤回", "Withdraw: reported in error"),
                new("双方档案中的合同记录都撤回。", "The records in both files are withdrawn."),
                new("合同记录已撤回。", "The contract was withdrawn.")),
            ["contract.mirror"] = (
                new("再次记入乙方档案", "Write it to the other party’s file again"),
                new(
                    "平台每半分钟自动重试；原因消除后可以在此立即重试。",
                    "The platform tries by itself every half minute; once the cause is gone, you can try at once."),
                new("已记入双方档案。", "The contract stands in both files.")),
        };
}
