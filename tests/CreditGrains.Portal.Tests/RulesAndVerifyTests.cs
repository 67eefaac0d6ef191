namespace CreditGrains.Portal.Tests;

public sealed class RulesAndVerifyTests(PortalFixture portal)
{
    [Theory]
    [InlineData("zh")]
    [InlineData("en")]
    public async Task Rules_leave_nothing_out(string language)
    {
        using var visitor = portal.Visitor(language);
        var page = await visitor.GetAsync("/portal/rules");
        var rulebook = portal.Server.Engine.Rulebook;
        foreach (var measure in rulebook.Measures.Values)
        {
            Assert.Contains(measure.Title.In(language), page.Words, StringComparison.Ordinal);
            Assert.Contains(measure.Basis.Trim(), page.Words, StringComparison.Ordinal);
        }

        foreach (var indicator in rulebook.Policy.Indicators.Where(indicator => indicator.Label is not null))
            Assert.Contains(indicator.Label!.In(language), page.Words, StringComparison.Ordinal);
        Assert.Contains(rulebook.Policy.Version, page.Words, StringComparison.Ordinal);
        Assert.Contains(language == "zh" ? "12 个月" : "12 months", page.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Receipt_says_what_can_be_told_and_what_cannot()
    {
        using var visitor = portal.Visitor("en");
        var token = portal.Server.Engine.Subjects.Current().ToString();
        var page = await visitor.GetAsync($"/portal/verify?number=ck-20260301-0123456789abcdef&token={Uri.EscapeDataString(token)}");
        Assert.Equal(200, page.Status);
        Assert.Contains("Of this platform", page.Words, StringComparison.Ordinal);
        Assert.Contains("It can therefore not confirm that this check was made", page.Words, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("number=CK-20260301-0123456789ABCDEI&token=")]
    [InlineData("number=CK-20261332-0123456789ABCDEF&token=")]
    [InlineData("number=CK-29990301-0123456789ABCDEF&token=")]
    [InlineData("number=&token=")]
    [InlineData("number=CK-20260301-0123456789ABCDEF&token=nonsense")]
    [InlineData("number=%3Cscript%3E&token=%3Cscript%3E")]
    public async Task What_is_no_receipt_is_said_at_the_field(string query)
    {
        using var visitor = portal.Visitor("en");
        var page = await visitor.GetAsync($"/portal/verify?{query}");
        Assert.Equal(422, page.Status);
        Assert.StartsWith("Error: ", page.Title, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page.Text, StringComparison.Ordinal);
    }
}
