using System.Text.RegularExpressions;

namespace CreditGrains.Portal.Tests;

/// <summary>Subscriptions in pages, on a server of their own: the whole life of one, and what the form refuses.</summary>
public sealed partial class SubscriptionTests : IAsyncLifetime
{
    private const string New = "/portal/operation/subscriptions/new";
    private readonly PortalFixture _portal = new();

    public ValueTask InitializeAsync() => _portal.InitializeAsync();

    public ValueTask DisposeAsync() => _portal.DisposeAsync();

    [Fact]
    public async Task Subscription_is_made_with_its_key_shown_once_paused_resumed_replayed_and_deleted()
    {
        using var officer = await _portal.SignedInAsync("operator", "en");
        var form = await officer.GetAsync(New);
        (string, string)[] typed = [("url", "http://127.0.0.1:9/x"), ("purpose", "虚构用途"), ("grades", "C，D"), ("subjects", Invented.Code())];
        var made = await officer.SubmitAsync(form, New, typed);
        Assert.Equal(200, made.Status);
        Assert.StartsWith("no-store", made.Headers["Cache-Control"], StringComparison.Ordinal);
        var secret = SecretPattern().Match(made.Words).Value;
        Assert.NotEqual("", secret);

        // The same form sent twice makes one subscription.
        await officer.SubmitAsync(form, New, typed);
        var subscription = Assert.Single(await _portal.Server.Engine.Subscriptions.ListAsync(PortalFixture.Stop));
        Assert.Equal(("虚构用途", "C,D", 1), (subscription.Purpose, string.Join(',', subscription.Grades), subscription.Subjects.Count));
        var path = $"/portal/operation/subscriptions/{subscription.Id}";
        var page = await officer.GetAsync(path);
        Assert.DoesNotContain(secret, page.Words, StringComparison.Ordinal);
        Assert.Contains("Active", page.Words, StringComparison.Ordinal);

        using var auditor = await _portal.SignedInAsync("auditor", "en");
        Assert.DoesNotContain("<button class=\"govuk-button", (await auditor.GetAsync(path)).Text, StringComparison.Ordinal);
        Assert.Equal(403, (await auditor.GetAsync(New)).Status);
        Assert.Equal(403, (await auditor.PostAsync(path, ("action", "pause"))).Status);

        var paused = await officer.SubmitAsync(page, path, ("action", "pause"));
        Assert.Contains("The subscription is paused.", paused.Words, StringComparison.Ordinal);
        Assert.Contains("Go on", paused.Words, StringComparison.Ordinal);
        var resumed = await officer.SubmitAsync(paused, path, ("action", "resume"));
        Assert.Contains("The subscription goes on.", resumed.Words, StringComparison.Ordinal);
        var wrong = await officer.SubmitAsync(resumed, path, ("action", "replay"), ("after", "<b>yesterday</b>"));
        Assert.Equal(422, wrong.Status);
        Assert.Contains("value=\"&lt;b&gt;yesterday&lt;/b&gt;\"", wrong.Text, StringComparison.Ordinal);
        var replayed = await officer.SubmitAsync(resumed, path, ("action", "replay"), ("after", "2026-01-01T00:00:00Z"));
        Assert.Contains("It is being sent again.", replayed.Words, StringComparison.Ordinal);

        var stale = await officer.PostAsync($"{path}/delete");
        Assert.Equal(422, stale.Status);
        Assert.Single(await _portal.Server.Engine.Subscriptions.ListAsync(PortalFixture.Stop));
        var gone = await officer.SubmitAsync(stale, $"{path}/delete");
        Assert.Contains("The subscription is deleted.", gone.Words, StringComparison.Ordinal);
        Assert.Equal(404, (await officer.GetAsync(path)).Status);
        Assert.DoesNotContain(secret, (await officer.SubmitAsync(form, New, typed)).Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Form_with_mistakes_comes_back_with_all_of_them_and_everything_typed()
    {
        using var officer = await _portal.SignedInAsync("operator", "en");
        var form = await officer.GetAsync(New);
        var wrong = await officer.SubmitAsync(
            form, New, ("url", ""), ("subjects", "<i>914403001922038217</i>"), ("grades", new string('D', 65)), ("after", "tomorrow"));
        Assert.Equal(422, wrong.Status);
        foreach (var field in new[] { "url", "subjects", "grades", "after", "purpose" })
            Assert.Contains($"<a href=\"#{field}\">", wrong.Text, StringComparison.Ordinal);
        Assert.Contains("&lt;i&gt;914403001922038217&lt;/i&gt;", wrong.Text, StringComparison.Ordinal);
        Assert.Contains("value=\"tomorrow\"", wrong.Text, StringComparison.Ordinal);
        var internalAddress = await officer.SubmitAsync(form, New, ("url", "https://10.0.0.1/x"), ("purpose", "p"));
        Assert.Equal(422, internalAddress.Status);
        Assert.Contains("<a href=\"#url\">", internalAddress.Text, StringComparison.Ordinal);
        Assert.Equal(422, (await officer.PostAsync(New, ("url", "http://127.0.0.1:9/x"), ("purpose", "p"))).Status);
        Assert.Empty(await _portal.Server.Engine.Subscriptions.ListAsync(PortalFixture.Stop));
    }

    [GeneratedRegex("whsec_[A-Za-z0-9+/=]+")]
    private static partial Regex SecretPattern();
}
