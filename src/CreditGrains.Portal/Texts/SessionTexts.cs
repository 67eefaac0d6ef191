namespace CreditGrains.Portal.Texts;

/// <summary>Words of sessions.</summary>
public static class SessionTexts
{
    public static readonly Text EndedTitle = new("登录已过期", "Your session has ended");

    public static readonly Text EndedText = new(
        "您提交表单时登录已过期。填写的内容没有丢失，也尚未提交。",
        "Your session had ended when you sent the form. Nothing that you typed is lost, and nothing has been carried out.");

    public static readonly Text EndedFiles = new(
        "您选择的文件没有上传，也没有保存：再次提交后请重新选择。此前已上传的文件仍然保留。",
        "The files that you had chosen were neither taken nor kept: choose them again after you have sent this. Files uploaded before are "
        + "still there.");

    public static readonly Text SignInNewTab = new("重新登录（在新标签页中打开）", "Sign in again (opens in a new tab)");

    public static readonly Text EndedThen = new(
        "登录后回到本页，点击“再次提交”。", "Then come back to this page and choose “Send again”.");

    public static readonly Text SendAgain = new("再次提交", "Send again");
    public static readonly Text TypedSummary = new("您填写的内容", "What you typed");
    public static readonly Text PurposeTitle = new("您为什么查看这些信息？", "What do you look at this for?");

    public static readonly Text PurposeHint = new(
        "接下来的页面含有不公开的信息。您的查询目的和每次查看都会记入查询日志，被查询的组织可以看到。每次登录只询问一次。",
        "The pages that follow hold data that are not public. Your purpose and each look go into the access log, which the organisation "
        + "concerned can read. You are asked once a session.");

    public static readonly Text PurposeMissing = new("请选择查看目的", "Choose what you look at this for");
    public static readonly Text PurposeOwn = new("查看本组织信息", "Our own organisation’s data");
    public static readonly Text PurposeApproval = new("办理审批事项", "An approval");
    public static readonly Text PurposeSupervision = new("日常监管", "Supervision");
    public static readonly Text PurposeQuality = new("数据报送与质量核查", "Reporting and quality of data");
    public static readonly Text PurposePolicy = new("评价规则制定", "Work on the rules");
    public static readonly Text PurposeAudit = new("审计", "Audit");
    public static readonly Text PurposeOperation = new("平台运行维护", "Operation of the platform");
    public static readonly Text PurposeOther = new("其他目的", "Something else");
    public static readonly Text PurposeOtherLabel = new("如为其他目的，请说明", "If something else, say what");

    public static readonly Text PurposeOtherWrong = new(
        "请用 4 至 128 个字说明查看目的", "Say what you look at this for in 4 to 128 characters");

    public static readonly Text SignInFailed = new(
        "登录没有完成，请重试。", "Signing in was not completed. Please try again.");
}
