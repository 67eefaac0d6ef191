using System.Globalization;

namespace CreditGrains.Portal.Tests;

/// <summary>Scorecard of a department and bulletins, on a server of their own.</summary>
public sealed class BulletinPageTests : IAsyncLifetime
{
    private readonly PortalFixture _portal = new();

    public ValueTask InitializeAsync() => _portal.InitializeAsync();

    public ValueTask DisposeAsync() => _portal.DisposeAsync();

    [Fact]
    public async Task Department_reads_its_scorecard_down_to_the_rows_and_the_office_the_bulletin()
    {
        using var officer = await _portal.SignedInAsync("operator", "en");
        Assert.Contains(
            "Nothing has been counted yet", (await officer.GetAsync("/portal/sources/BU1/scorecard")).Words, StringComparison.Ordinal);
        var engine = _portal.Server.Engine;
        var month = engine.Today.ToString("yyyy-MM", CultureInfo.InvariantCulture);
        var subject = Invented.Code();
        await _portal.FeedAsync("BU1", Invented.Penalty(subject, "报罚1号", decidedOn: "2025-01-06"), Invented.Penalty(subject, "报罚2号"));
        var run = await engine.Bulletins.StartAsync("tests", PortalFixture.Stop);
        await engine.Bulletins.Jobs.WaitAsync(run!.Id);

        var card = await officer.GetAsync("/portal/sources/BU1/scorecard");
        Assert.Contains("Timeliness rate", card.Words, StringComparison.Ordinal);
        Assert.Contains("报罚1号", card.Words, StringComparison.Ordinal);
        Assert.DoesNotContain(subject, card.Text, StringComparison.Ordinal);
        var none = await officer.GetAsync($"/portal/sources/BU1/scorecard?month={month}&class=rejected");
        Assert.Contains("There are no rows.", none.Words, StringComparison.Ordinal);

        Assert.Contains(month, (await officer.GetAsync("/portal/operation/bulletins")).Words, StringComparison.Ordinal);
        var bulletin = await officer.GetAsync($"/portal/operation/bulletins/{month}");
        Assert.Contains($"href=\"/portal/operation/bulletins/{month}/BU1\"", bulletin.Text, StringComparison.Ordinal);
        Assert.Contains("报罚2号", (await officer.GetAsync($"/portal/operation/bulletins/{month}/BU1")).Words, StringComparison.Ordinal);
        Assert.Equal(404, (await officer.GetAsync("/portal/operation/bulletins/2020-01")).Status);

        using var chinese = await _portal.SignedInAsync("policy-author", "zh");
        Assert.Contains("上报率", (await chinese.GetAsync($"/portal/operation/bulletins/{month}")).Words, StringComparison.Ordinal);
        Assert.Equal(403, (await chinese.GetAsync("/portal/sources/BU1/scorecard")).Status);
    }
}
