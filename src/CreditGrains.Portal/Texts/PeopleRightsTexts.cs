namespace CreditGrains.Portal.Texts;

/// <summary>Words of the page on who has which rights.</summary>
internal static class PeopleRightsTexts
{
    public static readonly Text Title = new("人员权限", "People and rights");
    public static readonly Text Means = new(
        "以下为本节点自启动以来放行过的人员和程序及其权限。平台不设账户，权限由统一身份认证授予；其他节点请登录相应节点查看，或使用命令 credit people list。",
        "Whom this node has let in since its start, people and programs, with their rights. The platform keeps no accounts: the identity "
        + "provider gives rights. Other nodes have lists of their own; credit people list asks all of them.");
    public static readonly Text ColumnPerson = new("人员", "Person");
    public static readonly Text ColumnRights = new("权限", "Rights");
    public static readonly Text ColumnBy = new("凭据", "By");
    public static readonly Text ColumnSeen = new("最近使用", "Last seen");
    public static readonly Text ColumnUntil = new("有效期至", "Valid until");
    public static readonly Text ByToken = new("令牌", "token");
    public static readonly Text BySession = new("登录会话", "session");
    public static readonly Text OfSource = new("报送单位 {0}", "source {0}");
    public static readonly Text OfSubject = new("主体 {0}", "organisation {0}");
    public static readonly Text Over = new("已终止", "ended");
    public static readonly Text LeftOut = new("另有 {0} 次请求因名单已满未列入。", "{0} requests of further people are not listed: the list is full.");
    public static readonly Text EndTitle = new("终止某人的会话和令牌", "End a person's sessions and tokens");
    public static readonly Text EndMeans = new(
        "该人员此前的全部登录会话和令牌数秒内在各节点失效；重新登录仍然有效，如账户应停用，请同时在统一身份认证中停用。",
        "Every session and token so far ends on all nodes within seconds. A new sign-in holds: close the account at the identity "
        + "provider too.");
    public static readonly Text PersonHint = new("与上表“人员”一致", "As it stands in the table above");
    public static readonly Text Reason = new("原因", "Reason");
    public static readonly Text EndNow = new("终止", "End them");
    public static readonly Text Done = new("会话和令牌已终止", "Sessions and tokens have ended");
    public static readonly Text PersonMissing = new("请填写人员", "Enter a person");
}
