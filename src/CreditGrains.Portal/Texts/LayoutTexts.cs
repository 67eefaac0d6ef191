namespace CreditGrains.Portal.Texts;

/// <summary>Words around every page.</summary>
public static class LayoutTexts
{
    public static readonly Text Name = new("公共信用信息平台", "Public credit information");
    public static readonly Text Skip = new("跳到主要内容", "Skip to main content");
    public static readonly Text MainNavigation = new("主导航", "Main navigation");
    public static readonly Text FooterNavigation = new("页脚链接", "About this site");
    public static readonly Text Breadcrumbs = new("当前位置", "Breadcrumbs");
    public static readonly Text Home = new("首页", "Home");
    public static readonly Text Lists = new("信用公示", "Public lists");
    public static readonly Text Rules = new("信用规则", "Rules in force");
    public static readonly Text Verify = new("凭证核验", "Verify a receipt or report");
    public static readonly Text About = new("关于本平台", "About");
    public static readonly Text Accessibility = new("无障碍声明", "Accessibility statement");
    public static readonly Text Rights = new("异议和修复", "Objection and repair");
    public static readonly Text Contact = new("联系我们", "Contact");
    public static readonly Text SignIn = new("登录", "Sign in");
    public static readonly Text SignOut = new("退出登录", "Sign out");
    public static readonly Text ErrorPrefix = new("错误：", "Error: ");
    public static readonly Text Pages = new("分页", "Pages");
    public static readonly Text NextPage = new("下一页", "Next page");
    public static readonly Text FirstPage = new("返回第一页", "Back to the first page");
    public static readonly Text Showing = new("显示第 {0} 至 {1} 条，共 {2} 条", "Showing {0} to {1} of {2}");

    public static readonly Text Notice = new(
        "本平台只归集和公示组织的公共信用信息，不涉及自然人。公示内容由信源单位提供；与“信用中国”网站不一致的，以“信用中国”为准。",
        "This site holds and publishes public credit information on organisations only, never on people. Each entry comes from the body "
        + "named with it; where the national site Credit China says otherwise, that site prevails.");
}
