using CreditGrains.Domain.Records;
using CreditGrains.Domain.Reports;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Rulebooks.Reading;
using CreditGrains.Domain.Tests.Rulebooks;

namespace CreditGrains.Domain.Tests.Reports;

/// <summary>In which section of the report a record stands.</summary>
public sealed class ReportSectionTests
{
    [Fact]
    public void Sections_are_the_ten_of_the_national_report_in_its_order() => Assert.Equal(
        ["行政管理", "诚实守信", "严重失信主体名单", "经营异常", "信用承诺", "信用评价", "司法判决", "其他", "提升建议", "地方补充"],
        ReportSection.All.Select(section => section.Title.In("zh")));

    [Theory]
    [InlineData(null, "administration")]
    [InlineData("local", "local")]
    [InlineData("judgments", "judgments")]
    public void Kind_stands_in_the_section_that_the_rulebook_names_else_in_the_usual_one(string? section, string expected)
    {
        var kind = Read(section).Kinds["penalty"];
        Assert.Equal(expected, ReportSection.Of(kind, Severity.General)!.Id);
    }

    [Theory]
    [InlineData("suggestions")]
    [InlineData("nowhere")]
    public void Section_that_holds_no_records_is_refused(string section) =>
        Assert.Throws<InvalidOperationException>(() => Read(section));

    [Fact]
    public void Registration_stands_above_all_sections_and_lists_go_by_their_severity()
    {
        var kinds = Read(null).Kinds;
        Assert.Null(ReportSection.Of(kinds["registration"], Severity.None));
        Assert.Equal("serious-list", ReportSection.Of(kinds["list-entry"], Severity.Serious)!.Id);
        Assert.Equal("abnormal", ReportSection.Of(kinds["list-entry"], Severity.General)!.Id);
    }

    private static Catalogue Read(string? section)
    {
        var line = section is null ? "" : $"    section: {section}\n";
        var read = RulebookReader.Read(new Dictionary<string, string>
        {
            ["rulebook.yaml"] = RulebookTexts.Header,
            ["catalogue.yaml"] = RulebookTexts.Catalogue.Replace(
                "    publicity: tiered ", line + "    publicity: tiered ", StringComparison.Ordinal),
            ["policy.yaml"] = "id: p\nversion: 1\nlabel: P\nbase: 0\nmin: 0\nmax: 10\ngrades: [{grade: D, min: 0}]\n",
        });
        return read.Rulebook?.Catalogue
            ?? throw new InvalidOperationException(string.Join('\n', read.Mistakes.Select(mistake => mistake.ToString())));
    }
}
