namespace CreditGrains.Portal.Texts;

/// <summary>Words of the page that verifies a report.</summary>
public static class ReportVerifyTexts
{
    public static readonly Text Title = new("信用报告核验", "Verify a credit report");

    public static readonly Text Intro = new(
        "输入报告编号，可核对报告是否由本平台出具、何时出具、涉及哪个组织；上传报告文件，可核对文件是否被改动。",
        "Enter the number of a report to see whether it was issued here, when and about whom. Upload its file to see whether it was "
        + "changed.");

    public static readonly Text ByNumber = new("按编号核验", "By number");
    public static readonly Text ByFile = new("按文件核验", "By file");
    public static readonly Text NumberHint = new(
        "形如 CR-20260301-0123456789ABCDEF，见报告首页", "For example CR-20260301-0123456789ABCDEF, on the first page");
    public static readonly Text Look = new("核验编号", "Verify the number");
    public static readonly Text File = new("报告文件（PDF 或 JSON）", "File of the report (PDF or JSON)");
    public static readonly Text FileHint = new("最大 16 MB。文件只用于核验，不会保存。", "At most 16 MB. The file is used for this only, and not kept.");
    public static readonly Text Send = new("核验文件", "Verify the file");

    public static readonly Text NumberWrong = new(
        "请输入完整的报告编号：CR-、八位日期、十六位字符", "Enter the whole number: CR-, eight digits of the date, sixteen characters");

    public static readonly Text NumberUnknown = new(
        "本平台没有签发过该编号的报告，或已超过保存期。请逐字核对编号", "No report with this number was issued here, or it is past its time. Compare each character");

    public static readonly Text FileMissing = new("请选择报告文件", "Choose the file of the report");
    public static readonly Text FileTooLarge = new("文件超过 16 MB，不是本平台的报告", "The file is larger than 16 MB: it is no report of ours");
    public static readonly Text Passed = new("核验通过", "Verified");
    public static readonly Text Failed = new("核验未通过", "Not verified");
    public static readonly Text Result = new("核验结果", "Result");
    public static readonly Text NumberGood = new("该编号的报告由本平台出具", "A report with this number was issued here");
    public static readonly Text FileGood = new("文件由本平台出具，未经改动", "The file was issued here, and nothing in it was changed");

    public static readonly Text FileAltered = new(
        "文件被改动过，不是本平台出具的原件", "The file was changed: it is not what was issued here");

    public static readonly Text FileForeign = new(
        "文件不是用本平台的密钥签名的", "The file was not signed with a key of this platform");

    public static readonly Text KeyRevoked = new(
        "签名密钥自 {0} 起已吊销（{1}），其签名本身不再证明任何内容，请以平台登记的编号和内容摘要为准。",
        "The key that signed it has been revoked since {0} ({1}). Its signature proves nothing by itself any more: number and digest in "
        + "the platform's register do.");

    public static readonly Text RevokedConfirmed = new(
        "平台登记的编号和内容摘要与文件一致：文件由本平台出具，未经改动",
        "Number and digest in the platform's register are those of the file: it was issued here, and nothing in it was changed");

    public static readonly Text RevokedUnknown = new(
        "文件由已吊销的密钥签名，且平台登记中没有该编号和内容摘要：请视为伪造",
        "The file is signed with a revoked key, and the platform's register does not have its number and digest: take it for a forgery");

    public static readonly Text RevokedPdf = new(
        "文件由已吊销的密钥签名，平台未登记 PDF 的摘要，无法核验：请改为核验 PDF 所附的 report.json",
        "The file is signed with a revoked key, and the register holds no digest of a PDF: verify report.json instead, which is attached "
        + "to the PDF");

    public static readonly Text FileNone = new("文件不是带签名的信用报告", "The file is no signed credit report");

    public static readonly Text NumberNotKept = new(
        "签名有效，但该编号已不在保存期内", "The signature holds, but the number is not kept any more");

    public static readonly Text Compare = new(
        "请将以上内容与报告逐项核对。纸质报告的内容以文件为准：内容摘要一致的文件才是原件。",
        "Compare these with the report. Of a report on paper the file decides: only a file with the same digest is what was issued.");

    public static readonly Text ToPage = new("该组织现在的公示信息", "What is published on the organisation now");
    public static readonly Text Keys = new("公钥", "Public keys");
    public static readonly Text Other = new("核验信用报告（CR- 编号或文件）", "Verify a credit report (number CR-, or its file)");
    public static readonly Text Made = new("出具时间", "Issued at");
}
