namespace CreditGrains.Portal.Texts;

/// <summary>Words of a department's pages for inspections.</summary>
public static class InspectionTexts
{
    public static readonly Text Title = new("抽查任务", "Inspections");
    public static readonly Text Plans = new("抽查计划", "Plans");
    public static readonly Text None = new("没有分配给该信源单位的抽查任务。", "No inspection is assigned to this source.");
    public static readonly Text Count = new("分配的任务数", "Inspections assigned");
    public static readonly Text Csv = new("下载 CSV", "Download as CSV");
    public static readonly Text ColumnNumber = new("序号", "Number");
    public static readonly Text ColumnResult = new("结果", "Result");
    public static readonly Text Open = new("未回填", "Not returned yet");
    public static readonly Text Return = new("回填结果", "Return the result");
    public static readonly Text Correct = new("更正", "Correct it");
    public static readonly Text ReturnTitle = new("回填第 {0} 号抽查结果", "Result of inspection {0}");

    public static readonly Text ReturnText = new(
        "结果作为检查信息报送，与其他信息一样接收、校验和记录。", "The result is reported as a record, and taken in, checked and logged like any other.");

    public static readonly Text Optional = new("{0}（可选）", "{0} (optional)");
    public static readonly Text Choose = new("请选择", "Choose");
    public static readonly Text DateHint = new("例如 2026-11-29", "Such as 2026-11-29");
    public static readonly Text Send = new("提交结果", "Send the result");
    public static readonly Text Done = new("第 {0} 号抽查的结果已接收。", "The result of inspection {0} was taken in.");
}
