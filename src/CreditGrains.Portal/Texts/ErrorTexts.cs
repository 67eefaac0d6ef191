namespace CreditGrains.Portal.Texts;

/// <summary>Words of the error pages.</summary>
public static class ErrorTexts
{
    public static readonly Text NotFoundTitle = new("找不到页面", "Page not found");

    public static readonly Text NotFound = new(
        "如果网址是手工输入或粘贴的，请检查是否完整。您要找的组织可能尚未收录，也可以在首页按名称或代码查询。",
        "If you typed or pasted the address, check that it is whole. The organisation you look for may not be known here; you can search "
        + "for it by name or code on the home page.");

    public static readonly Text ForbiddenTitle = new("您无权访问此页面", "You may not see this page");

    public static readonly Text Forbidden = new(
        "此页面不对您当前的角色开放，或属于其他单位。", "This page is not for your role, or it belongs to somebody else.");

    public static readonly Text ForbiddenAs = new(
        "当前登录：{0}。如需以其他身份访问，请先退出登录。",
        "You are signed in as {0}. To see it as somebody else, sign out first.");

    public static readonly Text UnauthenticatedTitle = new("请先登录", "Sign in first");
    public static readonly Text Unauthenticated = new("此页面需要登录后访问。", "You must sign in to see this page.");
    public static readonly Text TooManyTitle = new("请求过于频繁", "Too many requests");

    public static readonly Text TooMany = new(
        "来自您的请求过多，请稍等片刻后重新载入本页。", "Too many requests came from you. Wait a little and load this page again.");

    public static readonly Text BusyTitle = new("系统繁忙", "The service is busy");

    public static readonly Text Busy = new(
        "系统暂时无法处理您的请求，没有保存任何更改。请稍后再试。",
        "Your request could not be answered just now, and nothing was changed. Try again in a little while.");

    public static readonly Text ClosedTitle = new("本页面暂时关闭", "This page is closed for the time being");

    public static readonly Text Closed = new(
        "本页面的内容正在核对更正，暂不对外展示。其他页面仍可使用，请稍后再来查看。",
        "What this page shows is being put right, and is not shown until then. Other pages can be used; come again later.");

    public static readonly Text FaultTitle = new("系统出现故障", "Something went wrong");

    public static readonly Text Fault = new(
        "这是我们的问题，不是您的操作造成的。请稍后再试；如果仍然出现，请将下面的编号告知平台运营方。",
        "This is our fault, not yours. Try again later; if it happens again, tell the operator the number below.");

    public static readonly Text RefusedTitle = new("无法处理此请求", "This request cannot be answered");

    public static readonly Text Refused = new(
        "请求的内容不正确，请返回后检查。", "Something in the request is not right. Go back and check it.");

    public static readonly Text ToHome = new("返回首页查询", "Go to the home page and search");
    public static readonly Text Trace = new("编号：{0}", "Number: {0}");
}
