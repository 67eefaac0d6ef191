using System.Net;
using System.Text.RegularExpressions;
using CreditGrains.Domain.Subjects;
using CreditGrains.Portal.Embedding;

namespace CreditGrains.Portal.Tests;

/// <summary>The check that other portals frame: by whom, how a person signs in for it, and that nobody else can ask in that name.</summary>
public sealed partial class EmbedTests(PortalFixture portal)
{
    private const string Framing = "https://approvals.example/case/1";
    private const string Page = "/portal/embed/check";

    [Theory]
    [InlineData("https://approvals.example", "https://approvals.example")]
    [InlineData("https://Approvals.example:443/", "https://approvals.example")]
    [InlineData("https://approvals.example:8443", "https://approvals.example:8443")]
    [InlineData("https://审批.example", "https://xn--tbt22n.example")]
    [InlineData("http://localhost:8090", "http://localhost:8090")]
    [InlineData("http://127.0.0.1:8090", "http://127.0.0.1:8090")]
    public void Origin_is_read_as_browsers_write_it(string text, string origin)
    {
        Assert.True(EmbedOrigin.TryParse(text, out var read));
        Assert.Equal(origin, read.Value);
    }

    [Theory]
    [InlineData("http://approvals.example")]
    [InlineData("https://*.example")]
    [InlineData("https://approvals.example/path")]
    [InlineData("https://approvals.example/?q")]
    [InlineData("https://approvals.example/#a")]
    [InlineData("https://name@approvals.example")]
    [InlineData("https://a.example; script-src *")]
    [InlineData("https://a.example https://b.example")]
    [InlineData("https://[::1]")]
    [InlineData("approvals.example")]
    [InlineData("ftp://approvals.example")]
    [InlineData("'self'")]
    [InlineData("*")]
    [InlineData("")]
    [InlineData(null)]
    public void Origin_that_is_none_is_refused(string? text) => Assert.False(EmbedOrigin.TryParse(text, out _));

    [Fact]
    public async Task Frame_without_session_offers_to_sign_in_in_a_tab_of_its_own()
    {
        using var visitor = portal.Visitor("en");
        var answer = await visitor.OneAsync(HttpMethod.Get, Address(Invented.Code()), referer: Framing);
        Assert.Equal(401, answer.Status);
        AssertFramed(answer);
        Assert.Contains("href=\"/portal/embed/sign-in\" target=\"_blank\" rel=\"noopener\"", answer.Text, StringComparison.Ordinal);

        // The session of other pages is not that of frames, on purpose.
        using var officer = await portal.SignedInForAsync("checker", "approval", "en");
        Assert.Equal(401, (await officer.OneAsync(HttpMethod.Get, Page, referer: Framing)).Status);
    }

