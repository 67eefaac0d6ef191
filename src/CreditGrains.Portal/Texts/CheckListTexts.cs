namespace CreditGrains.Portal.Texts;

/// <summary>Words of large lists of checks.</summary>
public static class CheckListTexts
{
    public static readonly Text Title = new("清单核查", "A file of checks");

    public static readonly Text Intro = new(
        "上传 CSV 或 NDJSON 文件，每行一个统一社会信用代码，最多 1000000 个。核查在后台进行，每家有各自的编号，结果文件带有数字签名。",
        "Upload a file of CSV or NDJSON with a code a line, at most 1,000,000. They are checked in the background, each with its own "
        + "number, and the file of answers is signed.");

    public static readonly Text File = new("清单文件", "File with the codes");
    public static readonly Text FileMissing = new("请选择清单文件", "Choose the file with the codes");
    public static readonly Text FileEmpty = new("文件中没有代码", "The file holds no code");
    public static readonly Text FileTooLarge = new("文件过大，最多 1000000 个代码", "The file is too large: at most 1,000,000 codes");

    public static readonly Text TooMany = new(
        "同时进行的清单过多（每人最多 {0} 个），请稍后再试",
        "Too many lists are under way (at most {0} of one person); try again later");

    public static readonly Text Begin = new("开始核查", "Begin");
    public static readonly Text Lists = new("本部门的清单", "Lists of your department");
    public static readonly Text None = new("还没有清单。", "There is no list yet.");
    public static readonly Text One = new("清单核查进度", "How far the file of checks is");
    public static readonly Text Number = new("清单编号", "Number of the list");
    public static readonly Text State = new("状态", "State");
    public static readonly Text Done = new("进度", "Done");
    public static readonly Text Of = new("{0}，共 {1}", "{0} of {1}");
    public static readonly Text AskedAt = new("提交时间", "Handed in");
    public static readonly Text EndedAt = new("结束时间", "Ended");
    public static readonly Text Error = new("原因", "Why");
    public static readonly Text Refresh = new("刷新", "Refresh");
    public static readonly Text Counts = new("统计", "Counts");
    public static readonly Text WithOutcome = new("结论：{0}", "Outcome: {0}");
    public static readonly Text Checked = new("审查数量", "Organisations checked");
    public static readonly Text Adverse = new("失信数量", "With negative entries");
    public static readonly Text Serious = new("严重失信数量", "With serious ones");
    public static readonly Text Failed = new("无法核查的行", "Lines that could not be checked");
    public static readonly Text Result = new("结果", "Result");
    public static readonly Text Fetch = new("下载结果（CSV，{0} 字节）", "The file of answers (CSV, {0} bytes)");
    public static readonly Text Signature = new("下载数字签名", "Its signature");
    public static readonly Text Key = new("签名密钥", "Key that signed it");
    public static readonly Text Cancel = new("终止", "End it");

    /// <summary>States as the interface names them, with a colour of tags.</summary>
    public static IReadOnlyDictionary<string, (Text Label, string Colour)> States { get; } =
        new Dictionary<string, (Text, string)>(StringComparer.Ordinal)
        {
            ["queued"] = (new("等待中", "Waiting"), "grey"),
            ["running"] = (new("进行中", "Running"), "blue"),
            ["paused"] = (new("已暂停", "Paused"), "yellow"),
            ["finished"] = (new("已完成", "Finished"), "green"),
            ["cancelled"] = (new("已终止", "Ended early"), "grey"),
            ["failed"] = (new("失败", "Failed"), "red"),
        };
}
