namespace CreditGrains.Portal.Tests;

public sealed class HeaderTests(PortalFixture portal)
{
    [Theory]
    [InlineData("/", 303)]
    [InlineData("/portal", 200)]
    [InlineData("/portal/nowhere", 404)]
    [InlineData("/portal/session/purpose", 303)]
    public async Task Every_answer_is_hardened(string path, int status)
    {
        using var visitor = portal.Visitor();
        var answer = await visitor.OneAsync(HttpMethod.Get, path);
        Assert.Equal(status, answer.Status);
        Assert.Equal("nosniff", answer.Headers["X-Content-Type-Options"]);
        Assert.Equal("same-origin", answer.Headers["Referrer-Policy"]);
        Assert.Equal("DENY", answer.Headers["X-Frame-Options"]);
        var policy = answer.Headers["Content-Security-Policy"];
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_hold_no_inline_script_and_no_inline_style()
    {
        using var visitor = portal.Visitor();
        foreach (var path in new[] { "/portal", "/portal/about", "/portal/contact", "/portal/accessibility", "/portal/nowhere" })
        {
            var page = await visitor.GetAsync(path);
            Assert.DoesNotContain("<script", page.Text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("style=", page.Text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("&#x", page.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Stylesheet_is_immutable_and_compressed()
    {
        using var visitor = portal.Visitor();
        var answer = await visitor.OneAsync(HttpMethod.Get, Hosting.Stylesheet.Path);
        Assert.Equal(200, answer.Status);
        Assert.Equal("text/css", answer.Type);
        Assert.Contains("immutable", answer.Headers["Cache-Control"], StringComparison.Ordinal);
        Assert.Contains(".govuk-summary-list", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("GDS Transport", answer.Text, StringComparison.Ordinal);
        Assert.Equal(404, (await visitor.OneAsync(HttpMethod.Get, "/portal/assets/portal-0.css")).Status);
    }

    [Fact]
    public async Task Interface_keeps_its_own_answers()
    {
        using var visitor = portal.Visitor();
        var answer = await visitor.OneAsync(HttpMethod.Get, "/v1/subjects");
        Assert.Equal(401, answer.Status);
        Assert.Equal("application/problem+json", answer.Type);
        Assert.Equal("default-src 'none'; frame-ancestors 'none'", answer.Headers["Content-Security-Policy"]);
        Assert.Equal("application/problem+json", (await visitor.OneAsync(HttpMethod.Get, "/portalx")).Type);
    }
}
