using CreditGrains.Domain.Policies;

namespace CreditGrains.Portal.Texts;

/// <summary>Words of the policy office.</summary>
public static class PolicyPageTexts
{
    public static readonly Text Title = new("评价规则管理", "Evaluation rules");

    public static readonly Text Intro = new(
        "规则由一人起草、另一人批准后启用。启用前应先模拟，看清会影响谁。",
        "One person drafts, a second one approves and activates. Simulate first: it says whom a version would move.");

    public static readonly Text ColumnVersion = new("版本", "Version");
    public static readonly Text ColumnState = new("状态", "State");
    public static readonly Text ColumnAuthor = new("起草人和时间", "Author and time");
    public static readonly Text ColumnSince = new("启用时间", "In force from");
    public static readonly Text InForce = new("正在使用的版本", "In force now");
    public static readonly Text NewDraft = new("起草新版本", "Draft a new version");
    public static readonly Text DraftFrom = new("以此版本为基础起草", "Draft from this version");
    public static readonly Text VersionTitle = new("规则版本 {0}", "Version {0}");
    public static readonly Text Author = new("起草人", "Author");
    public static readonly Text Handed = new("提交时间", "Handed in");
    public static readonly Text Note = new("说明", "Note");
    public static readonly Text NoteOptional = new("说明（可选）", "Note (optional)");
    public static readonly Text Approval = new("批准", "Approval");
    public static readonly Text Withdrawal = new("撤回", "Withdrawal");
    public static readonly Text DecisionValue = new("{0} 于 {1}：{2}", "{0} on {1}: {2}");
    public static readonly Text Differences = new("与版本 {0} 的不同", "What changes from version {0}");
    public static readonly Text NoDifferences = new("没有不同。", "Nothing changes.");
    public static readonly Text Effect = new("最近一次模拟", "Last simulation");

    public static readonly Text EffectValue = new(
        "相对版本 {0}：{1} 家中有 {2} 家降级（{3}%）", "Against version {0}: of {1} organisations {2} go down a grade ({3} %)");

    public static readonly Text NoEffect = new("尚未模拟", "Not simulated yet");
    public static readonly Text Mistakes = new("有 {0} 处错误", "{0} mistakes");
    public static readonly Text ColumnLine = new("行", "Line");
    public static readonly Text ColumnText = new("该行内容", "What it says");
    public static readonly Text ColumnMistake = new("错误和改法", "Mistake and what to do");
    public static readonly Text History = new("经过", "History");
    public static readonly Text ColumnStep = new("步骤", "Step");
    public static readonly Text ColumnActor = new("办理人", "Who");
    public static readonly Text ColumnReason = new("理由", "Reason");
    public static readonly Text Text = new("规则全文", "Text");
    public static readonly Text Steps = new("办理", "What to do with it");
    public static readonly Text Reason = new("理由", "Reason");
    public static readonly Text ReasonMissing = new("请填写理由", "Say why");
    public static readonly Text Simulate = new("模拟", "Simulate");
    public static readonly Text Approve = new("批准", "Approve");
    public static readonly Text Activate = new("启用", "Activate");
    public static readonly Text RollBack = new("恢复使用此版本", "Roll back to this version");
    public static readonly Text Withdraw = new("撤回此版本", "Withdraw");
    public static readonly Text At = new(
        "启用时间（可选，例如 2027-01-01T00:00:00+08:00）", "From when (optional, for example 2027-01-01T00:00:00+08:00)");
    public static readonly Text AtWrong = new("请写明日期、时间和时区", "Give date, time and offset");
    public static readonly Text Confirm = new("确认降级的家数（需要时填写）", "Number of downgrades, where it must be confirmed");
    public static readonly Text ConfirmWrong = new("请输入整数", "Enter a whole number");

    public static readonly Text Changed = new(
        "您查看后，此版本已被他人处理。您填写的内容都已保留，请看过新的状态后再决定。",
        "Somebody has dealt with this version since you opened the page. What you typed is kept: look at where it stands now, and decide.");

    public static readonly Text Done = new("已完成：{0}", "Done: {0}");
    public static readonly Text Editor = new("规则全文（policy.yaml）", "The text (policy.yaml)");
    public static readonly Text EditorHint = new(
        "先“检查”：错误会逐行列出，没有错误时列出与现行版本的不同。", "“Check” first: mistakes are listed by line, or else what changes.");
    public static readonly Text Check = new("检查", "Check");
    public static readonly Text HandIn = new("提交", "Hand in");
    public static readonly Text TextMissing = new("请填写规则全文", "Enter the text");
    public static readonly Text Good = new("没有错误。", "There is no mistake.");
    public static readonly Text MistakeAt = new("第 {0} 行：{1}", "Line {0}: {1}");

    /// <summary>Where a version stands.</summary>
    public static IReadOnlyDictionary<PolicyState, (Text Label, string Colour)> States { get; } =
        new Dictionary<PolicyState, (Text, string)>
    {
        [PolicyState.Draft] = (new("草案", "Draft"), "yellow"),
        [PolicyState.Approved] = (new("已批准", "Approved"), "blue"),
        [PolicyState.Scheduled] = (new("已排期", "Scheduled"), "purple"),
        [PolicyState.Active] = (new("使用中", "In force"), "green"),
        [PolicyState.Superseded] = (new("已被取代", "Superseded"), "grey"),
        [PolicyState.Withdrawn] = (new("已撤回", "Withdrawn"), "grey"),
    };

    /// <summary>Steps of a version's life, as the store names them.</summary>
    public static IReadOnlyDictionary<string, Text> Actions { get; } = new Dictionary<string, Text>(StringComparer.Ordinal)
    {
        ["draft"] = new("提交草案", "Handed in"), ["approve"] = new("批准", "Approved"), ["activate"] = new("启用", "Activated"),
        ["schedule"] = new("排期启用", "Scheduled"), ["roll-back"] = new("恢复使用", "Rolled back to"),
        ["cancel"] = new("取消排期", "Schedule taken back"), ["withdraw"] = new("撤回", "Withdrawn"),
    };
}
