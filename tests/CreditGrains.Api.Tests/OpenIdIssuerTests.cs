using CreditGrains.Development;
using System.Net;
using System.Net.Http.Headers;
using CreditGrains.Engine.AccessLog;
using CreditGrains.Silo;

namespace CreditGrains.Api.Tests;

/// <summary>Tokens of a configured OpenID Connect issuer, found by its discovery document, are the only ones accepted.</summary>
public sealed class OpenIdIssuerTests : IAsyncLifetime
{
    private readonly string _data = Directory.CreateTempSubdirectory("credit-issuer-").FullName;
    private readonly HttpClient _http = new();
    private OpenIdIssuer _issuer = null!;
    private CreditServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _issuer = await OpenIdIssuer.StartAsync();
        var options = CreditFixture.Options(_data) with { Issuer = _issuer.Address, Audience = OpenIdIssuer.Audience };
        _server = await CreditServer.StartAsync(options, TextWriter.Null, CancellationToken.None);
        _http.BaseAddress = new Uri(_server.Address);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
        await _issuer.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }

    [Fact]
    public async Task Token_of_the_issuer_is_accepted_with_its_roles()
    {
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(_issuer.Token("operator")));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(_issuer.Token("checker")));
    }

    /// <summary>Clocks of two machines are never the same: a token that has just been given begins in the other one's future.</summary>
    [Fact]
    public async Task Token_of_an_issuer_whose_clock_is_a_little_ahead_is_accepted()
    {
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(_issuer.Token("operator", ahead: TimeSpan.FromSeconds(20))));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(_issuer.Token("operator", ahead: TimeSpan.FromMinutes(5))));
    }

    [Fact]
    public async Task Token_signed_with_a_key_published_later_is_accepted_soon()
    {
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(_issuer.Token("operator")));
        _issuer.ChangeKey("k2");
        var token = _issuer.Token("operator");
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(CreditFixture.Stop);
        patience.CancelAfter(TimeSpan.FromSeconds(20));

        // The first token with a key unknown here makes the server ask the issuer again, beside the request.
        while (await StatusAsync(token) != HttpStatusCode.OK)
            await Task.Delay(10, patience.Token);
    }

    [Fact]
    public async Task Tokens_that_the_issuer_did_not_give_for_this_server_are_refused()
    {
        using var development = DevelopmentIssuer.Open(_data);
        var tokens = new Dictionary<string, string>
        {
            ["another audience"] = _issuer.Token("operator", audience: "another"),
            ["another issuer"] = _issuer.Token("operator", issuer: "http://127.0.0.1:1"),
            ["expired"] = _issuer.Token("operator", life: TimeSpan.FromSeconds(-1)),
            ["a forged key"] = _issuer.Token("operator", credentials: _issuer.ForgedCredentials()),
            ["the public key as a secret"] = _issuer.Token("operator", credentials: _issuer.ConfusedCredentials()),
            ["unsigned"] = Unsigned(_issuer.Token("operator")),
            ["the development issuer's"] = development.Issue(["operator"], null, null, null, TimeSpan.FromHours(1)),
        };
        foreach (var (what, token) in tokens)
            Assert.True(await StatusAsync(token) == HttpStatusCode.Unauthorized, what);
    }

    [Fact]
    public async Task Token_of_before_the_instant_that_ends_all_is_refused_and_a_later_one_is_not()
    {
        var from = new DateTimeOffset(2026, 11, 30, 8, 0, 0, TimeSpan.FromHours(8));
        await using var server = await StartAsync("after", new ApiOptions { DataDirectory = "", TokensFrom = from });
        using var http = new HttpClient { BaseAddress = new Uri(server.Address) };
        async Task<HttpStatusCode> OfAsync(DateTimeOffset? issued)
        {
            using var answer = await AskAsync(http, _issuer.Token("operator", issuedAt: issued?.UtcDateTime));
            return answer.StatusCode;
        }

        Assert.Equal(HttpStatusCode.OK, await OfAsync(from));
        Assert.Equal(HttpStatusCode.Unauthorized, await OfAsync(from.AddSeconds(-1)));
        Assert.Equal(HttpStatusCode.Unauthorized, await OfAsync(null));
    }

    [Fact]
    public async Task Token_of_another_type_than_those_named_is_refused()
    {
        await using var server = await StartAsync("types", new ApiOptions { DataDirectory = "", TokenTypes = ["at+jwt"] });
        using var http = new HttpClient { BaseAddress = new Uri(server.Address) };
        foreach (var (type, expected) in new[]
        {
            ("at+jwt", HttpStatusCode.OK), ("JWT", HttpStatusCode.Unauthorized), (null, HttpStatusCode.Unauthorized),
        })
        {
            using var answer = await AskAsync(http, _issuer.Token("operator", type: type));
            Assert.True(answer.StatusCode == expected, $"{type}: {answer.StatusCode}");
        }

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(_issuer.Token("operator", type: "JWT")));
    }

    [Theory]
    [InlineData("127.0.0.0/8", HttpStatusCode.OK)]
    [InlineData("10.20.0.0/16", HttpStatusCode.Forbidden)]
    public async Task Operator_acts_from_the_networks_named_alone_and_others_from_anywhere(string network, HttpStatusCode expected)
    {
        var options = new ApiOptions { DataDirectory = "", OperatorNetworks = [IPNetwork.Parse(network)] };
        await using var server = await StartAsync("networks", options);
        using var http = new HttpClient { BaseAddress = new Uri(server.Address) };
        using var answer = await AskAsync(http, _issuer.Token("operator"));
        Assert.Equal(expected, answer.StatusCode);
        using var list = await AskAsync(http, _issuer.Token("auditor"), "/v1/policies");
        Assert.Equal(HttpStatusCode.OK, list.StatusCode);
        using var refused = await AskAsync(http, _issuer.Token("operator"), "/v1/policies");
        Assert.Equal(expected, refused.StatusCode);
    }

    [Fact]
    public async Task Issuer_that_cannot_be_reached_is_told_and_found_again()
    {
        var token = _issuer.Token("operator");
        await using (var gone = await CreditServer.StartAsync(
            CreditFixture.Options(Path.Combine(_data, "gone")) with { Issuer = "http://127.0.0.1:1", Audience = OpenIdIssuer.Audience },
            TextWriter.Null, CancellationToken.None))
        {
            using var http = new HttpClient { BaseAddress = new Uri(gone.Address) };
            using var answer = await AskAsync(http, token);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.Contains("issuer-unavailable", await answer.Content.ReadAsStringAsync(CreditFixture.Stop), StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(token));
    }

    private Task<CreditServer> StartAsync(string folder, ApiOptions api) => CreditServer.StartAsync(
        CreditFixture.Options(Path.Combine(_data, folder)) with { Issuer = _issuer.Address, Audience = OpenIdIssuer.Audience, Api = api },
        TextWriter.Null, CancellationToken.None);

    private static string Unsigned(string token)
    {
        var header = Convert.ToBase64String("""{"alg":"none","typ":"JWT"}"""u8).TrimEnd('=');
        return $"{header}.{token.Split('.')[1]}.";
    }

    private async Task<HttpStatusCode> StatusAsync(string token)
    {
        using var answer = await AskAsync(_http, token);
        return answer.StatusCode;
    }

    private static async Task<HttpResponseMessage> AskAsync(HttpClient http, string token, string path = "/statusz")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await http.SendAsync(request, CreditFixture.Stop);
    }
}
