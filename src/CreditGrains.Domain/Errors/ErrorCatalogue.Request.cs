namespace CreditGrains.Domain.Errors;

/// <summary>Codes that answer a whole request.</summary>
public static partial class ErrorCatalogue
{
    public static readonly ErrorDescription Unauthenticated = Define("unauthenticated", 401,
        "The request carries no valid credentials.", "请求没有有效凭证。",
        "Send a bearer token that has not expired.", "请携带未过期的访问令牌。");

    public static readonly ErrorDescription Forbidden = Define("forbidden", 403,
        "These credentials do not allow this.", "当前凭证无权执行该操作。",
        "Ask the operator for the role that the documentation names for this path.", "请向平台运营方申请文档所列角色。");

    public static readonly ErrorDescription NotFound = Define("not-found", 404,
        "There is nothing at this address.", "该地址不存在。",
        "Check the path.", "请核对路径。");

    public static readonly ErrorDescription UnknownSubject = Define("unknown-subject", 404,
        "Nothing has been reported on this organisation.", "平台没有该主体的信息。",
        "Check the code; a valid code may still be unknown here.", "请核对代码；有效代码也可能尚无信息。");

    public static readonly ErrorDescription UnknownReport = Define("unknown-report", 404,
        "No credit report with this number was issued here.", "本平台没有签发过该编号的信用报告。",
        "Compare each character of the number. Numbers are known for a limited time, and not after a restore from an older backup; the "
        + "signature of the file itself still verifies.",
        "请逐字核对编号。编号只在保存期内可查，从较早的备份恢复后也可能查不到；报告文件自身的签名仍可核验。");

    public static readonly ErrorDescription ReportFormat = Define("report-format", 406,
        "A credit report is not made in this form.", "信用报告没有该格式。",
        "Ask for one of the forms named, by format= or Accept.", "请用 format= 或 Accept 指定所列格式之一。");

    public static readonly ErrorDescription ReportFont = Define("report-font", 501,
        "The server has no font with Chinese characters that goes into a PDF.", "服务器上没有可嵌入 PDF 的中文字体。",
        "Take the report as HTML or JSON. For PDF, the operator installs the package fonts-wqy-microhei (Debian, Ubuntu).",
        "请改用 HTML 或 JSON 格式。需要 PDF 时，请运营方安装软件包 fonts-wqy-microhei（Debian、Ubuntu）。");

    public static readonly ErrorDescription UnknownRecord = Define("unknown-record", 404,
        "There is no such record.", "没有该条记录。",
        "Check source and id.", "请核对信源单位和编号。");

    public static readonly ErrorDescription UnknownMatter = Define("unknown-matter", 422,
        "The rulebook has no such matter.", "规则手册中没有该事项。",
        "Use a matter of the rulebook.", "请使用规则手册中的事项。");

    public static readonly ErrorDescription MatterNotAllowed = Define("matter-not-allowed", 403,
        "The rulebook keeps this matter for other roles or departments.", "规则手册规定该事项由其他角色或部门核查。",
        "Ask in a matter of your own department, or let the department ask that the rulebook names.",
        "请在本部门的事项中核查，或由规则手册所列部门核查。");

    public static readonly ErrorDescription UnknownStage = Define("unknown-stage", 422,
        "The matter has no such stage.", "该事项没有此环节。",
        "Use a stage of the matter, or name none.", "请使用该事项的环节，或不注明环节。");

    public static readonly ErrorDescription PurposeNotAllowed = Define("purpose-not-allowed", 403,
        "This purpose does not fit the matter, or is for other roles or departments.", "该用途不适用于本事项，或仅限其他角色、部门使用。",
        "Name the purpose for which you ask; it is written to the access log of the subject.", "请填写实际用途；用途将记入主体的查询日志。");

    public static readonly ErrorDescription UnknownMeasure = Define("unknown-measure", 422,
        "The published list has no such measure.", "措施清单中没有该措施。",
        "Use a measure of the list, GET /v1/measures.", "请使用措施清单（GET /v1/measures）中的措施。");

