using CreditGrains.Silo;

namespace CreditGrains.Portal.Tests;

public sealed class ErrorPageTests(PortalFixture portal)
{
    [Theory]
    [InlineData("zh", "找不到页面")]
    [InlineData("en", "Page not found")]
    public async Task Unknown_path_is_a_page_in_the_persons_language(string language, string title)
    {
        using var visitor = portal.Visitor(language);
        var page = await visitor.GetAsync("/portal/nowhere");
        Assert.Equal(404, page.Status);
        Assert.StartsWith(title, page.Title, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Method_that_a_page_does_not_have_is_a_page_too()
    {
        using var visitor = portal.Visitor("en");
        using var form = new FormUrlEncodedContent([]);
        var page = await visitor.OneAsync(HttpMethod.Post, "/portal/about", form);
        Assert.Equal(405, page.Status);
        Assert.Contains("<h1", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_of_another_role_says_who_is_signed_in()
    {
        using var visitor = await portal.SignedInAsync("checker", "en");
        var page = await visitor.GetAsync("/portal/session/development/.well-known/nothing");
        Assert.Equal(404, page.Status);
    }

    [Fact]
    public async Task Too_many_requests_are_told_with_a_page()
    {
        var data = Directory.CreateTempSubdirectory("credit-portal-").FullName;
        var options = PortalFixture.Options(data) with { ClientRequestsMax = 5 };
        await using (var server = await CreditServer.StartAsync(options, TextWriter.Null, PortalFixture.Stop))
        {
            using var visitor = new Visitor(server.Address, "en");
            var last = await visitor.GetAsync("/portal/about");
            for (var i = 0; i < 12 && last.Status == 200; i++)
                last = await visitor.GetAsync("/portal/about");
            Assert.Equal(429, last.Status);
            Assert.StartsWith("Too many requests", last.Title, StringComparison.Ordinal);
            Assert.True(last.Headers.ContainsKey("Retry-After"));
        }

        Directory.Delete(data, recursive: true);
    }
}
