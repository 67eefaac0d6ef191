namespace CreditGrains.Portal.Texts;

/// <summary>The invented people of the development provider.</summary>
public static class PeopleTexts
{
    public static readonly Text Title = new("选择示范人员", "Choose an invented person");

    public static readonly Text Text = new(
        "这是开发用登录服务，仅在本机且未配置统一身份认证时可用。以下人员均为虚构。",
        "This is the sign-in for development. It exists on this machine only, and only while no OpenID Connect issuer is configured. None "
        + "of these people is real.");

    public static readonly Text Choose = new("以{0}登录", "Sign in as {0}");
    public static readonly Text SourceName = new("虚构·数据报送员", "Invented data officer");
    public static readonly Text SourceDoes = new("信源单位 DEMO：报送数据、处理退回数据", "Source DEMO: reports data, repairs what was returned");
    public static readonly Text RegulatorName = new("虚构·市场监管经办人", "Invented market regulator");

    public static readonly Text RegulatorDoes = new(
        "部门 SCJG：认定名单、受理承诺、核验申报、登记合同", "Department SCJG: lists, commitments, declarations, contracts");

    public static readonly Text CommissionName = new("虚构·发展改革经办人", "Invented planning officer");
    public static readonly Text CommissionDoes = new("部门 FGW：认定守信激励名单", "Department FGW: honours");
    public static readonly Text CheckerName = new("虚构·审批窗口", "Invented approval officer");
    public static readonly Text CheckerDoes = new("在审批流程中核查信用", "Makes checks in approvals");
    public static readonly Text ReviewerName = new("虚构·复核员", "Invented reviewer");
    public static readonly Text ReviewerDoes = new("处理转入复核的核查", "Decides what a check sent to review");
    public static readonly Text AuthorName = new("虚构·规则起草人", "Invented policy author");
    public static readonly Text AuthorDoes = new("起草评价规则", "Drafts evaluation policies");
    public static readonly Text ApproverName = new("虚构·规则批准人", "Invented policy approver");
    public static readonly Text ApproverDoes = new("批准并启用评价规则", "Approves and activates policies");
    public static readonly Text SubjectName = new("虚构·企业经办人", "Invented company clerk");
    public static readonly Text SubjectDoes = new("代表一家虚构企业查看本组织信息", "Looks at the file of one invented company");
    public static readonly Text AuditorName = new("虚构·审计员", "Invented auditor");
    public static readonly Text AuditorDoes = new("查看查询日志和规则", "Reads access logs and rules");
    public static readonly Text OperatorName = new("虚构·运营管理员", "Invented operator");
    public static readonly Text OperatorDoes = new("平台运行维护", "Runs the platform");
}