    public static readonly ErrorDescription PurposeRequired = Define("purpose-required", 422,
        "A check needs a purpose.", "信用核查必须说明用途。",
        "Name the purpose; it is written to the access log of the subject.", "请填写用途；用途将记入主体的查询日志。");

    public static readonly ErrorDescription UnknownCheck = Define("unknown-check", 404,
        "There is no check of this number that you may see.", "没有可供查看的该编号核查。",
        "Check the number; checks from before receipts were kept cannot be given again.", "请核对核查编号；未留存回执的早期核查无法重现。");

    public static readonly ErrorDescription ReplayDiffers = Define("replay-differs", 409,
        "The answer given again is not the one that was given.", "重现的结果与原结果不一致。",
        "This is a defect: give the operator the number of the check and both digests.", "这是系统缺陷，请将核查编号和两个摘要告知平台运营方。");

    public static readonly ErrorDescription ReplayRulesMissing = Define("replay-rules-missing", 409,
        "The rules by which the check was answered are not kept here.", "平台未保存该次核查所依据的规则。",
        "Restore the backup that holds the rulebook and the policy that the receipt names.", "请恢复包含回执所列规则手册和评价政策的备份。");

    public static readonly ErrorDescription ForeignCheck = Define("foreign-check", 403,
        "The check was asked by somebody else.", "该核查由其他单位提出。",
        "Feedback is for the department that asked the check, or its caller.", "请由提出核查的部门或经办人反馈。");

    public static readonly ErrorDescription MeasureNotInCheck = Define("measure-not-in-check", 422,
        "The check has not shown this measure.", "该次核查结果中没有此项措施。",
        "Name a measure or incentive of the check's answer.", "请填写该次核查结果所列的措施。");

    public static readonly ErrorDescription FeedbackGiven = Define("feedback-given", 409,
        "Feedback on this measure of the check was given before.", "该次核查的此项措施已经反馈。",
        "Correct it instead; every revision is kept.", "请改用更正；各次内容均予保留。");

    public static readonly ErrorDescription UnknownFeedback = Define("unknown-feedback", 404,
        "Nothing was fed back on this measure of the check.", "该次核查的此项措施尚无反馈。",
        "Give feedback first; then it can be corrected.", "请先反馈，再更正。");

    public static readonly ErrorDescription UnknownList = Define("unknown-list", 404,
        "There is no list of checks of this number that you may see.", "没有可供查看的该编号批量核查。",
        "Check the number; the newest 30 lists are kept.", "请核对编号；仅保留最近30份批量核查。");

    public static readonly ErrorDescription ListNotFinished = Define("list-not-finished", 409,
        "The list of checks is not finished.", "批量核查尚未完成。",
        "Look at its state; a list that was cancelled or has failed gets no file.", "请查询其状态；已取消或失败的批量核查没有结果文件。");

    public static readonly ErrorDescription UnknownTask = Define("unknown-task", 404,
        "There is no such task.", "没有该项任务。",
        "List the tasks again: one whose measure ended before it was applied has fallen away.", "请重新查询任务列表；措施在实施前已终止的，任务随之取消。");

    public static readonly ErrorDescription TaskDone = Define("task-done", 409,
        "The task was done before.", "该项任务已经完成。",
        "Nothing more is to be done.", "无需重复操作。");

    public static readonly ErrorDescription InvalidParameter = Define("invalid-parameter", 400,
        "A parameter of the request cannot be used.", "请求参数无效。",
        "The documentation of the path gives the form of each parameter.", "请按接口文档填写参数。");

    public static readonly ErrorDescription SearchTooShort = Define("search-too-short", 400,
        "One character finds nothing: it stands in too many names.", "单个字无法检索：含该字的名称过多。",
        "Give at least two neighbouring characters of the name, or the beginning of the code; parts of the name may be separated by "
        + "spaces.",
        "请输入名称中至少两个相连的字，或代码的开头；名称的几个部分可用空格隔开。");

    public static readonly ErrorDescription MalformedToken = Define("malformed-token", 400,
        "The token is not one of this platform.", "令牌格式无效。",
        "Use a token exactly as an answer gave it.", "请原样使用应答返回的令牌。");

