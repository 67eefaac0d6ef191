using CreditGrains.FeedFiles;

namespace CreditGrains.Portal.Texts;

/// <summary>Words of reporting a file in the browser.</summary>
public static class UploadTexts
{
    public static readonly Text Intro = new(
        "支持 CSV、XLSX、NDJSON 和 JSON 文件，不超过 {0} MB；更大的文件请用命令行 credit feed 报送。编码和对应关系会自动识别，识别结果在回执中说明。",
        "CSV, XLSX, NDJSON and JSON, up to {0} MB; larger files go by the command line (credit feed). Encoding and mapping are found out, "
        + "and the report says how the file was read.");

    public static readonly Text File = new("文件", "File");
    public static readonly Text FileMissing = new("请选择要报送的文件", "Choose the file to report");
    public static readonly Text FileAgain = new("请重新选择文件：浏览器不会保留它。", "Choose the file again: browsers do not keep it.");
    public static readonly Text TooLarge = new(
        "文件超过 {0} MB，请用命令行 credit feed 报送", "The file is larger than {0} MB: report it by credit feed");
    public static readonly Text Mapping = new("列的对应关系", "Mapping of the columns");
    public static readonly Text Automatic = new("自动识别", "Find out");
    public static readonly Text Encoding = new("文字编码", "Encoding of the text");
    public static readonly Text Sheet = new("工作表（XLSX，可选）", "Sheet (XLSX, optional)");
    public static readonly Text HeaderRow = new("列名所在的行（可选）", "Row of the column names (optional)");
    public static readonly Text HeaderRowWrong = new("请输入 1 或更大的整数", "Enter a whole number, 1 or more");
    public static readonly Text Answer = new("回执形式", "What to answer with");
    public static readonly Text AnswerPage = new("网页：汇总和每一行的结果", "A page: summary and each row’s outcome");
    public static readonly Text AnswerCsv = new("CSV 文件：每行一条结果", "A CSV file with one outcome for each row");
    public static readonly Text Send = new("报送", "Report");
    public static readonly Text ReportTitle = new("报送回执", "Report on the file");
    public static readonly Text ReadAs = new("读取方式", "Read as");
    public static readonly Text MappingUsed = new("对应关系“{0}”，列名在第 {1} 行", "mapping “{0}”, column names in row {1}");
    public static readonly Text ColumnsUsed = new("使用的列", "Columns used");
    public static readonly Text ColumnsUnused = new("未使用的列（其内容没有报送）", "Columns that nothing reads (not reported)");
    public static readonly Text ColumnsDropped = new("按规定略去的列", "Columns left out on purpose");
    public static readonly Text ColumnsMissing = new("文件中没有的列", "Columns that the file lacks");
    public static readonly Text SumTitle = new("汇总", "Summary");
    public static readonly Text Sum = new("共 {0} 行，每行都有结果：", "Rows reported: {0}. Each has an outcome:");
    public static readonly Text Empty = new("文件中没有数据行。", "The file has no rows.");
    public static readonly Text RowsTitle = new("每一行的结果", "The outcome of each row");
    public static readonly Text ColumnRows = new("行号", "Rows");
    public static readonly Text OneRow = new("第 {0} 行", "Row {0}");
    public static readonly Text RowRange = new("第 {0} 至 {1} 行", "Rows {0} to {1}");

    public static readonly Text Cut = new(
        "本页只列出前 {0} 项。要得到每一行的结果，请再次上传并选择 CSV 回执：已接收的行会记为重复，不会重复入库。",
        "Only the first {0} entries are listed. For every row, report the file again and choose the CSV answer: what is known counts as "
        + "duplicate and does no harm.");

    public static readonly Text Refused = new(
        "其中 {0} 行在读取时退回，没有进入“退回的数据”。请改正文件后再次上传。",
        "{0} of the rejected rows were refused while reading and are not among the returned lines. Put the file right and report it "
        + "again.");

    public static readonly Text InQuarantine = new("改正退回的数据", "Repair returned lines");
    public static readonly Text Another = new("再报送一个文件", "Report another file");
    public static readonly Text Warnings = new("提示", "Warnings");

    public static readonly Text Unaccounted = new(
        "报送了 {0} 行，平台只答复了 {1} 行。请重新上传整个文件：已接收的行会记为重复。",
        "{0} rows were sent and {1} were answered. Report the whole file again: what is known counts as duplicate.");

