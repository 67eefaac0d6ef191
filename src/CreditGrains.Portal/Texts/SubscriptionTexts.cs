namespace CreditGrains.Portal.Texts;

/// <summary>Words of the pages of subscriptions.</summary>
public static class SubscriptionTexts
{
    public static readonly Text New = new("新建订阅", "New subscription");

    public static readonly Text Intro = new(
        "组织的等级变化会按 Standard Webhooks 签名后发送到接收地址。每次发送都记入该组织的查询记录。",
        "Changes of grades are posted to the receiver, signed by Standard Webhooks. Each is on the access log of its organisation.");

    public static readonly Text Url = new("接收地址", "Address of the receiver");
    public static readonly Text UrlHint = new(
        "以 https:// 开头，不在平台自己的网络内。", "Begins with https:// and is not in the platform’s own networks.");
    public static readonly Text UrlMissing = new("请填写接收地址", "Enter the address of the receiver");
    public static readonly Text Subjects = new("组织（可选）", "Organisations (optional)");

    public static readonly Text SubjectsHint = new(
        "统一社会信用代码，每行一个，最多 500 个；不填则为全部组织。", "Codes, one a line, at most 500; leave it empty for all organisations.");

    public static readonly Text Grades = new("等级（可选）", "Grades (optional)");

    public static readonly Text GradesHint = new(
        "只推送进入或离开这些等级的变化，用逗号分隔，例如 C, D。", "Only changes into or out of these grades, with commas between, such as C, D.");

    public static readonly Text After = new("起点（可选）", "From where (optional)");

    public static readonly Text AfterHint = new(
        "游标，或带时区的时刻，例如 2026-11-01T00:00:00+08:00；不填则从现在开始。",
        "A cursor, or an instant with offset such as 2026-11-01T00:00:00+08:00; leave it empty to begin now.");

    public static readonly Text AfterWrong = new(
        "请填写有效的游标，或带时区的时刻", "Enter a cursor of this platform, or an instant with offset");

    public static readonly Text AfterMissing = new("请填写重新推送的起点", "Enter from where to send again");
    public static readonly Text Purpose = new("用途", "What for");
    public static readonly Text PurposeMissing = new("请填写用途", "Say what it is for");
    public static readonly Text Create = new("新建", "Make it");
    public static readonly Text Made = new("订阅已新建", "The subscription is made");
    public static readonly Text Secret = new("签名密钥", "Key of the signatures");

    public static readonly Text SecretText = new(
        "密钥只显示这一次，请现在保存到接收方。离开本页后无法再查看。",
        "The key is shown this once: keep it at the receiver now. It cannot be seen again after this page.");

    public static readonly Text ToSubscription = new("查看该订阅", "Go to the subscription");
    public static readonly Text Subscription = new("订阅 {0}", "Subscription {0}");
    public static readonly Text All = new("全部", "All");
    public static readonly Text MadeBy = new("新建", "Made");
    public static readonly Text MadeByValue = new("由 {0} 于 {1}", "By {0}, {1}");
    public static readonly Text Active = new("正常", "Active");
    public static readonly Text Failing = new("发送失败", "Failing");
    public static readonly Text Paused = new("已暂停", "Paused");
    public static readonly Text Next = new("下次重试", "Next attempt");
    public static readonly Text Attempts = new("连续失败次数", "Failures in a row");
    public static readonly Text LastDelivery = new("最近送达", "Last delivery");
    public static readonly Text Pause = new("暂停", "Pause");
    public static readonly Text Resume = new("继续", "Go on");
    public static readonly Text ReplayTitle = new("重新推送", "Send again");
    public static readonly Text ReplayText = new(
        "从给定的起点重新推送；接收方凭相同的编号识别重复的事件。", "Sends again from a place; the receiver knows repeated events by their ids.");

    public static readonly Text ReplayHint = new(
        "游标，或带时区的时刻，例如 2026-11-01T00:00:00+08:00。", "A cursor, or an instant with offset such as 2026-11-01T00:00:00+08:00.");

    public static readonly Text ReplayFrom = new("起点", "From where");
    public static readonly Text Replay = new("重新推送", "Send again");
    public static readonly Text Delete = new("删除订阅", "Delete the subscription");
    public static readonly Text DeleteQuestion = new("确定删除该订阅？", "Delete this subscription for good?");

    public static readonly Text DeleteText = new(
        "接收地址和密钥将被清除，之后的变化不再推送，且无法恢复。", "Its address and key are wiped and nothing more is sent. This cannot be undone.");

    public static readonly Text DeleteNow = new("删除", "Delete it");
    public static readonly Text Deleted = new("订阅已删除。", "The subscription is deleted.");

    /// <summary>Step just made, by the word in the address.</summary>
    public static readonly IReadOnlyDictionary<string, Text> Done = new Dictionary<string, Text>
    {
        ["pause"] = new("订阅已暂停。", "The subscription is paused."),
        ["resume"] = new("订阅已继续。", "The subscription goes on."),
        ["replay"] = new("正在重新推送。", "It is being sent again."),
    };
}