    [Fact]
    public async Task Question_of_an_allowed_portal_is_answered_with_its_grounds_and_logged()
    {
        var subject = await ListedAsync();
        using var officer = await InFrameAsync("checker");
        var answer = await officer.OneAsync(HttpMethod.Get, Address(subject) + "&lang=en", referer: Framing);
        Assert.Equal(200, answer.Status);
        AssertFramed(answer);
        var number = Number().Match(answer.Words).Value;
        foreach (var part in new[] { "Stop", "mandatory-restraint", "approval", number })
            Assert.Contains(part, answer.Words, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(("approval", number), Assert.Single(await ChecksOf(subject)));
    }

    [Fact]
    public async Task Question_that_another_site_brings_waits_for_the_button()
    {
        var subject = await ListedAsync();
        using var officer = await InFrameAsync("checker");
        foreach (var referer in new[] { null, "https://elsewhere.example/", "https://approvals.example.elsewhere.example/" })
        {
            var form = await officer.OneAsync(HttpMethod.Get, Address(subject) + "&lang=en", referer: referer);
            Assert.Equal(200, form.Status);
            Assert.Empty(await ChecksOf(subject));
            Assert.Contains($"value=\"{subject}\"", form.Text, StringComparison.Ordinal);
        }

        var page = await officer.GetAsync(Address(subject) + "&lang=en");
        var answer = await officer.SubmitAsync(
            page, $"{Page}?lang=en", ("subject", subject), ("matter", "public-funds"), ("stage", "accept"), ("purpose", "approval"));
        Assert.Equal(200, answer.Status);
        Assert.Contains("mandatory-restraint", answer.Words, StringComparison.Ordinal);
        Assert.Single(await ChecksOf(subject));
    }

    [Fact]
    public async Task Form_without_the_token_of_its_session_is_shown_again_and_asks_nothing()
    {
        var subject = await ListedAsync();
        using var officer = await InFrameAsync("checker");
        using var other = await InFrameAsync("reviewer");
        var foreign = Token().Match((await other.GetAsync(Page)).Text).Groups[1].Value;
        Assert.Equal(32, foreign.Length);
        foreach (var token in new[] { "", foreign })
        {
            var answer = await officer.PostAsync(
                Page, ("__token", token), ("subject", subject), ("matter", "public-funds"), ("purpose", "approval"));
            Assert.Equal(422, answer.Status);
            AssertFramed(answer);
            Assert.Contains($"value=\"{subject}\"", answer.Text, StringComparison.Ordinal);
        }

        Assert.Empty(await ChecksOf(subject));
        using var nobody = portal.Visitor();
        Assert.Equal(401, (await nobody.PostAsync(Page, ("subject", subject))).Status);
    }

    [Fact]
    public async Task Mistakes_are_named_at_their_fields()
    {
        using var officer = await InFrameAsync("checker");
        var address = $"{Page}?subject=914403001922038217&matter=nothing&stage=never&purpose=approval&lang=en";
        var answer = await officer.OneAsync(HttpMethod.Get, address, referer: Framing);
        Assert.Equal(422, answer.Status);
        foreach (var field in new[] { "subject", "matter", "stage" })
            Assert.Contains($"href=\"#{field}\"", answer.Text, StringComparison.Ordinal);
        var own = await officer.OneAsync(
            HttpMethod.Get, $"{Page}?subject={Invented.Code()}&matter=public-funds&purpose=own-record&lang=en", referer: Framing);
        Assert.Equal(422, own.Status);
        Assert.Contains("href=\"#purpose\"", own.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cookie_of_frames_goes_to_their_path_only_and_opens_nothing_else()
    {
        using var officer = await portal.SignedInForAsync("checker", "approval");
        var begun = await officer.OneAsync(HttpMethod.Get, "/portal/embed/sign-in");
        Assert.Equal("DENY", begun.Headers["X-Frame-Options"]);
        var cookie = begun.Headers["Set-Cookie"].ToLowerInvariant();
        foreach (var part in new[] { "credit-frame=", "path=/portal/embed", "secure", "samesite=none", "httponly" })
            Assert.Contains(part, cookie, StringComparison.Ordinal);
        Assert.DoesNotContain("partitioned", cookie, StringComparison.Ordinal);
        AsOnLoopback(officer);
        officer.LoseSession();
        Assert.Equal(200, (await officer.OneAsync(HttpMethod.Get, Page)).Status);
        Assert.Equal(303, (await officer.OneAsync(HttpMethod.Get, "/portal/checks")).Status);
        var asked = await officer.OneAsync(HttpMethod.Get, "/portal/embed/sign-in");
        Assert.StartsWith("/portal/session/sign-in", asked.Location, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Signing_out_ends_the_session_of_frames_too()
    {
        using var officer = await InFrameAsync("checker");
        Assert.Equal(200, (await officer.OneAsync(HttpMethod.Get, Page)).Status);
        var home = await officer.GetAsync("/portal");
        await officer.SubmitAsync(home, "/portal/session/sign-out");
        Assert.Equal(401, (await officer.OneAsync(HttpMethod.Get, Page)).Status);
    }

    [Fact]
    public async Task Person_without_the_role_is_told_so_in_the_frame()
    {
        using var author = await InFrameAsync("policy-author");
        var answer = await author.OneAsync(HttpMethod.Get, Page, referer: Framing);
        Assert.Equal(403, answer.Status);
        AssertFramed(answer);
    }

    [Fact]
    public async Task Short_address_leads_to_the_page_with_its_query()
    {
        using var visitor = portal.Visitor();
        var answer = await visitor.OneAsync(HttpMethod.Get, "/embed/check?subject=1&matter=%E4%B8%80");
        Assert.Equal(302, answer.Status);
        Assert.Equal("/portal/embed/check?subject=1&matter=%E4%B8%80", answer.Location);

        // With the policy of all other answers a browser would leave out the referrer of the request that follows.
        Assert.Equal("strict-origin-when-cross-origin", answer.Headers["Referrer-Policy"]);
    }

    [Fact]
    public async Task Without_named_origins_there_is_no_such_page()
    {
        await using var closed = new PortalFixture();
        await closed.InitializeAsync(options => options with { Portal = options.Portal with { EmbedOrigins = [] } });
        using var visitor = closed.Visitor();
        foreach (var path in new[] { Page, "/embed/check", "/portal/embed/sign-in" })
        {
            var answer = await visitor.OneAsync(HttpMethod.Get, path, referer: Framing);
            Assert.Equal(404, answer.Status);
            Assert.Equal("DENY", answer.Headers["X-Frame-Options"]);
            Assert.EndsWith("frame-ancestors 'none'", answer.Headers["Content-Security-Policy"], StringComparison.Ordinal);
        }
    }

    private static string Address(string subject) => $"{Page}?subject={subject}&matter=public-funds&stage=accept&purpose=approval";

    private static void AssertFramed(PageAnswer answer)
    {
        Assert.EndsWith(
            "frame-ancestors https://approvals.example", answer.Headers["Content-Security-Policy"], StringComparison.Ordinal);
        Assert.False(answer.Headers.ContainsKey("X-Frame-Options"));
        Assert.DoesNotContain("<header", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("<footer", answer.Text, StringComparison.Ordinal);
        Assert.Contains("<h1", answer.Text, StringComparison.Ordinal);
    }

    private async Task<string> ListedAsync()
    {
        var subject = Invented.Code();
        await portal.FeedAsync("DEMO", Invented.Registration(subject), Invented.ListEntry(subject, $"L-{subject}"));
        return subject;
    }

    private async Task<Visitor> InFrameAsync(string role)
    {
        var visitor = await portal.SignedInAsync(role);
        Assert.Equal(200, (await visitor.OneAsync(HttpMethod.Get, "/portal/embed/sign-in")).Status);
        AsOnLoopback(visitor);
        return visitor;
    }

    /// <summary>Browsers take loopback for secure; the framework's cookies do not.</summary>
    private static void AsOnLoopback(Visitor visitor)
    {
        foreach (var cookie in visitor.Cookies.Cast<Cookie>().Where(cookie => cookie.Name == FrameSession.CookieName))
            cookie.Secure = false;
    }

    private async Task<List<(string Purpose, string? Number)>> ChecksOf(string subject)
    {
        await portal.Server.Engine.Access.FlushAsync(PortalFixture.Stop);
        var entries = await portal.Server.Engine.Store.AccessLog.ReadAsync(new SubjectId(subject), null, 100, PortalFixture.Stop);
        return [.. entries.Where(entry => entry.Operation == "check").Select(entry => (entry.Purpose, entry.Reference))];
    }

    [GeneratedRegex("CK-[0-9]{8}-[0-9A-Z]{16}")]
    private static partial Regex Number();

    [GeneratedRegex("name=\"__token\" value=\"([^\"]*)\"")]
    private static partial Regex Token();
}
