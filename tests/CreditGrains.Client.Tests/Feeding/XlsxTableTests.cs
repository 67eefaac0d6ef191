using System.IO.Compression;
using System.Text;
using CreditGrains.Cli.Feeding;
using CreditGrains.FeedFiles;
using CreditGrains.Cli.Terminal;

namespace CreditGrains.Client.Tests.Feeding;

public sealed class XlsxTableTests : IDisposable
{
    /// <summary>5 March 2026 as a day of the count from 1900.</summary>
    private const string Day = "46086";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("t=\"e\"", "<v>#VALUE!</v>", "#VALUE!")]
    [InlineData("t=\"e\"", "<f>1/0</f><v>#DIV/0!</v>", "#DIV/0!")]
    [InlineData("", "<f>A1*2</f>", "formula without a result")]
    [InlineData("", "<v>91440300192203821</v>", "more than 15 digits")]
    [InlineData("", "<v>1E+15</v>", "more than 15 digits")]
    [InlineData("", "<v></v>", "no number")]
    [InlineData("", "<v>NaN</v>", "no number")]
    [InlineData("t=\"s\"", "<v>7</v>", "does not have")]
    public void Cell_without_a_true_value_says_why(string attributes, string content, string why)
    {
        var (text, fault) = Cell(new Workbook.Raw(attributes, content));
        Assert.Equal("", text);
        Assert.Contains(why, fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "<v>999999999999999</v>", "999999999999999")]
    [InlineData("", "<v>1.5E+05</v>", "150000")]
    [InlineData("", "<v>0.30000000000000004</v>", "0.3")]
    [InlineData("", "<f>A1*2</f><v>4</v>", "4")]
    [InlineData("t=\"str\"", "<f>\"\"</f><v></v>", "")]
    [InlineData("t=\"b\"", "<v>1</v>", "true")]
    [InlineData("t=\"d\"", "<v>2026-03-05</v>", "2026-03-05")]
    [InlineData("t=\"inlineStr\"", "<is><r><t>虚</t></r><r><t>构_x0041__x005F_x</t></r><rPh sb=\"0\" eb=\"1\"><t>xu</t></rPh></is>", "虚构A_x")]
    public void Cell_with_a_value_is_what_the_program_shows(string attributes, string content, string text) =>
        Assert.Equal((text, null), Cell(new Workbook.Raw(attributes, content)));

    [Theory]
    [InlineData(14)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(22)]
    [InlineData(27)]
    [InlineData(28)]
    [InlineData(29)]
    [InlineData(30)]
    [InlineData(31)]
    [InlineData(36)]
    [InlineData(50)]
    [InlineData(51)]
    [InlineData(52)]
    [InlineData(53)]
    [InlineData(54)]
    [InlineData(57)]
    [InlineData(58)]
    public void Built_in_date_format_of_any_language_gives_a_date(int format) =>
        Assert.Equal(("2026-03-05", null), Cell(new Workbook.Raw("s=\"2\"", $"<v>{Day}</v>"), "", $"<xf numFmtId=\"{format}\"/>"));

    [Theory]
    [InlineData("yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;", "2026-03-05")]
    [InlineData("[$-404]e&quot;年&quot;m&quot;月&quot;d&quot;日&quot;;@", "2026-03-05")]
    [InlineData("[DBNum1][$-804]yyyy\\-mm\\-dd", "2026-03-05")]
    [InlineData("00000000", "00046086")]
    [InlineData("#,##0.00", "46086")]
    [InlineData("0.00E+00", "46086")]
    [InlineData("&quot;d&quot;0", "46086")]
    [InlineData("General", "46086")]
    [InlineData("[Red]0", "46086")]
    [InlineData("000&quot;号&quot;", null)]
    [InlineData("[h]:mm", null)]
    public void Format_of_the_workbook_s_own_is_read_or_refused(string code, string? text)
    {
        var (shown, fault) = Cell(
            new Workbook.Raw("s=\"2\"", $"<v>{Day}</v>"), $"<numFmt numFmtId=\"164\" formatCode=\"{code}\"/>", "<xf numFmtId=\"164\"/>");
        Assert.Equal((text ?? "", text is null), (shown, fault is not null));
    }

    [Fact]
    public void Day_that_never_was_is_no_date() =>
        Assert.Equal([("1900-02-28", true), ("", false), ("1900-03-01", true)], new[] { 59, 60, 61 }.Select(day =>
        {
            var (text, fault) = Cell(new Workbook.Raw("s=\"1\"", $"<v>{day}</v>"));
            return (text, fault is null);
        }));

    [Fact]
    public void Value_beyond_the_header_refuses_its_row_alone()
    {
        using var rows = Table(Workbook.Of(("一", [["a", "b"], ["1", "2", "3"], [null, null], ["4"]]))).Open();
        Assert.True(rows.Read());
        Assert.Equal((2, "malformed-row"), (rows.Row, rows.Fault?.Error.Code));
        Assert.True(rows.Read());
        Assert.Equal((4, null, "4", ""), (rows.Row, rows.Fault?.Error.Code, rows[0], rows[1]));
        Assert.False(rows.Read());
    }

    [Fact]
    public void Merged_cells_have_no_value_but_the_first()
    {
        var book = Edit(Workbook.Of(("一", [["a", "b"], ["1", "2"], [null, "3"], ["4", "5"]])), "xl/worksheets/sheet1.xml",
            xml => xml.Replace(
                "</sheetData>", "</sheetData><mergeCells><mergeCell ref=\"A2:A3\"/></mergeCells>", StringComparison.Ordinal));
        using var rows = Table(book).Open();
        var faults = new List<bool>();
        while (rows.Read())
            faults.Add(rows.FaultOf(0) is not null);
        Assert.Equal([false, true, false], faults);
    }

    [Theory]
    [InlineData("</sheetData></worksheet>", "")]
    [InlineData("<sheetData>", "<sheetData")]
    [InlineData("r=\"3\"", "r=\"2\"")]
    [InlineData("<worksheet", "<!DOCTYPE x [<!ENTITY a \"b\">]><worksheet")]
    public void Broken_sheet_is_no_workbook_before_its_first_row(string part, string by)
    {
        var book = Edit(Workbook.Of(("一", [["a"], ["1"], ["2"]])), "xl/worksheets/sheet1.xml",
            xml => xml.Replace(part, by, StringComparison.Ordinal));
        var refused = Assert.Throws<FeedFileException>(() =>
        {
            using var rows = Table(book).Open();
            while (rows.Read())
                Assert.NotNull(rows.Header);
        });
        Assert.Equal(FeedFileFault.NotAWorkbook, refused.Fault);
        Assert.StartsWith("a.xlsx is not a workbook: ", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void File_cut_off_anywhere_is_no_workbook_and_never_a_crash()
    {
        var book = Workbook.Of(("一", [["a"], ["1"], ["2"]]));
        for (var length = 0; length < book.Length; length += 97)
            Assert.Equal(FeedFileFault.NotAWorkbook, Assert.Throws<FeedFileException>(() => Table(book[..length]).Open()).Fault);
    }

    [Fact]
    public void Part_that_swells_beyond_proportion_is_refused_within_bounded_memory()
    {
        var book = Edit(Workbook.Of(("一", [["a"], ["1"]])), "xl/worksheets/sheet1.xml",
            xml => xml.Replace("</sheetData>", "</sheetData>" + new string(' ', 80 * 1024 * 1024), StringComparison.Ordinal));
        Assert.True(book.Length < 300_000);
        Assert.Equal(FeedFileFault.NotAWorkbook, Assert.Throws<FeedFileException>(() => Table(book).Open()).Fault);
    }

    private (string Text, string? Fault) Cell(Workbook.Raw cell, string formats = "", string styles = "")
    {
        using var rows = Table(Workbook.Of(formats, styles, ("一", [["x", "a"], ["1", cell]]))).Open();
        Assert.True(rows.Read());
        return (rows[1], rows.FaultOf(1));
    }

    private XlsxTable Table(byte[] book) => new(_folder.Write("a.xlsx", book), null);

    private static byte[] Edit(byte[] book, string part, Func<string, string> edit)
    {
        using var stream = new MemoryStream();
        stream.Write(book);
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Update, leaveOpen: true))
        {
            string xml;
            using (var reader = new StreamReader(zip.GetEntry(part)!.Open()))
                xml = reader.ReadToEnd();
            zip.GetEntry(part)!.Delete();
            using var writer = new StreamWriter(zip.CreateEntry(part).Open(), new UTF8Encoding(false));
            writer.Write(edit(xml));
        }

        return stream.ToArray();
    }
}
