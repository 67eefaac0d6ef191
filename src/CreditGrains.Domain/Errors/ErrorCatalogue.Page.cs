namespace CreditGrains.Domain.Errors;

/// <summary>Codes of public pages that an operator takes down.</summary>
public static partial class ErrorCatalogue
{
    public static readonly ErrorDescription PageClosed = Define("page-closed", 503,
        "This page is closed for the time being.", "本页面暂时关闭。",
        "What it shows is being put right; come again later.", "其内容正在核对更正，请稍后再来查看。");

    public static readonly ErrorDescription UnknownPage = Define("unknown-page", 404,
        "There is no such public page to close.", "没有可关闭的该公开页面。",
        "Name the path of a public page: /portal/lists, a list below it, /portal/subjects, an organisation below it, /portal/search, "
        + "/portal/rules, /portal/commitments, /portal/rights or /portal/verify.",
        "请填写公开页面的路径：/portal/lists 及其下的名单、/portal/subjects 及其下的组织、/portal/search、/portal/rules、/portal/commitments、"
        + "/portal/rights 或 /portal/verify。");

    public static readonly ErrorDescription PageState = Define("page-state", 409,
        "The page is closed already, or is not closed.", "该页面已关闭，或并未关闭。",
        "Look at the list of closed pages (GET /v1/pages); at most 200 are closed at once.", "请查看已关闭页面列表（GET /v1/pages）；同时最多关闭200个页面。");
}