    public static readonly ErrorDescription ForeignToken = Define("foreign-token", 409,
        "The token belongs to another store.", "令牌来自另一数据存储。",
        "Use tokens only with the platform that issued them; after a restore from backup, fetch a new one.",
        "令牌只能用于签发它的平台；从备份恢复后请重新获取。");

    public static readonly ErrorDescription TokenAhead = Define("token-ahead", 409,
        "The token names a position that has not been reached.", "令牌所指位置尚未到达。",
        "Try again shortly; if it stays, data written after the last backup was lost.", "请稍后重试；如持续出现，说明备份之后写入的数据已丢失。");

    public static readonly ErrorDescription MalformedCursor = Define("malformed-cursor", 400,
        "The cursor is not one of this list.", "游标无效。",
        "Begin again without a cursor.", "请去掉游标，从头查询。");

    public static readonly ErrorDescription BodyTooLarge = Define("body-too-large", 413,
        "The body is larger than a request may be.", "请求体超过大小上限。",
        "Send several smaller requests.", "请拆分为多个较小的请求。");

    public static readonly ErrorDescription BodyTooSlow = Define("body-too-slow", 408,
        "The body of the request comes too slowly.", "请求体传输过慢。",
        "Collect the lines first and send them in one go; lines answered before stay, and sending them again is harmless.",
        "请先汇集数据再一次性发送；此前已接收的行保持有效，重复发送不会产生影响。");

    public static readonly ErrorDescription UnsupportedMediaType = Define("unsupported-media-type", 415,
        "This content type is not accepted here.", "不支持该内容类型。",
        "The documentation of the path lists the content types.", "请使用接口文档所列的内容类型。");

    public static readonly ErrorDescription TooManyRequests = Define("too-many-requests", 429,
        "Too many requests in a short time.", "请求过于频繁。",
        "Wait as long as Retry-After says.", "请按Retry-After所示时间等待后重试。");

    public static readonly ErrorDescription MethodNotAllowed = Define("method-not-allowed", 405,
        "This address does not take that method.", "该地址不支持此请求方法。",
        "See Allow for the methods it takes.", "请按Allow所列方法请求。");

    public static readonly ErrorDescription IssuerUnavailable = Define("issuer-unavailable", 503,
        "The issuer of tokens cannot be reached.", "身份认证服务不可用。",
        "Try again later; the operator sees to the connection to the issuer.", "请稍后重试；由运维人员检查与身份认证服务的连接。");

    public static readonly ErrorDescription PreconditionFailed = Define("precondition-failed", 412,
        "It was changed in the meantime.", "内容已被他人修改。",
        "Read it again and repeat the change on the newest version.", "请重新读取，并在最新版本上修改。");

    public static readonly ErrorDescription IdempotencyConflict = Define("idempotency-conflict", 409,
        "This Idempotency-Key was used for another request.", "该幂等键已用于内容不同的请求。",
        "Use a new key for each new command.", "每个新命令请使用新的幂等键。");

    public static readonly ErrorDescription IdempotencyInProgress = Define("idempotency-in-progress", 409,
        "The command of this Idempotency-Key is still being carried out.", "该幂等键对应的命令正在执行。",
        "Send it again in a moment; the answer is then that of the first.", "请稍后重试，届时将返回首次执行的结果。");

    public static readonly ErrorDescription CalendarYearMissing = Define("calendar-year-missing", 422,
        "The working-day calendar does not hold the year needed.", "工作日历缺少所需年份。",
        "Add the year to the rulebook's calendar once it has been announced.", "年度安排公布后，请将其加入规则手册的日历。");

    public static readonly ErrorDescription RestraintNeedsDecision = Define("restraint-needs-decision", 422,
        "A restraint may only be triggered by a record that an authority decided.", "惩戒措施只能由主管机关依法作出决定的记录触发。",
        "Bind the measure to a record kind with a decision, or give it another class; grades and scores never restrain.",
        "请将措施与有法定依据的决定类信息关联，或改变其类别；评分和等级不得触发惩戒。");

    public static readonly ErrorDescription Internal = Define("internal", 500,
        "The platform failed.", "平台内部错误。",
        "Try again; give the operator the traceId if it stays.", "请重试；如仍出现，请将traceId告知平台运营方。");
}
