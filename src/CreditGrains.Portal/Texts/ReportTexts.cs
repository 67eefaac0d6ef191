namespace CreditGrains.Portal.Texts;

/// <summary>Words of the credit report, as a page and as a PDF.</summary>
public static class ReportTexts
{
    public static readonly Text Title = new("公共信用信息报告", "Public credit information report");
    public static readonly Text Get = new("信用报告", "Credit report");
    public static readonly Text GetText = new("将上述公示信息制成带编号和签名的报告：", "What is published here as a report with a number and a signature:");
    public static readonly Text AsPage = new("网页（可打印）", "Web page, to print");
    public static readonly Text AsPdf = new("下载 PDF", "PDF");
    public static readonly Text AsJson = new("下载 JSON", "JSON");
    public static readonly Text NewNote = new("每次下载生成新的编号。", "Each download is a new report with a number of its own.");
    public static readonly Text Number = new("报告编号", "Number");
    public static readonly Text At = new("查询时间", "Time of enquiry");
    public static readonly Text Issuer = new("出具单位", "Issued by");
    public static readonly Text Rules = new("规则手册", "Rulebook");
    public static readonly Text RulesText = new("{0}（{1}），评价标准 {2} {3}", "{0} ({1}), policy {2} {3}");
    public static readonly Text Subject = new("统一社会信用代码", "Code");
    public static readonly Text Name = new("名称", "Name");
    public static readonly Text NoName = new("名称未公示", "The name is not published");
    public static readonly Text Basics = new("基础信息", "Basic information");
    public static readonly Text NoBasics = new("没有公示的登记信息", "No registration is published");
    public static readonly Text GradeText = new("{0}（{1}，评价日期 {2}）", "{0} ({1}, evaluated on {2})");
    public static readonly Text Shown = new("共 {0} 条，列出最新 {1} 条；其余见平台公示页面", "The newest {1} of {0}; the others are on the public page");
    public static readonly Text Total = new("共 {0} 条", "{0} in all");
    public static readonly Text Continued = new("{0} {1}（续）", "{0} {1} (continued)");
    public static readonly Text Severity = new("程度", "Tier");
    public static readonly Text ValidUntil = new("有效期至（不含）", "Valid until (not on that day)");
    public static readonly Text Mark = new("标注", "Mark");
    public static readonly Text RecordId = new("信源编号", "Id at the source");

    public static readonly Text SuggestionsText = new(
        "以下为仍在公示的负面信息。履行义务并纠正后，可自所列日期起依规则申请信用修复；修复由作出决定的单位办理，不收费。",
        "These negative entries are still published. Once the duties are met and things put right, a repair may take effect by the rules "
        + "from the date given; it is decided by the body that made the entry, free of charge.");

    public static readonly Text ColumnRecord = new("信息", "Entry");
    public static readonly Text ColumnFrom = new("最早修复日期", "Repair from");
    public static readonly Text ColumnUntil = new("否则公示至", "Else published until");
    public static readonly Text NoDate = new("无最短公示期", "No shortest period");
    public static readonly Text NoEnd = new("无期限", "No end");

    public static readonly Text Statement = new(
        "本报告只列出查询时依法公示且在公示期内的信息，由信源单位提供；不含任何评分或等级评定，列出的评价均注明评价单位。"
        + "没有信息不代表信用好或不好。公示信息会变化，请以查询时间为准。",
        "This report lists only what was published by law, and within its period, at the time of the enquiry. It comes from the bodies "
        + "named. It holds no score and no grade of the platform’s own; a grade names who gave it. An empty section says nothing good or "
        + "bad. What is published changes: the report is of its time.");

    public static readonly Text Verification = new("核验", "Verification");

    public static readonly Text VerificationText = new(
        "扫码或在平台“凭证核验”页输入编号，可核对本报告的出具时间、主体和摘要；在该页上传文件，可核对文件未经改动。",
        "Scan the code, or enter the number on the platform’s page “Verify”, to see when the report was made, about whom, and its digest. "
        + "Upload the file there to see whether a byte of it was changed.");

    public static readonly Text Address = new("核验网址", "Verify at");
    public static readonly Text Digest = new("内容摘要", "Digest of the content");
    public static readonly Text Algorithm = new("签名算法", "Algorithm");
    public static readonly Text Key = new("公钥标识", "Key");
    public static readonly Text Signature = new("内容签名", "Signature of the content");
    public static readonly Text QrLabel = new("核验网址的二维码", "QR code of the address to verify at");

    public static readonly Text Lacks = new(
        "字体中没有的字符以 [U+编码] 表示，原文见附件 report.json。",
        "Characters that the font lacks are written as [U+code]; attachment report.json has them as they are.");

    public static readonly Text Page = new("第 {0} 页，共 {1} 页", "Page {0} of {1}");
    public static readonly Text OnPaper = new("PDF 附件 report.json 为签名原文。", "Attachment report.json of the PDF is what was signed.");
}
