using CreditGrains.Portal.Public;

namespace CreditGrains.Portal.Tests;

public sealed class SearchTests(PortalFixture portal)
{
    [Fact]
    public async Task Whole_code_leads_to_the_page_however_it_is_written()
    {
        var subject = Invented.Code();
        await portal.FeedAsync("SE1", Invented.Registration(subject));
        using var visitor = portal.Visitor();
        foreach (var written in new[] { subject, $" {subject[..4]} {subject[4..]}", subject.ToLowerInvariant() })
        {
            var answer = await visitor.OneAsync(HttpMethod.Get, $"/portal/search?q={Uri.EscapeDataString(written)}");
            Assert.Equal(303, answer.Status);
            Assert.Equal($"/portal/subjects/{subject}", answer.Location);
        }
    }

    [Fact]
    public async Task Organisations_of_the_same_name_are_marked()
    {
        var (one, two) = (Invented.Code(), Invented.Code());
        await portal.FeedAsync("SE2", Invented.Registration(one, "虚构同名重复有限公司"), Invented.Registration(two, "虚构同名重复有限公司"));
        using var visitor = portal.Visitor();
        var page = await visitor.GetAsync($"/portal/search?q={Uri.EscapeDataString("同名重复")}");
        Assert.Contains("有 2 家组织名称相同", page.Words, StringComparison.Ordinal);
        Assert.Contains(one, page.Words, StringComparison.Ordinal);
        Assert.Contains(two, page.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Results_are_paged_by_a_cursor_that_nobody_makes_up()
    {
        await portal.FeedAsync(
            "SE3", [.. Enumerable.Range(1, 25).Select(i => Invented.Registration(Invented.Code(), $"虚构翻页检索有限公司{i:00}号"))]);
        using var visitor = portal.Visitor("en");
        var first = await visitor.GetAsync($"/portal/search?q={Uri.EscapeDataString("翻页检索")}");
        var next = System.Net.WebUtility.HtmlDecode(first.Text.Split("rel=\"next\"")[0].Split("href=\"")[^1].Split('"')[0]);
        var second = await visitor.GetAsync(next);
        Assert.Equal(20, first.Text.Split("scope=\"row\"").Length - 1);
        Assert.Equal(5, second.Text.Split("scope=\"row\"").Length - 1);
        foreach (var forged in new[] { next[..^3] + "abc", next + "A", next.Replace("q=", "q=x", StringComparison.Ordinal) })
        {
            var page = await visitor.GetAsync(forged);
            Assert.Equal(400, page.Status);
            Assert.Contains("<h1", page.Text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("%00%07ab")]
    public async Task What_cannot_be_looked_for_is_said_at_the_field(string query)
    {
        using var visitor = portal.Visitor("en");
        var page = await visitor.GetAsync($"/portal/search?q={query}");
        Assert.Equal(422, page.Status);
        Assert.StartsWith("Error: ", page.Title, StringComparison.Ordinal);
        Assert.Contains("href=\"#q\"", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_of_200_characters_and_rare_characters_are_found()
    {
        var name = "虚构" + string.Concat(Enumerable.Repeat("𠮷𪚥", 98)) + "靐龘";
        var subject = Invented.Code();
        await portal.FeedAsync("SE4", Invented.Registration(subject, name));
        using var visitor = portal.Visitor();
        foreach (var part in new[] { "靐龘", "𠮷𪚥" })
        {
            var found = await visitor.GetAsync($"/portal/search?q={Uri.EscapeDataString(part)}");
            Assert.Contains(subject, found.Words, StringComparison.Ordinal);
        }

        Assert.StartsWith("虚构𠮷", (await visitor.GetAsync($"/portal/subjects/{subject}")).Title, StringComparison.Ordinal);
        Assert.Equal(422, (await visitor.GetAsync($"/portal/search?q={Uri.EscapeDataString(new string('长', 201))}")).Status);
    }

    [Theory]
    [InlineData("914403001922038217", "18")]
    [InlineData("91440300192203821", "")]
    [InlineData("9133O100799655058B", "5")]
    [InlineData("914403001292038216", "17,18")]
    [InlineData("004403001922038216", "1,2")]
    [InlineData("123456789012345678", "17")]
    public void Wrong_code_names_the_characters(string code, string places)
    {
        var fault = CodeFault.Of(code);
        Assert.NotNull(fault);
        Assert.Equal(places, string.Join(',', fault.Places));
    }

    [Theory]
    [InlineData("914403001922038216")]
    [InlineData("虚构星海贸易有限公司")]
    [InlineData("9144")]
    [InlineData("ABCDEFGHABCDEFGHAB")]
    public void Good_code_and_what_is_no_code_have_no_fault(string text) => Assert.Null(CodeFault.Of(text));

    [Fact]
    public async Task Unknown_code_says_that_nothing_was_reported()
    {
        using var visitor = portal.Visitor("en");
        var code = Invented.Code();
        var page = await visitor.GetAsync($"/portal/search?q={code}");
        Assert.Contains("Nothing is known of this organisation", page.Words, StringComparison.Ordinal);
    }
}
