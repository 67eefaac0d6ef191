namespace CreditGrains.Portal.Texts;

/// <summary>Words of the check that other portals frame.</summary>
public static class EmbedTexts
{
    public static readonly Text Purpose = new("核查目的", "Purpose");
    public static readonly Text StageUnknown = new("没有这个环节", "There is no such stage");

    public static readonly Text Logged = new(
        "以 {0} 的身份核查。每次核查都会记入被查组织的查询记录。",
        "Asked as {0}. Each check goes into the log of the organisation.");

    public static readonly Text SignInTitle = new("请先登录公共信用信息平台", "Sign in to public credit information first");

    public static readonly Text SignInText = new(
        "本页嵌在其他平台的页面中，不能在此登录。", "This page is part of another site’s page, and you cannot sign in here.");

    public static readonly Text SignInNewTab = new("登录（在新标签页中打开）", "Sign in (opens in a new tab)");
    public static readonly Text ShowAgain = new("登录后点击这里继续", "After signing in, go on here");
    public static readonly Text StillHere = new("登录后仍显示本页？", "Still this page after signing in?");

    public static readonly Text Blocked = new(
        "您的浏览器可能阻止了第三方 Cookie。请允许本平台使用，或在新标签页中打开平台进行核查。",
        "Your browser may block cookies of third parties. Allow those of this site, or make the check on the site itself, in a new tab.");

    public static readonly Text SignedInTitle = new("登录成功", "You are signed in");

    public static readonly Text SignedInText = new(
        "您已以 {0} 的身份登录。请关闭本标签页，回到原来的页面继续。",
        "You are signed in as {0}. Close this tab and go on in the page that you came from.");

    public static readonly Text NewTab = new("（在新标签页中打开）", " (opens in a new tab)");
}
