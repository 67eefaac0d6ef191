namespace CreditGrains.Api.Tests;

/// <summary>Names are found in any spelling and shown as they were sent; what finds nothing by rule says so (faults 30 and 40).</summary>
public sealed class SearchTests(CreditFixture credit)
{
    [Theory]
    [InlineData("甲（杭州）咨询有限公司", "甲(杭州)", "杭州 咨询", "咨询　甲")]
    [InlineData("𬭩新材料有限公司", "𬭩新材料", "虚构 𬭩新", "新材料 𬭩")]
    [InlineData("ＡＢＣ贸易·Ünïcode", "abc贸易", "贸易・u\u0308NI\u0308code", "ünïcode AbC")]
    [InlineData("李宁㈱体育", "李寧", "(株)體育", "体育 李宁")]
    [InlineData("100%纯_下划", "100%纯_下", "%纯_下 100%", "纯_")]
    public async Task Search_finds_a_name_in_any_spelling_and_shows_it_as_sent(string end, params string[] typed)
    {
        var subject = Invented.Code();
        var name = $"虚构{subject[10..16]}{end}";
        var token = await credit.FeedAsync("SR1", Invented.Registration(subject, name));
        foreach (var text in typed)
        {
            var query = Uri.EscapeDataString($"{subject[10..16]} {text}");
            var found = await credit.GetAsync($"/v1/subjects?q={query}&consistency=at-least:{token}", credit.Token("checker"));
            var match = Assert.Single(found.Json.GetProperty("items").EnumerateArray());
            Assert.Equal(subject, match.GetProperty("subject").GetString());
            Assert.Equal(name, match.GetProperty("name").GetString());
        }

        var other = await credit.GetAsync(
            $"/v1/subjects?q={Uri.EscapeDataString($"{subject[10..16]} {typed[0]} 不在其中")}", credit.Token("checker"));
        Assert.Empty(other.Json.GetProperty("items").EnumerateArray());
    }

    [Theory]
    [InlineData("甲")]
    [InlineData("𬭩")]
    [InlineData("e\u0301")]
    [InlineData("甲 乙")]
    public async Task Search_by_single_characters_is_refused_in_words_of_the_field(string text)
    {
        var path = $"/v1/subjects?q={Uri.EscapeDataString(text)}";
        var zh = await credit.GetAsync(path, credit.Token("checker"), "zh");
        zh.AssertProblem(400, "search-too-short");
        Assert.Contains("单个字无法检索", zh.Text, StringComparison.Ordinal);
        (await credit.GetAsync(path, credit.Token("checker"), "en")).AssertProblem(400, "search-too-short");
    }

    [Theory]
    [InlineData("%EF%BF%BD%EF%BF%BD")]
    [InlineData("ab%00")]
    public async Task Search_by_what_stands_in_no_name_is_refused(string escaped) =>
        (await credit.GetAsync($"/v1/subjects?q={escaped}", credit.Token("checker"))).AssertProblem(400, "invalid-parameter");

    [Fact]
    public async Task Search_takes_a_hundred_characters_of_any_plane_and_no_more()
    {
        var rare = string.Concat(Enumerable.Repeat("𬭩", 100));
        Assert.Equal(200, (await credit.GetAsync($"/v1/subjects?q={Uri.EscapeDataString(rare)}", credit.Token("checker"))).Status);
        (await credit.GetAsync($"/v1/subjects?q={Uri.EscapeDataString(rare + "𬭩")}", credit.Token("checker")))
            .AssertProblem(400, "invalid-parameter");
    }
}
