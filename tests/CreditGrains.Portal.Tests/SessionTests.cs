using System.Net;

namespace CreditGrains.Portal.Tests;

public sealed class SessionTests(PortalFixture portal)
{
    private const string Own = "value=\"own-record\"";

    [Fact]
    public async Task Person_signs_in_through_the_provider_and_out_again()
    {
        using var visitor = await portal.SignedInAsync("operator", "en");
        var page = await visitor.GetAsync("/portal");
        Assert.Contains("Sign out", page.Words, StringComparison.Ordinal);
        Assert.StartsWith("no-store", page.Headers["Cache-Control"], StringComparison.Ordinal);
        var after = await visitor.SubmitAsync(page, "/portal/session/sign-out");
        Assert.Contains("Sign in", after.Words, StringComparison.Ordinal);
        Assert.DoesNotContain(visitor.Cookies, cookie => cookie.Name.StartsWith("credit-session", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Cookie_of_the_session_is_hardened()
    {
        using var visitor = await portal.SignedInAsync("auditor");
        var cookie = Assert.Single(visitor.Cookies, cookie => cookie.Name == "credit-session");
        Assert.True(cookie.HttpOnly);
        Assert.Equal("/portal", cookie.Path);
    }

    /// <summary>Browsers drop a cookie whose day has passed by their own clock, not by that of <c>credit up --now</c>.</summary>
    [Fact]
    public async Task Cookies_of_the_sign_in_name_no_day_so_that_a_server_of_an_earlier_day_is_signed_in_to()
    {
        var time = new MovedTime();
        time.GoOn(TimeSpan.FromDays(-200));
        var earlier = new PortalFixture();
        await earlier.InitializeAsync(options => options with { Time = time });
        await using (earlier)
        {
            using var visitor = await earlier.SignedInAsync("operator", "en");
            Assert.Contains("Sign out", (await visitor.GetAsync("/portal")).Words, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("/portal/about", "/portal/about")]
    [InlineData("//evil.example/portal", "/portal")]
    [InlineData("https://evil.example/", "/portal")]
    [InlineData("/portal\\evil.example", "/portal")]
    [InlineData("/v1/subjects", "/portal")]
    [InlineData("/portal/session/sign-in", "/portal")]
    public void Return_address_leads_nowhere_else(string given, string expected) =>
        Assert.Equal(expected, Hosting.PortalPaths.LocalOrHome(given));

    [Fact]
    public async Task Sign_out_without_the_forms_token_does_nothing()
    {
        using var visitor = await portal.SignedInAsync("operator");
        await visitor.PostAsync("/portal/session/sign-out");
        Assert.Contains(visitor.Cookies, cookie => cookie.Name == "credit-session");
    }

    [Fact]
    public async Task Form_sent_after_the_session_ended_loses_nothing_typed()
    {
        const string Typed = "为了<b>核对</b> 𠮷 & \"引号\"";
        using var visitor = await portal.SignedInAsync("operator");
        var question = await visitor.GetAsync("/portal/session/purpose?return=/portal/about");
        visitor.LoseSession();
        var ended = await visitor.SubmitAsync(question, "/portal/session/purpose", ("purpose", "other"), ("other", Typed));
        Assert.Equal(401, ended.Status);
        Assert.Contains("为了&lt;b&gt;核对", ended.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>核对", ended.Text, StringComparison.Ordinal);

        // Signed in again meanwhile, in another tab: the form is shown with everything in it, and goes through with the next click.
        await visitor.SignInAsync("dev-operator");
        var shown = await visitor.SubmitAsync(ended, "/portal/session/purpose");
        Assert.Equal(422, shown.Status);
        Assert.StartsWith("错误：", shown.Title, StringComparison.Ordinal);
        Assert.Contains("𠮷", WebUtility.HtmlDecode(shown.Text), StringComparison.Ordinal);
        var done = await visitor.SubmitAsync(shown, "/portal/session/purpose", ("purpose", "other"), ("other", Typed));
        Assert.Equal(200, done.Status);
        Assert.StartsWith("关于本平台", done.Title, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("nonsense", "")]
    [InlineData("other", "abc")]
    [InlineData("other", "a\u0007bcdef")]
    [InlineData("other", "询问 13800138000 的情况")]
    public async Task Purpose_that_says_nothing_is_asked_for_again(string purpose, string other)
    {
        using var visitor = await portal.SignedInAsync("auditor", "en");
        var question = await visitor.GetAsync("/portal/session/purpose?return=/portal");
        var again = await visitor.SubmitAsync(question, "/portal/session/purpose", ("purpose", purpose), ("other", other));
        Assert.Equal(422, again.Status);
        Assert.StartsWith("Error: ", again.Title, StringComparison.Ordinal);
        Assert.Contains("There is a problem", again.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Purpose_that_the_rulebook_keeps_for_others_is_not_offered()
    {
        using var subject = await portal.SignedInAsync("subject");
        Assert.Contains(Own, (await subject.GetAsync("/portal/session/purpose")).Text, StringComparison.Ordinal);
        using var officer = await portal.SignedInAsync("checker");
        var question = await officer.GetAsync("/portal/session/purpose");
        Assert.DoesNotContain(Own, question.Text, StringComparison.Ordinal);
        Assert.Equal(422, (await officer.SubmitAsync(question, "/portal/session/purpose", ("purpose", "own-record"))).Status);
    }

    [Fact]
    public async Task Session_and_form_survive_a_restart_of_the_server()
    {
        var data = Directory.CreateTempSubdirectory("credit-portal-").FullName;
        var options = PortalFixture.Options(data);
        Visitor visitor;
        string address;
        await using (var first = await Silo.CreditServer.StartAsync(options, TextWriter.Null, PortalFixture.Stop))
        {
            address = first.Address;
            visitor = new Visitor(address, "en");
            await visitor.SignInAsync("dev-operator");
        }

        await using (await Silo.CreditServer.StartAsync(options with { Urls = [address] }, TextWriter.Null, PortalFixture.Stop))
            Assert.Contains("Sign out", (await visitor.GetAsync("/portal")).Words, StringComparison.Ordinal);
        visitor.Dispose();
        Directory.Delete(data, recursive: true);
    }

    /// <summary>A cookie that is used goes on and on; what it says of a person's roles must not.</summary>
    [Theory]
    [InlineData(11, false, true)]
    [InlineData(13, false, false)]
    [InlineData(11, true, false)]
    public async Task Session_ends_after_its_longest_time_or_when_all_are_ended(int hours, bool isEnded, bool holds)
    {
        var data = Directory.CreateTempSubdirectory("credit-portal-").FullName;
        var options = PortalFixture.Options(data);
        options = options with { Portal = options.Portal with { SessionIdleMax = TimeSpan.FromDays(1) } };
        Visitor visitor;
        string address;
        await using (var first = await Silo.CreditServer.StartAsync(options, TextWriter.Null, PortalFixture.Stop))
        {
            address = first.Address;
            visitor = new Visitor(address, "en");
            await visitor.SignInAsync("dev-auditor");
            await visitor.GivePurposeAsync("supervision");
        }

        var later = options with
        {
            Urls = [address], Time = new LaterTime(TimeSpan.FromHours(hours)),
            Api = options.Api with { TokensFrom = isEnded ? TimeProvider.System.GetUtcNow().AddHours(1) : null },
        };
        await using (await Silo.CreditServer.StartAsync(later, TextWriter.Null, PortalFixture.Stop))
            Assert.Contains(holds ? "Sign out" : "Sign in", (await visitor.GetAsync("/portal")).Words, StringComparison.Ordinal);
        visitor.Dispose();
        Directory.Delete(data, recursive: true);
    }

    private sealed class LaterTime(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + by;
    }

    [Theory]
    [InlineData("development", true)]
    [InlineData("two-factors", false)]
    public async Task Person_authenticated_otherwise_than_asked_is_not_signed_in(string asked, bool isSignedIn)
    {
        var data = Directory.CreateTempSubdirectory("credit-portal-").FullName;
        var options = PortalFixture.Options(data);
        options = options with { Portal = options.Portal with { AcrValues = [asked, "another"] } };
        await using (var server = await Silo.CreditServer.StartAsync(options, TextWriter.Null, PortalFixture.Stop))
        {
            using var visitor = new Visitor(server.Address, "en");
            var start = await visitor.OneAsync(HttpMethod.Get, "/portal/session/sign-in");
            Assert.Contains($"acr_values={asked}%20another", start.Location!, StringComparison.Ordinal);
            var people = await visitor.GetAsync("/portal/session/sign-in?return=/portal");
            await visitor.SubmitAsync(people, "/portal/session/development/authorize", ("person", "dev-auditor"));
            Assert.Equal(isSignedIn, visitor.Cookies.Any(cookie => cookie.Name == "credit-session"));
        }

        Directory.Delete(data, recursive: true);
    }

    [Fact]
    public async Task Operator_from_elsewhere_than_the_networks_named_is_shown_no_page_of_the_role()
    {
        var data = Directory.CreateTempSubdirectory("credit-portal-").FullName;
        var options = PortalFixture.Options(data);
        options = options with { Api = options.Api with { OperatorNetworks = [IPNetwork.Parse("10.20.0.0/16")] } };
        await using (var server = await Silo.CreditServer.StartAsync(options, TextWriter.Null, PortalFixture.Stop))
        {
            using var visitor = new Visitor(server.Address, "en");
            await visitor.SignInAsync("dev-operator");
            Assert.Equal(403, (await visitor.GetAsync("/portal/operation")).Status);
            Assert.Equal(200, (await visitor.GetAsync("/portal/lists")).Status);
        }

        Directory.Delete(data, recursive: true);
    }

    [Fact]
    public async Task Development_provider_sends_nobody_elsewhere()
    {
        using var visitor = portal.Visitor();
        var start = await visitor.OneAsync(HttpMethod.Get, "/portal/session/sign-in");
        var forged = start.Location!.Replace(
            Uri.EscapeDataString("/portal/session/callback"), Uri.EscapeDataString("/v1/subjects"), StringComparison.Ordinal);
        Assert.NotEqual(start.Location, forged);
        Assert.Equal(400, (await visitor.OneAsync(HttpMethod.Get, forged)).Status);
        var foreign = start.Location!.Replace(
            "redirect_uri=http%3A%2F%2F127.0.0.1", "redirect_uri=http%3A%2F%2Fevil.example", StringComparison.Ordinal);
        Assert.NotEqual(start.Location, foreign);
        Assert.Equal(400, (await visitor.OneAsync(HttpMethod.Get, foreign)).Status);
    }

    [Fact]
    public async Task Callback_without_a_request_of_ours_is_turned_away_gently()
    {
        using var visitor = portal.Visitor();
        var answer = await visitor.OneAsync(HttpMethod.Get, "/portal/session/callback?code=x&state=forged");
        Assert.Equal(302, answer.Status);
        Assert.Equal("/portal?signin=failed", answer.Location);
    }

    [Fact]
    public async Task Form_larger_than_forms_are_is_refused_with_a_page()
    {
        using var visitor = await portal.SignedInAsync("operator", "en");
        var many = Enumerable.Range(0, 300).Select(i => ($"f{i}", "x")).ToArray();
        Assert.Equal(413, (await visitor.PostAsync("/portal/session/purpose", many)).Status);
        var long_ = await visitor.PostAsync("/portal/session/purpose", ("other", new string('长', 80_000)));
        Assert.Equal(413, long_.Status);
        Assert.Contains("<html", long_.Text, StringComparison.Ordinal);
        using var json = new StringContent("{}", System.Text.Encoding.UTF8, "application/json");
        Assert.Equal(415, (await visitor.OneAsync(HttpMethod.Post, "/portal/session/purpose", json)).Status);
    }
}
