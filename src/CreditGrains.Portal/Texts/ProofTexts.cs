using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Proofs;

namespace CreditGrains.Portal.Texts;

/// <summary>Words about proofs (证明材料): their upload in forms of cases, and their list on a case's page.</summary>
public static class ProofTexts
{
    private const int Mebibyte = 1024 * 1024;

    public static readonly Text Proofs = new("证明材料", "Proofs");
    public static readonly Text Numbered = new("文件 {0}", "File {0}");
    public static readonly Text Question = new("有证明材料吗？（可以不提供）", "Have you files that prove it? (optional)");
    public static readonly Text Optional = new("证明材料（可以不提供）", "Proofs (optional)");

    /// <summary>Limits of <see cref="CaseProof"/> and <see cref="ProofFile"/>.</summary>
    public static readonly Text Hint = new Text(
        "PDF、PNG 或 JPEG，每个不超过 {0} MB，一次最多 {1} 个。按文件内容判断格式；加密或含脚本、附件的 PDF 不予接收，打印为普通 PDF 后可以上传。",
        "PDF, PNG or JPEG, each up to {0} MB, at most {1} at a time. Their content counts, not their names. A PDF that is encrypted, or "
        + "holds scripts or other files, is refused; print it to a plain PDF and upload that.")
        .With(ProofFile.BytesMax / 1024 / 1024, CaseProof.OfStepMax);

    public static readonly Text NoticeTitle = new("上传前请注意", "Before you upload");

    public static readonly Text NoticeContent = new(
        "文件中不得有个人的证件号码、银行账号、住址、电话、健康等信息，也不得有国家秘密和与办件无关的商业秘密。请先遮盖再扫描：平台不会识别图片里的个人信息。",
        "No file may hold identity, bank account or telephone numbers, addresses or health of persons, nor state secrets, nor trade "
        + "secrets that are not about the case. Cover them before you scan: the platform does not find personal data in pictures.");

    public static readonly Text NoticeReaders = new(
        "能看到文件的只有办件当事组织、有关单位和平台办理人员，每次打开都会记入查询日志。公众和核查人员看不到；审计人员只看到文件的序号和摘要值。",
        "Only the organisations and departments of the case and the platform’s officers can open a file, and each time goes into the "
        + "access log. The public and those who check see nothing of it, auditors its number and digest.");

    public static readonly Text NoticeKept = new(
        "文件随办件保存，最迟在办结 {0} 年后销毁；办件所涉信息提前销毁的，文件同时销毁。上传后没有提交的，一日后删除。",
        "Files are kept with the case and destroyed {0} years after its end at the latest, earlier if the entries that it is about are. "
        + "What is uploaded and not sent is deleted after a day.");

    public static readonly Text Choose = new("选择文件", "Choose files");
    public static readonly Text Upload = new("上传", "Upload");
    public static readonly Text Uploaded = new("已上传的文件", "Files uploaded");
    public static readonly Text Remove = new("移除", "Remove");
    public static readonly Text None = new("未提供", "None");
    public static readonly Text Missing = new("请先选择文件，再点击“上传”。", "Choose a file, then choose “Upload”.");
    public static readonly Text Empty = new("文件是空的。", "The file is empty.");
    public static readonly Text OfFile = new("文件“{0}”：{1}", "File “{0}”: {1}");

    public static readonly Text Again = new(
        "文件没有上传，请重新选择：浏览器不会保留它。", "The files were not taken: choose them again, browsers do not keep them.");

    public static readonly Text Gone = new(
        "有文件已不在平台上：上传已超过一日，或并非由本方为该组织上传。其余文件仍在，请重新选择缺少的文件。",
        "A file is not there any more: it was uploaded more than a day ago, or not by your side for this organisation. The others are "
        + "still there; choose the missing one again.");

    public static readonly Text TooMany = new Text(
        "一次最多 {0} 个文件，多出的没有上传。", "At most {0} files at a time; those beyond were not taken.").With(CaseProof.OfStepMax);

    public static readonly Text CutOff = new(
        "上传在此中断，后面的文件没有接收。", "The upload was cut off there, and files after it were not taken.");

    public static readonly Text File = new("文件", "File");
    public static readonly Text TypeAndSize = new("类型和大小", "Type and size");
    public static readonly Text GivenBy = new("提供方", "Given by");

    /// <summary>Type and size of a file; the size rounded up, so that nothing has none.</summary>
    public static string Of(ProofType type, int size)
    {
        var tenths = (size * 10L + Mebibyte - 1) / Mebibyte;
        var words = size < Mebibyte ? $"{(size + 1023) / 1024} KB" : $"{tenths / 10}.{tenths % 10} MB";
        return $"{type.ToString().ToUpperInvariant()}, {words}";
    }
}
