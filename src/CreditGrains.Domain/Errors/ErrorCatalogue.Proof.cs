namespace CreditGrains.Domain.Errors;

/// <summary>Codes about proofs.</summary>
public static partial class ErrorCatalogue
{
    public static readonly ErrorDescription ProofType = Define("proof-type", 422,
        "The file's content is neither PDF nor PNG nor JPEG.", "文件内容不是 PDF、PNG 或 JPEG 格式。",
        "Save it as PDF, PNG or JPEG; another ending of its name does not make it one.", "请将文件另存为 PDF、PNG 或 JPEG；仅修改扩展名无效。");

    public static readonly ErrorDescription ProofUnreadable = Define("proof-unreadable", 422,
        "The file is damaged, or holds something that cannot be read exactly.", "文件已损坏，或含有无法准确读取的内容。",
        "Open it and save it again, or scan the paper anew.", "请打开文件重新保存，或重新扫描纸质材料。");

    public static readonly ErrorDescription ProofEncrypted = Define("proof-encrypted", 422,
        "The PDF is encrypted or protected by a password.", "PDF 文件已加密或设有密码。",
        "Save it without protection.", "请解除保护后另存为普通 PDF。");

    public static readonly ErrorDescription ProofActiveContent = Define("proof-active-content", 422,
        "The PDF holds active content: scripts, programs to launch, forms that send, media or other files.",
        "PDF 文件含有活动内容，如脚本、启动程序、提交表单、多媒体或嵌入文件。",
        "Print it to a PDF, or scan the paper. Of a credit report of this platform give the number: it is verified by that.",
        "请将其打印为普通 PDF，或扫描纸质材料。本平台出具的信用报告只需写明报告编号，凭编号即可核验。");

    public static readonly ErrorDescription ProofTooLarge = Define("proof-too-large", 413,
        "The file is larger than a proof may be.", "文件超过证明材料的大小上限。",
        "Scan with a lower resolution, or divide the document.", "请降低扫描分辨率，或拆分文件。");

    public static readonly ErrorDescription ProofLimit = Define("proof-limit", 422,
        "More proofs than a step or a case may have.", "证明材料超过单次办理或单个办件的上限。",
        "Name those that matter most.", "请只提交最主要的材料。");

    public static readonly ErrorDescription ProofDayLimit = Define("proof-day-limit", 409,
        "More proofs than one party may upload in a day.", "证明材料超过每日上传上限。",
        "Take the step with what has been uploaded, or come again tomorrow.", "请使用已上传的材料办理，或次日再上传。");

    public static readonly ErrorDescription UnknownProof = Define("unknown-proof", 404,
        "There is no such proof: it was never uploaded, or not by this party for this organisation, or more than a day ago.",
        "没有该证明材料：未曾上传，或并非由本方为该主体上传，或上传已超过一日。",
        "Upload the file again, and name the digest of the answer.", "请重新上传文件，并填写返回的摘要。");

    public static readonly ErrorDescription ProofNamedTwice = Define("proof-named-twice", 422,
        "The case has this proof already.", "该办件已有此证明材料。",
        "Leave it out.", "无需重复提交。");

    public static readonly ErrorDescription ProofNotTaken = Define("proof-not-taken", 422,
        "This step takes no proofs.", "该环节不接收证明材料。",
        "Take the step without them.", "请不附材料办理。");

    public static readonly ErrorDescription ProofDestroyed = Define("proof-destroyed", 410,
        "The file has been destroyed after its retention; its digest is kept.", "文件已在保存期满后销毁，仅保留摘要。",
        "Nothing can be done.", "内容不再保存。");
}
