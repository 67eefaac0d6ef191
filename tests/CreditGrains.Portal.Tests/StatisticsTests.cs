using System.Globalization;
using CreditGrains.Engine.Statistics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace CreditGrains.Portal.Tests;

/// <summary>The page of figures, on a server of its own, and what is kept of visits.</summary>
public sealed class StatisticsTests : IAsyncLifetime
{
    private readonly PortalFixture _portal = new();

    public ValueTask InitializeAsync() => _portal.InitializeAsync();

    public ValueTask DisposeAsync() => _portal.DisposeAsync();

    [Fact]
    public async Task Page_says_that_nothing_is_counted_and_then_shows_each_figure_with_its_table()
    {
        using var officer = await _portal.SignedInAsync("operator", "en");
        var empty = await officer.GetAsync("/portal/operation/statistics");
        Assert.Contains("There are no figures yet", empty.Words, StringComparison.Ordinal);
        var engine = _portal.Server.Engine;
        var today = engine.Today.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var subject = Invented.Code();
        await _portal.FeedAsync(
            "ST1", Invented.Registration(subject), Invented.Penalty(subject, "图罚1号", decidedOn: today), Invented.Penalty(subject, "图罚2号"));
        Assert.NotNull(await engine.Statistics.StartAsync("tests", PortalFixture.Stop));
        await engine.Statistics.Jobs.WaitAsync(today);
        var page = await officer.GetAsync("/portal/operation/statistics?days=365");
        Assert.Contains($"Organisations by internal grade ({today})", page.Words, StringComparison.Ordinal);
        Assert.Contains("There are figures of one day only", page.Words, StringComparison.Ordinal);
        Assert.Contains("990103", page.Words, StringComparison.Ordinal);
        Assert.Contains("ST1 1 1 1 0 50", page.Words, StringComparison.Ordinal);
        Assert.Contains("href=\"/portal/operation/statistics?days=365\" aria-current=\"true\"", page.Text, StringComparison.Ordinal);

        // A policy author sees the figures, but not who looks at which pages.
        using var author = await _portal.SignedInAsync("policy-author", "en");
        var shown = await author.GetAsync("/portal/operation/statistics");
        Assert.Contains("ST1", shown.Words, StringComparison.Ordinal);
        Assert.DoesNotContain("Pages shown", shown.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Checks_of_the_period_are_shown_by_matter_with_outcomes_and_feedback()
    {
        using var reader = await _portal.SignedInAsync("operator", "en");
        Assert.Contains(
            "No check was made in this period.", (await reader.GetAsync("/portal/operation/statistics")).Words, StringComparison.Ordinal);
        var (good, listed) = (Invented.Code(), Invented.Code());
        await _portal.FeedAsync("ST3", Invented.Registration(good), Invented.Registration(listed), Invented.ListEntry(listed, "L-ST3"));
        using var officer = await _portal.SignedInForAsync("checker", "approval");
        await AskAsync(officer, good);
        await AskAsync(officer, listed);
        var number = await AskAsync(officer, listed);
        var address = $"/portal/checks/{number}/feedback";
        var sent = await officer.SubmitAsync(
            await officer.GetAsync(address), address, ("measure", "restrict-public-funds"), ("action", "applied"));
        Assert.Equal(200, sent.Status);
        await _portal.Server.Engine.FollowAsync();

        // Columns: proceed, fast track, review, stop, all of them; feedback due, given in time, given late.
        var matter = _portal.Server.Engine.Rulebook.Matters["public-funds"].Title.In("en");
        var page = await reader.GetAsync("/portal/operation/statistics");
        Assert.Contains($"{matter} 1 0 0 2 3 2 1 0", page.Words, StringComparison.Ordinal);
        Assert.DoesNotContain("No check was made", page.Words, StringComparison.Ordinal);
    }

    private static async Task<string> AskAsync(Visitor officer, string subject)
    {
        var form = await officer.GetAsync("/portal/checks");
        var answer = await officer.SubmitAsync(form, "/portal/checks", ("code", subject), ("matter", "public-funds"));
        return System.Text.RegularExpressions.Regex.Match(answer.Words, "CK-[0-9]{8}-[0-9A-Z]{16}").Value;
    }

    [Fact]
    public async Task Visit_is_counted_by_kind_of_page_and_nothing_of_the_request_is_kept()
    {
        var subject = Invented.Code();
        await _portal.FeedAsync("ST2", Invented.Registration(subject));
        using var visitor = _portal.Visitor();
        await visitor.GetAsync($"/portal/subjects/{subject}");
        await visitor.GetAsync($"/portal/subjects/{subject}?section=administration");
        await visitor.GetAsync("/portal/nowhere");
        await visitor.GetAsync("/portal/search?q=%E8%99%9A%E6%9E%84");
        await _portal.Server.Services.GetRequiredService<Hosting.PageVisits>().WriteAsync(PortalFixture.Stop);
        var engine = _portal.Server.Engine;
        var rows = await engine.Store.Statistics.ReadAsync(
            StatisticNames.Visits, StatisticNames.Page, engine.Today, engine.Today, 100, PortalFixture.Stop);
        Assert.Equal([("/portal/search", 1L), ("/portal/subjects/{code}", 2L)], rows.Select(row => (row.Name, row.Value)));
        Assert.All(rows, row => Assert.Equal("", row.Key));
    }

    [Fact]
    public async Task Counts_whose_time_to_be_written_is_over_when_the_server_stops_do_not_fail_the_stop()
    {
        using var visits = new Hosting.PageVisits(
            _portal.Server.Engine, TimeProvider.System, NullLogger<Hosting.PageVisits>.Instance);
        await visits.StartAsync(PortalFixture.Stop);
        await visits.StopAsync(new CancellationToken(canceled: true));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => visits.WriteAsync(new CancellationToken(canceled: true)));
    }
}
