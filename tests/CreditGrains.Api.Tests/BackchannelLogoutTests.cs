using System.Net;
using CreditGrains.Silo;

namespace CreditGrains.Api.Tests;

/// <summary>The identity provider ends sessions of the portal (OpenID Connect Back-Channel Logout 1.0).</summary>
public sealed class BackchannelLogoutTests : IAsyncLifetime
{
    private const string Path = "/portal/session/backchannel-logout";
    private static readonly Dictionary<string, object> Told = new()
    {
        ["http://schemas.openid.net/event/backchannel-logout"] = new Dictionary<string, object>(),
    };

    private readonly string _data = Directory.CreateTempSubdirectory("credit-logout-").FullName;
    private readonly List<IDisposable> _opened = [];
    private OpenIdIssuer _issuer = null!;
    private CreditServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _issuer = await OpenIdIssuer.StartAsync();
        var options = CreditFixture.Options(_data) with { Issuer = _issuer.Address, Audience = OpenIdIssuer.Audience };
        _server = await CreditServer.StartAsync(options, TextWriter.Null, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        _opened.ForEach(opened => opened.Dispose());
        await _server.DisposeAsync();
        await _issuer.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }

    [Fact]
    public async Task Session_that_the_provider_ends_ends_here_and_others_of_the_person_go_on()
    {
        var first = await SignInAsync("s-1");
        var second = await SignInAsync("s-2");
        Assert.Equal((200, 200), (await StatusAsync(first), await StatusAsync(second)));
        Assert.Equal(200, await LogoutAsync(Token("j-1", session: "s-1", person: "clerk-7")));
        Assert.Equal((303, 200), (await StatusAsync(first), await StatusAsync(second)));
    }

    /// <summary>A closed account: all that the person has ends, and a person who signs in again is let in.</summary>
    [Fact]
    public async Task All_of_a_person_end_by_its_name_and_a_message_that_is_sent_again_ends_nothing_more()
    {
        var first = await SignInAsync("s-1");
        await Task.Delay(TimeSpan.FromSeconds(1), CreditFixture.Stop); // instants of sessions are whole seconds
        var token = Token("j-2", session: null, person: "clerk-7");
        Assert.Equal(200, await LogoutAsync(token));
        Assert.Equal(303, await StatusAsync(first));
        await Task.Delay(TimeSpan.FromSeconds(1), CreditFixture.Stop);
        var again = await SignInAsync("s-3");
        Assert.Equal(400, await LogoutAsync(token));
        Assert.Equal(200, await StatusAsync(again));
    }

    [Fact]
    public async Task Message_that_the_provider_did_not_send_for_this_client_ends_nothing()
    {
        var session = await SignInAsync("s-1");
        var tokens = new Dictionary<string, string>
        {
            ["nothing"] = "",
            ["no token"] = "x",
            ["another audience"] = _issuer.Sign("logout+jwt", Claims("j"), audience: "another"),
            ["another issuer"] = _issuer.Sign("logout+jwt", Claims("j"), issuer: "http://127.0.0.1:1"),
            ["a forged key"] = _issuer.Sign("logout+jwt", Claims("j"), credentials: _issuer.ForgedCredentials()),
            ["the public key as a secret"] = _issuer.Sign("logout+jwt", Claims("j"), credentials: _issuer.ConfusedCredentials()),
            ["old"] = _issuer.Sign("logout+jwt", Claims("j"), at: DateTime.UtcNow.AddMinutes(-6)),
            ["of the future"] = _issuer.Sign("logout+jwt", Claims("j"), at: DateTime.UtcNow.AddMinutes(6)),
            ["an access token"] = _issuer.Sign("at+jwt", Claims("j")),
            ["an identity token"] = _issuer.Sign("JWT", With("nonce", "n")),
            ["no event"] = _issuer.Sign("logout+jwt", With("events", null)),
            ["another event"] = _issuer.Sign("logout+jwt", With("events", new Dictionary<string, object> { ["x"] = "y" })),
            ["no id"] = _issuer.Sign("logout+jwt", With("jti", null)),
            ["nobody"] = _issuer.Sign("logout+jwt", With("sid", null)),
        };
        foreach (var (what, token) in tokens)
            Assert.True(await LogoutAsync(token) == 400, what);
        Assert.Equal(200, await StatusAsync(session));
        Assert.Equal(200, await LogoutAsync(_issuer.Sign("logout+jwt", Claims("j"))));
        Assert.Equal(303, await StatusAsync(session));
    }

    /// <summary>The provider has changed its key since its description was read.</summary>
    [Fact]
    public async Task Message_signed_with_a_key_published_later_is_taken()
    {
        var session = await SignInAsync("s-1");
        _issuer.ChangeKey("k2");
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(CreditFixture.Stop);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        while (await LogoutAsync(Token($"j-{Guid.NewGuid()}", "s-1", null)) != 200)
            await Task.Delay(50, patience.Token);
        Assert.Equal(303, await StatusAsync(session));
    }

    private static Dictionary<string, object> Claims(string id) => new() { ["jti"] = id, ["sid"] = "s-1", ["events"] = Told };

    private static Dictionary<string, object> With(string claim, object? value)
    {
        var claims = Claims("j");
        if (value is null)
            claims.Remove(claim);
        else
            claims[claim] = value;
        return claims;
    }

    private string Token(string id, string? session, string? person)
    {
        var claims = Claims(id);
        if (session is null)
            claims.Remove("sid");
        else
            claims["sid"] = session;
        if (person is not null)
            claims["sub"] = person;
        return _issuer.Sign("logout+jwt", claims);
    }

    private async Task<int> LogoutAsync(string token)
    {
        using var http = new HttpClient { BaseAddress = new Uri(_server.Address) };
        using var form = new FormUrlEncodedContent(token.Length == 0 ? [] : [KeyValuePair.Create("logout_token", token)]);
        using var answer = await http.PostAsync(Path, form, CreditFixture.Stop);
        Assert.Contains("no-store", answer.Headers.CacheControl?.ToString(), StringComparison.Ordinal);
        return (int)answer.StatusCode;
    }

    /// <summary>A browser that has signed in the whole way over the provider.</summary>
    private async Task<HttpClient> SignInAsync(string session)
    {
        _issuer.Session = session;
        var cookies = new CookieContainer();
        using (var way = new HttpClient(new HttpClientHandler { CookieContainer = cookies }) { BaseAddress = new Uri(_server.Address) })
        using (var answer = await way.GetAsync("/portal/session/sign-in?return=/portal/operation/people", CreditFixture.Stop))
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(CreditFixture.Stop));
        var browser = new HttpClient(new HttpClientHandler { CookieContainer = cookies, AllowAutoRedirect = false })
        {
            BaseAddress = new Uri(_server.Address),
        };
        _opened.Add(browser);
        return browser;
    }

    /// <summary>200 while the session holds; 303 to the sign-in once it has ended.</summary>
    private static async Task<int> StatusAsync(HttpClient browser)
    {
        using var answer = await browser.GetAsync("/portal/operation/people", CreditFixture.Stop);
        return (int)answer.StatusCode;
    }
}