    /// <summary>Descriptions, in English, of how a file was read.</summary>
    private static readonly (string En, string Zh)[] ReadPhrases =
    [
        (", one event a line", "，每行一条记录"), (", one JSON array", "，一个 JSON 数组"), (", separated by commas", "，逗号分隔"),
        (", separated by semicolons", "，分号分隔"), (", separated by tabs", "，制表符分隔"), (", separated by bars", "，竖线分隔"),
        ("sheet ", "工作表 "), ("little endian", "小端"), ("big endian", "大端"),
    ];

    /// <summary>How a file was read, in both languages.</summary>
    public static Text Read(string read) =>
        new(ReadPhrases.Aggregate(read, (text, phrase) => text.Replace(phrase.En, phrase.Zh, StringComparison.Ordinal)), read);

    /// <summary>How a text file is encoded.</summary>
    public static IReadOnlyList<(string Value, Text Label)> Encodings { get; } =
    [
        ("", Automatic), ("utf-8", new("UTF-8 编码", "UTF-8")), ("gb18030", new("GB 18030（含 GBK）", "GB 18030 (GBK)")),
        ("utf-16le", new("UTF-16 小端", "UTF-16, little endian")), ("utf-16be", new("UTF-16 大端", "UTF-16, big endian")),
    ];

    /// <summary>Why a file cannot be read; places are the values of the fault.</summary>
    public static IReadOnlyDictionary<FeedFileFault, Text> Faults { get; } = new Dictionary<FeedFileFault, Text>
    {
        [FeedFileFault.Empty] = new("文件是空的：第一行应当是列名", "The file is empty: its first row must hold the column names"),
        [FeedFileFault.HeaderUnreadable] = new("第 {0} 行的列名无法读取：{1}", "The column names in row {0} cannot be read: {1}"),
        [FeedFileFault.HeaderBelow] = new(
            "没有适用的对应关系；第 {0} 行看起来是列名，请在“列名所在的行”填 {0}",
            "No mapping fits; row {0} looks like the column names: enter {0} as their row"),
        [FeedFileFault.SameColumn] = new("第 {0} 列的列名都是“{1}”，请改名或删去一列", "Columns {0} are all named “{1}”: rename or remove one"),
        [FeedFileFault.NoSuchSheet] = new("没有工作表“{0}”；文件中有：{1}", "There is no sheet “{0}”; the file has: {1}"),
        [FeedFileFault.NotAWorkbook] = new("不是可以读取的工作簿：{0}", "This is not a workbook that can be read: {0}"),
        [FeedFileFault.OldWorkbook] = new(
            "旧格式的 .xls 不能报送，请另存为 .xlsx 或 .csv", "Old workbooks (.xls) cannot be reported: save it as .xlsx or .csv"),
        [FeedFileFault.NotAnArray] = new("不是完整的 JSON 数组，什么都没有报送：{0}", "This is no whole JSON array, and nothing was reported: {0}"),
        [FeedFileFault.UnknownEncoding] = new("不认识的编码“{0}”", "There is no encoding “{0}”"),
        [FeedFileFault.UnknownMapping] = new("没有对应关系“{0}”；现有：{1}", "There is no mapping “{0}”; there are: {1}"),
        [FeedFileFault.ColumnsLacking] = new(
            "文件缺少对应关系“{0}”需要的列：{1}。文件中有：{2}", "The file lacks columns that mapping “{0}” needs: {1}. It has: {2}"),
        [FeedFileFault.NoMappingFits] = new(
            "没有适合这些列的对应关系：{0}。现有对应关系：{1}", "No mapping fits the columns {0}. There are: {1}"),
        [FeedFileFault.SeveralMappingsFit] = new("有几个对应关系都适用，请选择一个：{0}", "Several mappings fit, choose one: {0}"),
        [FeedFileFault.UnknownKind] = new("对应关系“{0}”的类别“{1}”不在规则中", "Mapping “{0}” is of kind “{1}”, which the rules do not have"),
        [FeedFileFault.UnknownEnding] = new(
            "不能报送后缀为“{0}”的文件，请用 .csv、.xlsx、.ndjson 或 .json", "Files ending in “{0}” cannot be reported: use .csv, .xlsx, .ndjson or .json"),
    };
}
