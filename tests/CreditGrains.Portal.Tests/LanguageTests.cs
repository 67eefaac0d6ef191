namespace CreditGrains.Portal.Tests;

public sealed class LanguageTests(PortalFixture portal)
{
    [Theory]
    [InlineData("zh", "zh-CN")]
    [InlineData("en-GB,zh;q=0.5", "en")]
    [InlineData("fr", "zh-CN")]
    public async Task Browser_preference_decides_at_first(string accept, string tag)
    {
        using var visitor = portal.Visitor(accept);
        var page = await visitor.GetAsync("/portal");
        Assert.Contains($"<html lang=\"{tag}\">", page.Text, StringComparison.Ordinal);
        Assert.Equal(tag, page.Headers["Content-Language"]);
    }

    [Fact]
    public async Task Choice_is_kept_on_every_page_and_the_address_stays_the_same()
    {
        using var visitor = portal.Visitor("zh");
        var first = await visitor.GetAsync("/portal/about");
        Assert.Contains("href=\"/portal/about?lang=en\"", first.Text, StringComparison.Ordinal);
        await visitor.GetAsync("/portal/about?lang=en");
        var other = await visitor.GetAsync("/portal/contact");
        Assert.StartsWith("Contact", other.Title, StringComparison.Ordinal);
        await visitor.GetAsync("/portal?lang=xx");
        Assert.StartsWith("Contact", (await visitor.GetAsync("/portal/contact")).Title, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Switch_keeps_the_query()
    {
        using var visitor = portal.Visitor("zh");
        var page = await visitor.GetAsync("/portal/nowhere?q=%22%3E%3Cscript%3E&x=1&lang=zh");
        Assert.Contains("href=\"/portal/nowhere?q=%22%3E%3Cscript%3E&amp;x=1&amp;lang=en\"", page.Text, StringComparison.Ordinal);
    }
}
