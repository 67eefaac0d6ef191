namespace CreditGrains.Portal.Texts;

/// <summary>Words of returned lines.</summary>
public static class QuarantineTexts
{
    public static readonly Text Intro = new(
        "平台没有接收的行，最早的在前。改正后重新提交；不需要的可以关闭。含个人信息的行只保留原因，不保留内容。",
        "Lines that were not taken in, the oldest first. Put them right and send them again, or close what is not needed. Of lines with "
        + "personal data only the reason is kept.");

    public static readonly Text State = new("状态", "State");
    public static readonly Text ColumnNumber = new("编号", "Number");
    public static readonly Text ColumnRecord = new("记录", "Record");
    public static readonly Text ColumnReason = new("原因和位置", "Reason and place");
    public static readonly Text ColumnAt = new("退回时间", "Returned at");
    public static readonly Text Repair = new("改正", "Repair");
    public static readonly Text NoId = new("编号无法读取", "No id could be read");
    public static readonly Text Empty = new("没有这种状态的数据。", "There is no line of this state.");
    public static readonly Text OpenCount = new("待处理 {0} 行", "{0} lines wait");
    public static readonly Text EditTitle = new("改正退回的第 {0} 号数据", "Repair returned line {0}");
    public static readonly Text Reason = new("原因", "Reason");
    public static readonly Text Place = new("位置", "Place");
    public static readonly Text Whole = new("整行", "The whole line");
    public static readonly Text Advice = new("怎样改正", "What to do");
    public static readonly Text Line = new("数据内容（一条 JSON 记录）", "The line (one JSON event)");

    public static readonly Text LineHint = new(
        "改正后点击“重新提交”。换行和缩进不影响内容。", "Put it right and send it again. Line breaks and indents do not matter.");

    public static readonly Text NotKept = new(
        "这一行的内容没有保留（含个人信息、过长或无法读取）。请从原始数据改正后填写。",
        "What this line said was not kept (personal data, too long, or not readable). Enter it anew from your own records.");

    public static readonly Text LineMissing = new("请填写数据内容", "Enter the line");
    public static readonly Text LineTooLong = new("数据内容过长", "The line is too long");
    public static readonly Text LineArray = new("请只填写一条记录，不要用数组", "Enter one event, not an array");
    public static readonly Text Resubmit = new("重新提交", "Send again");
    public static readonly Text Dismiss = new("关闭，不再提交", "Close without sending");
    public static readonly Text StillWrong = new("仍未接收：{0}（{1}）", "Still not taken in: {0} ({1})");
    public static readonly Text DoneAccepted = new("第 {0} 号数据已接收。", "Line {0} was taken in.");
    public static readonly Text DoneKnown = new("第 {0} 号数据平台已有，已关闭。", "What line {0} says is known already; it is closed.");
    public static readonly Text DoneDismissed = new("第 {0} 号数据已关闭。", "Line {0} is closed.");
    public static readonly Text DoneRejected = new("第 {0} 号数据改正后仍未接收，已作为新的一行退回。", "Line {0} was returned again, as a new line.");

    /// <summary>States of a line, as the store names them.</summary>
    public static IReadOnlyList<(string Value, Text Label)> States { get; } =
    [
        ("open", new("待处理", "Open")), ("resubmitted", new("已重新提交", "Sent again")), ("dismissed", new("已关闭", "Closed")),
        ("superseded", new("已被后来的报送取代", "Superseded")), ("all", new("全部", "All")),
    ];
}
