using CreditGrains.Engine.Keys;

namespace CreditGrains.Portal.Texts;

/// <summary>Words of the page for bad days: pages that are taken down, keys, and who did what.</summary>
internal static class EmergencyTexts
{
    public static readonly Text Title = new("应急处置", "Emergency");
    public static readonly Text Pages = new("已关闭的公开页面", "Public pages that are closed");
    public static readonly Text PagesMeans = new(
        "公开内容有误时，可先关闭有关页面，更正后再恢复。关闭后该页面及其下级页面、下载和信用报告在各节点数秒内停止对外展示；已被下载的内容无法收回。",
        "When what is published is wrong, take its page down first and show it again once it is right. The page, those below it, their "
        + "downloads and the credit report are not shown any more on all nodes within seconds. Downloads that people have made are out.");
    public static readonly Text NoPages = new("没有关闭任何页面。", "No page is closed.");
    public static readonly Text ColumnPage = new("页面", "Page");
    public static readonly Text ColumnSince = new("时间", "At");
    public static readonly Text ColumnActor = new("操作人", "By");
    public static readonly Text ColumnReason = new("原因", "Reason");
    public static readonly Text ChangeTitle = new("关闭或恢复页面", "Close or show a page");
    public static readonly Text Path = new("页面路径", "Path of the page");
    public static readonly Text PathHint = new(
        "例如 /portal/lists、/portal/lists/名单标识、/portal/subjects/统一社会信用代码、/portal/search",
        "For example /portal/lists, /portal/lists/ID, /portal/subjects/CODE, /portal/search");
    public static readonly Text ReasonHint = new("仅供内部查阅，不对外展示", "Not shown to the public");
    public static readonly Text Close = new("关闭页面", "Close the page");
    public static readonly Text Open = new("恢复页面", "Show it again");
    public static readonly Text PathUnknown = new("没有可关闭的该公开页面", "There is no such public page to close");
    public static readonly Text StateWrong = new("该页面已关闭，或并未关闭", "The page is closed already, or is not closed");
    public static readonly Text Done = new("已生效，数秒内各节点一致", "Done; all nodes follow within seconds");
    public static readonly Text Keys = new("签名密钥", "Signing keys");
    public static readonly Text KeysMeans = new(
        "密钥的轮换和吊销使用命令 credit keys rotate 和 credit keys revoke。已吊销密钥所签的内容，只能由平台登记的编号和摘要核验。",
        "Keys are changed and revoked with credit keys rotate and credit keys revoke. What a revoked key has signed is verified by number "
        + "and digest in the platform's register alone.");
    public static readonly Text ColumnUse = new("用途", "For");
    public static readonly Text ColumnKey = new("密钥编号", "Key");
    public static readonly Text ColumnState = new("状态", "State");
    public static readonly Text Signs = new("使用中", "signs");
    public static readonly Text Former = new("已停用", "former");
    public static readonly Text Revoked = new("已吊销：{0}", "revoked: {0}");
    public static readonly Text Acts = new("处置记录", "What was done");
    public static readonly Text NoActs = new("尚无记录。", "Nothing yet.");
    public static readonly Text ColumnAct = new("处置", "Act");
    public static readonly Text Closed = new("关闭页面", "page closed");
    public static readonly Text Opened = new("恢复页面", "page shown again");
    public static readonly Text KeyRotated = new("轮换密钥（{0}）", "key changed ({0})");
    public static readonly Text KeyRevoked = new("吊销密钥（{0}）", "key revoked ({0})");
    public static readonly Text ConsoleClosed = new("已关闭的公开页面：{0}", "Public pages that are closed: {0}");

    public static Text UseOf(KeyUse use) => use switch
    {
        KeyUse.Reports => new Text("信用报告", "credit reports"),
        KeyUse.Summaries => new Text("重算摘要", "summaries of recomputations"),
        KeyUse.Cursors => new Text("翻页游标", "cursors of lists"),
        _ => new Text("登录会话", "sessions"),
    };
}
