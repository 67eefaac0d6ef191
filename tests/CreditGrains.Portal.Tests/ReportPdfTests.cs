using System.Globalization;
using System.Text;
using CreditGrains.Domain.Reports;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Portal.Reports;

namespace CreditGrains.Portal.Tests;

/// <summary>How a report is laid out on pages.</summary>
public sealed class ReportPdfTests
{
    private static readonly ReportFont? Font = ReportFont.Find(null);

    [Fact]
    public void Font_has_chinese_and_latin_and_says_what_it_lacks()
    {
        Assert.SkipWhen(Font is null, "fonts-wqy-microhei is not installed");
        Assert.True(Font.Has('信') && Font.Has('a') && Font.Has('龘'));
        Assert.False(Font.Has(0x20BB7));
        Assert.InRange(Font.WidthOf('信'), 0.9, 1.1);
        Assert.InRange(Font.WidthOf('i'), 0.1, 0.5);
    }

    [Theory]
    [InlineData("")]
    [InlineData("ttcf")]
    [InlineData("OTTO")]
    [InlineData("\0\u0001\0\0\0\u0010")]
    public void File_that_is_no_font_is_none(string text)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, Encoding.Latin1.GetBytes(text));
            Assert.Null(ReportFont.Find(path));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData("虚构𠮷田有限公司", "虚构[U+20BB7]田有限公司", true)]
    [InlineData("虚构公司", "虚构公司", false)]
    [InlineData("a\u202Eb\u0007", "a[U+202E]b[U+0007]", true)]
    [InlineData("一\t二\r\n三", "一 二 \n三", false)]
    public void Character_that_the_font_lacks_is_written_by_its_code_point(string text, string shown, bool lacks)
    {
        Assert.SkipWhen(Font is null, "fonts-wqy-microhei is not installed");
        Assert.Equal((shown, lacks), (PdfText.Shown(text, Font, out var lacking), lacking));
    }

    [Fact]
    public void Lines_fit_their_place_and_hold_all_of_the_text()
    {
        Assert.SkipWhen(Font is null, "fonts-wqy-microhei is not installed");
        const double Width = 180;
        foreach (var text in new[]
        {
            string.Concat(Enumerable.Repeat("虚构的长文本，", 40)), new string('w', 300),
            "a few words that break at their blanks and nowhere else",
            string.Concat(Enumerable.Repeat("龘", 200)), "word " + new string('x', 90) + " 中文",
        })
        {
            var lines = PdfText.Lines(text, Font, PdfFlow.Body, Width);
            Assert.All(lines, line => Assert.InRange(
                line.EnumerateRunes().Sum(rune => Font.WidthOf(rune.Value)) * PdfFlow.Body, 0, Width + PdfFlow.Body));
            Assert.Equal(
                text.Replace(" ", "", StringComparison.Ordinal), string.Concat(lines).Replace(" ", "", StringComparison.Ordinal));
        }

        Assert.DoesNotContain(PdfText.Lines(string.Concat(Enumerable.Repeat("虚构，", 60)), Font, PdfFlow.Body, Width),
            line => line.StartsWith('，'));
    }

    [Fact]
    public void Long_report_breaks_over_pages_that_say_their_number_and_the_last_bears_the_code()
    {
        Assert.SkipWhen(Font is null, "fonts-wqy-microhei is not installed");
        const int Records = 200;
        var layout = LayOut(Records, 5000);
        Assert.InRange(layout.Pages.Count, 20, 400);
        Assert.Equal(layout.Pages.Count - 1, layout.Qr.Page);
        Assert.Equal($"第 3 页，共 {layout.Pages.Count} 页", layout.Foot(3, layout.Pages.Count));
        var text = string.Concat(layout.Pages.SelectMany(page => page).SelectMany(block => block.Lines).Select(line => line.Text));
        Assert.Contains("共 5000 条，列出最新 200 条", text, StringComparison.Ordinal);
        for (var i = 1; i <= Records; i++)
            Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"虚构罚{i:000}号"), text, StringComparison.Ordinal);
        Assert.All(layout.Pages, page => Assert.All(
            page.SelectMany(block => block.Lines), line => Assert.InRange(line.Baseline, 60, PdfFlow.PageHeight - 50)));
    }

    [Fact]
    public void Document_is_bounded_in_size_and_opens_with_the_signed_file_attached()
    {
        Assert.SkipWhen(Font is null, "fonts-wqy-microhei is not installed");
        var attachment = Encoding.UTF8.GetBytes("{\"report\":{}}");
        var document = new PdfWriter(Font).Write(
            LayOut(30, 30), "虚构报告", "虚构签发单位", DateTimeOffset.UnixEpoch.AddYears(56), "zh", attachment, PortalFixture.Stop);
        Assert.InRange(document.Length, 10_000, 1_000_000);
        using var read = PdfSharp.Pdf.IO.PdfReader.Open(new MemoryStream(document));
        Assert.True(read.PageCount > 3);
        Assert.Equal("虚构报告", read.Info.Title);
        Assert.Contains("/EmbeddedFiles", Encoding.Latin1.GetString(document), StringComparison.Ordinal);
        Assert.Contains("/StructTreeRoot", Encoding.Latin1.GetString(document), StringComparison.Ordinal);
    }

    private static PdfLayout LayOut(int records, int total) => ReportPdf.LayOut(
        Report(records, total), "sha256:" + new string('0', 64), new ReportSignature("key", new byte[71]),
        "https://credit.example/portal/verify/report?number=CR-20260301-0123456789ABCDEF", Font!, "zh");

    private static CreditReport Report(int records, int total)
    {
        var kind = LocalisedText.Both("行政处罚", "Administrative penalty");
        var name = string.Concat(Enumerable.Repeat("虚构𠮷龘", 50));
        ReportField Field(string title, string value) =>
            new("field", LocalisedText.Both(title, title), "\"x\"", LocalisedText.Both(value, value));
        ReportRecord Record(int i) => new(
            "SCJG", string.Create(CultureInfo.InvariantCulture, $"虚构罚{i:000}号"), "penalty", kind, new DateOnly(2026, 3, 1), null,
            new DateOnly(2027, 3, 1), "general", i % 5 == 0, false,
            [Field("违法事实", string.Concat(Enumerable.Repeat("虚构的违法事实描述。", i % 40)) + "完"), Field("罚款", "12.5")]);
        return new CreditReport(
            "CR-20260301-0123456789ABCDEF", new DateTimeOffset(2026, 3, 1, 8, 0, 0, TimeSpan.FromHours(8)), new DateOnly(2026, 3, 1),
            "虚构签发单位", new ReportRules("r", LocalisedText.Both("规则", "Rules"), new string('a', 64), "p", "1"),
            new ReportSubject("91990103000000012X", name, null), null,
            [
                .. ReportSection.All.Select(section => section.Id == "administration"
                    ? new ReportPart(section, total, [.. Enumerable.Range(1, records).Select(Record)], [])
                    : new ReportPart(section, 0, [], [])),
            ]);
    }
}
