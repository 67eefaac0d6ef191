namespace CreditGrains.Portal.Texts;

/// <summary>Words of forms.</summary>
public static class FormTexts
{
    public static readonly Text SummaryTitle = new("提交内容有误", "There is a problem");
    public static readonly Text Continue = new("继续", "Continue");
    public static readonly Text Search = new("查询", "Search");
    public static readonly Text Filter = new("筛选", "Apply filters");
    public static readonly Text Choose = new("请选择", "Choose one");
    public static readonly Text TooLong = new("请不要超过 {0} 字。", "Enter no more than {0} characters.");
    public static readonly Text DateWrong = new("请输入真实的日期，例如 2026-03-27", "Enter a real date, for example 2026-03-27");
    public static readonly Text Done = new("已完成", "Done");

    public static readonly Text Stale = new(
        "页面已过期或登录状态已变化，您填写的内容都已保留。请核对后再次提交。",
        "This page had become too old, or you have signed in since. Everything you typed is kept: look through it and send it again.");
}
