using System.Text;
using CreditGrains.Domain.Names;

namespace CreditGrains.Domain.Tests.Names;

/// <summary>Names are indexed by their runs: a name that holds the parts of a search has every run that the search looks for.</summary>
public sealed class NameRunsTests
{
    private const int Names = 2_000;

    [Theory]
    [InlineData("甲", "")]
    [InlineData("甲乙", "甲乙")]
    [InlineData("甲乙丙", "甲乙 乙丙")]
    [InlineData("甲乙丙丁", "甲乙丙丁")]
    [InlineData("甲乙丙丁戊", "甲乙丙丁 乙丙丁戊")]
    [InlineData("甲乙丙丁戊己庚辛", "甲乙丙丁 戊己庚辛")]
    [InlineData("甲乙丙丁戊己庚辛壬", "甲乙丙丁 戊己庚辛 己庚辛壬")]
    [InlineData("𬭩乙𬭩丁戊", "𬭩乙𬭩丁 乙𬭩丁戊")]
    public void OfTerm_holds_every_character_in_few_runs(string term, string expected) =>
        Assert.Equal(expected, Words(NameRuns.OfTerm(term)));

    [Fact]
    public void OfTerms_leaves_no_part_out() => Assert.Equal(
        "甲乙丙丁 上海 戊己庚辛", Words(NameRuns.OfTerms(SearchTerms.Read("甲乙丙丁戊己庚辛 上海 x")!)));

    [Fact]
    public void Of_a_name_has_all_runs_of_its_parts()
    {
        for (var seed = 1; seed <= Names; seed++)
        {
            var random = new Random(seed);
            var name = NameSpellings.Name(random);
            var asked = NameSpellings.Question(name, random);
            var runs = NameRuns.Of(NameSpellings.Spelling(name, random)).Select(Word).ToHashSet();
            var missing = NameRuns.OfTerms(SearchTerms.Read(asked)!).Select(Word).Where(run => !runs.Contains(run)).ToList();
            Assert.True(missing.Count == 0, $"seed {seed}: '{asked}' asks for {string.Join(' ', missing)}, which '{name}' has not");
        }
    }

    private static string Words(IEnumerable<ReadOnlyMemory<Rune>> runs) => string.Join(' ', runs.Select(Word));

    private static string Word(ReadOnlyMemory<Rune> run) => string.Concat(run.ToArray().Select(rune => rune.ToString()));
}
