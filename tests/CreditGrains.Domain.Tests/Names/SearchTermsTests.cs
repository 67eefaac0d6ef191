using CreditGrains.Domain.Names;

namespace CreditGrains.Domain.Tests.Names;

/// <summary>A name is found when it holds every part of what is asked, however either is written.</summary>
public sealed class SearchTermsTests
{
    private const int Names = 2_000;

    [Theory]
    [InlineData("杭州 咨询", "虚构（杭州）咨询有限公司", true)]
    [InlineData("咨询　杭州", "虚构（杭州）咨询有限公司", true)]
    [InlineData("杭州 上海", "虚构（杭州）咨询有限公司", false)]
    [InlineData("虚构𬭩新材料", "虚构𬭩新材料有限公司", true)]
    [InlineData("𬭩 新材料", "虚构𬭩新材料有限公司", true)]
    [InlineData("ünïcode", "Ünïcode Fiktiv GmbH", true)]
    [InlineData("(株)", "虚构㈱株式公司", true)]
    [InlineData("中点·圆点", "虚构·中点•圆点公司", true)]
    [InlineData("0%纯_下", "虚构100%纯_下划线公司", true)]
    [InlineData("0%纯x下", "虚构100%纯_下划线公司", false)]
    [InlineData("%%", "虚构100%纯公司", false)]
    [InlineData("__", "虚构ab公司", false)]
    [InlineData("线\\反", "下划线\\反斜杠", true)]
    public void AreIn_a_name_that_holds_every_part(string text, string name, bool expected) =>
        Assert.Equal(expected, SearchTerms.Read(text)!.AreIn(name));

    [Theory]
    [InlineData("甲")]
    [InlineData("𬭩")]
    [InlineData("é")]
    [InlineData("e\u0301")]
    [InlineData("각")]
    [InlineData("甲 乙")]
    [InlineData("甲\u200B")]
    [InlineData(" ")]
    [InlineData("")]
    public void Read_of_single_characters_gives_none(string text) => Assert.Null(SearchTerms.Read(text));

    [Fact]
    public void IsTooLong_counts_characters_not_their_halves()
    {
        Assert.False(SearchTerms.IsTooLong(string.Concat(Enumerable.Repeat("𬭩", 100))));
        Assert.True(SearchTerms.IsTooLong(string.Concat(Enumerable.Repeat("𬭩", 101))));
    }

    [Fact]
    public void AreIn_holds_for_every_spelling_of_parts_of_a_name_and_not_for_others()
    {
        for (var seed = 1; seed <= Names; seed++)
        {
            var random = new Random(seed);
            var name = NameSpellings.Name(random);
            var asked = NameSpellings.Question(name, random);
            var spelt = NameSpellings.Spelling(name, random);
            Assert.True(SearchTerms.Read(asked)!.AreIn(spelt), $"seed {seed}: '{asked}' is not found in '{spelt}'");

            // A part that the name does not hold in any spelling.
            Assert.False(SearchTerms.Read(asked + " 龘靐")!.AreIn(spelt), $"seed {seed}: '{asked} 龘靐' is found in '{spelt}'");
        }
    }
}
