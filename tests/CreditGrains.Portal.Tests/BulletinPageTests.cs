using System.Globalization;
using CreditGrains.Domain.Subjects;

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

        // A month that is not over is not issued, and a department says its own count.
        Assert.DoesNotContain("Issue the bulletin", bulletin.Words, StringComparison.Ordinal);
        Assert.Equal(422, (await officer.PostAsync($"/portal/operation/bulletins/{month}", ("reason", "now"))).Status);
        var address = "/portal/sources/BU1/scorecard/count";
        var form = await officer.GetAsync($"{address}?month={month}");
        var wrong = await officer.SubmitAsync(form, address, ("count-penalty", "-1"), ("note", "register of cases"));
        Assert.Contains("href=\"#count-penalty\"", wrong.Text, StringComparison.Ordinal);
        var kept = await officer.SubmitAsync(form, address, ("count-penalty", "7"), ("note", "register of cases"));
        Assert.Contains("Kept.", kept.Words, StringComparison.Ordinal);
        Assert.Contains("value=\"7\"", kept.Text, StringComparison.Ordinal);
        Assert.Equal(7, (await engine.Bulletins.OwnCountAsync(month, new SourceId("BU1"), PortalFixture.Stop))!.Counts["penalty"]);

        using var chinese = await _portal.SignedInAsync("policy-author", "zh");
        Assert.Contains("上报率", (await chinese.GetAsync($"/portal/operation/bulletins/{month}")).Words, StringComparison.Ordinal);
        Assert.Equal(403, (await chinese.GetAsync("/portal/sources/BU1/scorecard")).Status);
    }

    [Fact]
    public async Task Office_issues_a_month_that_is_over_with_its_reason_once()
    {
        var time = new MovedTime();
        var later = new PortalFixture();
        await later.InitializeAsync(options => options with { Time = time });
        await using (later)
        {
            var engine = later.Server.Engine;
            var month = engine.Today.ToString("yyyy-MM", CultureInfo.InvariantCulture);
            await CountAsync();
            time.GoOn(TimeSpan.FromDays(32));
            await CountAsync();
            using var officer = await later.SignedInAsync("operator", "en");
            var address = $"/portal/operation/bulletins/{month}";
            var form = await officer.GetAsync(address);
            Assert.Contains("href=\"#reason\"", (await officer.SubmitAsync(form, address, ("reason", ""))).Text, StringComparison.Ordinal);
            var issued = await officer.SubmitAsync(form, address, ("reason", "month is over"));
            Assert.Contains("Issued at", issued.Words, StringComparison.Ordinal);
            Assert.DoesNotContain("Issue the bulletin", issued.Words, StringComparison.Ordinal);
            var count = await officer.GetAsync($"/portal/sources/BU1/scorecard/count?month={month}");
            Assert.Contains("has been issued", count.Words, StringComparison.Ordinal);

            async Task CountAsync()
            {
                // The day's own counting may be under way: the one that is begun after it counts everything.
                for (var isCounted = false; !isCounted; await Task.Yield())
                {
                    var run = await engine.Bulletins.StartAsync("tests", PortalFixture.Stop);
                    isCounted = run is not null;
                    if (run is not null)
                        await engine.Bulletins.Jobs.WaitAsync(run.Id);
                }
            }
        }
    }
}
