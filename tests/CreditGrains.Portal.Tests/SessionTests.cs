using System.Net;
using CreditGrains.Development;
using CreditGrains.Development.Postgres;

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

    /// <summary>A cookie that a thief has copied before the sign-out must open nothing after it.</summary>
    [Fact]
    public async Task Copy_of_the_cookie_ends_with_the_sign_out_and_another_session_of_the_person_goes_on()
    {
        using var visitor = await portal.SignedInAsync("auditor", "en");
        using var elsewhere = await portal.SignedInAsync("auditor", "en");
        using var thief = portal.Visitor("en");
        thief.CopySession(visitor);
        Assert.Contains("Sign out", (await thief.GetAsync("/portal")).Words, StringComparison.Ordinal);
        await visitor.SubmitAsync(await visitor.GetAsync("/portal"), "/portal/session/sign-out");
        Assert.DoesNotContain("Sign out", (await thief.GetAsync("/portal")).Words, StringComparison.Ordinal);
        Assert.Contains("Sign out", (await elsewhere.GetAsync("/portal")).Words, StringComparison.Ordinal);
    }

    /// <summary>Sign-out at one silo, and an operator's end at another, hold at all three within seconds, and after a restart.</summary>
    [Fact]
    public async Task Ends_of_sessions_hold_on_all_silos_within_seconds()
    {
        await using var silos = await Silos.StartAsync("sessions");
        using var first = new Visitor(silos.All[0].Address, "en");
        await first.SignInAsync("dev-auditor");
        var copies = silos.All.Skip(1).Select(silo => new Visitor(silo.Address, "en")).ToList();
        copies.ForEach(copy => copy.CopySession(first));
        foreach (var copy in copies)
            Assert.True(await IsSignedInAsync(copy));
        await first.SubmitAsync(await first.GetAsync("/portal"), "/portal/session/sign-out");
        foreach (var copy in copies)
            await EndsAsync(copy);

        // An operator ends all that a person has, tokens too; the person's next sign-in holds.
        using var officer = new Visitor(silos.All[0].Address, "en");
        await officer.SignInAsync("dev-checker");
        using var issuer = DevelopmentIssuer.Open(silos.Options.DataDirectory);
        var token = issuer.Issue(["checker"], null, null, "dev-checker", TimeSpan.FromHours(1));
        foreach (var silo in silos.All)
            Assert.Equal(200, await StatusAsync(silo, HttpMethod.Get, "/v1/rulebook", token));
        var order = issuer.Issue(["operator"], null, null, "boss", TimeSpan.FromHours(1));
        await Task.Delay(TimeSpan.FromSeconds(1), PortalFixture.Stop); // instants of tokens and sessions are whole seconds
        Assert.Equal(200, await StatusAsync(
            silos.All[2], HttpMethod.Post, "/v1/people:end", order, """{"person":"dev-checker","reason":"account closed"}"""));
        await EndsAsync(officer);
        foreach (var silo in silos.All)
            await ReachesAsync(async () => await StatusAsync(silo, HttpMethod.Get, "/v1/rulebook", token) == 401);
        await Task.Delay(TimeSpan.FromSeconds(1), PortalFixture.Stop);
        await officer.SignInAsync("dev-checker");
        Assert.True(await IsSignedInAsync(officer));

        // A silo that starts knows what ended before.
        var late = await Silo.CreditServer.StartAsync(silos.Options, TextWriter.Null, PortalFixture.Stop);
        silos.All.Add(late);
        Assert.Equal(401, await StatusAsync(late, HttpMethod.Get, "/v1/rulebook", token));
        using var copied = new Visitor(late.Address, "en");
        copied.CopySession(copies[0]);
        Assert.False(await IsSignedInAsync(copied));
        copies.ForEach(copy => copy.Dispose());
    }

    /// <summary>The keys of sessions may have been stolen with a backup: whoever has them makes sessions, at every silo.</summary>
    [Fact]
    public async Task Revoked_keys_of_sessions_open_nothing_on_any_silo_and_new_sessions_hold_at_all()
    {
        await using var silos = await Silos.StartAsync("keys");
        using var first = new Visitor(silos.All[0].Address, "en");
        await first.SignInAsync("dev-auditor");
        var copies = silos.All.Select(silo => new Visitor(silo.Address, "en")).ToList();
        copies.ForEach(copy => copy.CopySession(first));
        foreach (var copy in copies)
            Assert.True(await IsSignedInAsync(copy));
        using var issuer = DevelopmentIssuer.Open(silos.Options.DataDirectory);
        var order = issuer.Issue(["operator"], null, null, "boss", TimeSpan.FromHours(1));
        Assert.Equal(200, await StatusAsync(
            silos.All[2], HttpMethod.Post, "/v1/keys:revoke", order, """{"use":"sessions","reason":"backup stolen"}"""));
        foreach (var copy in copies)
            await EndsAsync(copy);

        // All silos took over the same new key.
        await first.SignInAsync("dev-auditor");
        copies.ForEach(copy => copy.CopySession(first));
        foreach (var copy in copies)
            Assert.True(await IsSignedInAsync(copy));
        copies.ForEach(copy => copy.Dispose());
    }

    /// <summary>Three silos, and those that are added, on a database of their own; the test is skipped where none can be made.</summary>
    private sealed class Silos(Silo.ServerOptions options) : IAsyncDisposable
    {
        public List<Silo.CreditServer> All { get; } = [];

        public Silo.ServerOptions Options => options;

        public static async Task<Silos> StartAsync(string cluster)
        {
            if (ThrowAwayPostgres.Unavailable is { } reason)
                Assert.Skip(reason);
            var connection = await (await ThrowAwayPostgres.SharedAsync()).CreateDatabaseAsync();
            var data = Directory.CreateTempSubdirectory("credit-portal-").FullName;
            var silos = new Silos(PortalFixture.Options(data) with { Connection = connection, Cluster = cluster });
            try
            {
                for (var i = 0; i < 3; i++)
                    silos.All.Add(await Silo.CreditServer.StartAsync(silos.Options, TextWriter.Null, PortalFixture.Stop));
                return silos;
            }
            catch
            {
                await silos.DisposeAsync();
                throw;
            }
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var silo in All)
                await silo.DisposeAsync();
            Directory.Delete(options.DataDirectory, recursive: true);
        }
    }

    private static async Task<bool> IsSignedInAsync(Visitor visitor) =>
        (await visitor.GetAsync("/portal")).Words.Contains("Sign out", StringComparison.Ordinal);

    private static Task EndsAsync(Visitor visitor) => ReachesAsync(async () => !await IsSignedInAsync(visitor));

    private static async Task ReachesAsync(Func<Task<bool>> holds)
    {
        for (var waited = 0; !await holds(); waited++)
        {
            Assert.True(waited < 100, "it has not ended after ten seconds");
            await Task.Delay(100, PortalFixture.Stop);
        }
    }

    private static async Task<int> StatusAsync(
        Silo.CreditServer silo, HttpMethod method, string path, string token, string? body = null)
    {
        using var http = new HttpClient { BaseAddress = new Uri(silo.Address) };
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = new("Bearer", token);
        if (body is not null)
            request.Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var answer = await http.SendAsync(request, PortalFixture.Stop);
        return (int)answer.StatusCode;
    }

    [Fact]
    public async Task Operator_sees_who_has_which_rights_and_ends_what_one_has()
    {
        using var officer = await portal.SignedInAsync("policy-author", "en");
        await officer.GetAsync("/portal");
        using var visitor = await portal.SignedInAsync("operator", "en");
        const string People = "/portal/operation/people";
        var page = await visitor.GetAsync(People);
        Assert.Contains("dev-policy-author", page.Words, StringComparison.Ordinal);
        var refused = await visitor.SubmitAsync(page, People, ("person", "dev-policy-author"), ("reason", ""));
        Assert.Equal(422, refused.Status);
        await Task.Delay(TimeSpan.FromSeconds(1), PortalFixture.Stop); // instants of sessions are whole seconds
        var done = await visitor.SubmitAsync(page, People, ("person", "dev-policy-author"), ("reason", "account closed"));
        Assert.Contains("Sessions and tokens have ended", done.Words, StringComparison.Ordinal);
        Assert.False(await IsSignedInAsync(officer));
        using var auditor = await portal.SignedInAsync("auditor", "en");
        Assert.DoesNotContain("End them", (await auditor.GetAsync(People)).Words, StringComparison.Ordinal);
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
