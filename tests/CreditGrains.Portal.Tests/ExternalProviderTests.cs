using CreditGrains.Silo;

namespace CreditGrains.Portal.Tests;

/// <summary>People sign in with a configured OpenID Connect issuer, wherever it tells their roles.</summary>
public sealed class ExternalProviderTests : IAsyncLifetime
{
    private readonly string _data = Directory.CreateTempSubdirectory("credit-provider-").FullName;
    private OpenIdIssuer _issuer = null!;
    private CreditServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _issuer = await OpenIdIssuer.StartAsync();
        _issuer.IdentityClaims.Clear();
        var options = PortalFixture.Options(_data) with { Issuer = _issuer.Address, Audience = OpenIdIssuer.Audience };
        _server = await CreditServer.StartAsync(options, TextWriter.Null, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _issuer.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task Roles_of_the_identity_token_and_of_the_UserInfo_endpoint_hold(bool inToken, bool atEndpoint)
    {
        if (inToken)
        {
            _issuer.IdentityClaims["name"] = "Clerk Seven";
            _issuer.IdentityClaims["roles"] = new[] { "operator" };
        }

        if (atEndpoint)
            _issuer.UserInfo = new() { ["sub"] = "clerk-7", ["name"] = "Clerk Seven", ["roles"] = new[] { "operator", "auditor" } };
        using var visitor = await SignedInAsync();
        var page = await visitor.GetAsync("/portal/operation");
        Assert.Equal(200, page.Status);
        Assert.Contains("Clerk Seven", page.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Department_and_organisation_of_the_UserInfo_endpoint_hold()
    {
        _issuer.UserInfo = new() { ["sub"] = "clerk-7", ["roles"] = "source", ["source"] = "SCJG" };
        using var visitor = await SignedInAsync();
        Assert.Equal(200, (await visitor.GetAsync("/portal/sources/SCJG")).Status);
        Assert.Equal(403, (await visitor.GetAsync("/portal/operation")).Status);
    }

    [Fact]
    public async Task Answer_of_the_UserInfo_endpoint_about_somebody_else_signs_nobody_in()
    {
        _issuer.UserInfo = new() { ["sub"] = "clerk-8", ["roles"] = new[] { "operator" } };
        using var visitor = new Visitor(_server.Address, "en");
        await visitor.GetAsync("/portal/session/sign-in");
        Assert.DoesNotContain(visitor.Cookies, cookie => cookie.Name.StartsWith("credit-session", StringComparison.Ordinal));
    }

    private async Task<Visitor> SignedInAsync()
    {
        var visitor = new Visitor(_server.Address, "en");
        var page = await visitor.GetAsync("/portal/session/sign-in");
        Assert.True(page.Status == 200, page.Words);
        Assert.Contains("Sign out", page.Words, StringComparison.Ordinal);
        return visitor;
    }
}
