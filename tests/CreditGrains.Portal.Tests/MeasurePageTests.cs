using System.Globalization;

namespace CreditGrains.Portal.Tests;

/// <summary>The implementers' work list and the audit of measures, as pages.</summary>
public sealed class MeasurePageTests(PortalFixture portal)
{
    private const string Tasks = "/portal/measures/tasks";

    [Fact]
    public async Task Task_is_listed_until_it_was_said_to_be_done_and_stays_to_be_looked_at()
    {
        var subject = Invented.Code();
        await portal.FeedAsync("DEMO", Invented.Registration(subject), Invented.ListEntry(subject, $"L-{subject}"));
        await portal.Server.Engine.MeasureTasks.TakeOverAsync(PortalFixture.Stop);
        using var officer = await portal.SignedInForAsync("checker", "approval");
        var address = await AddressOfAsync(officer, subject);
        var page = await officer.GetAsync(address);
        Assert.Contains(subject, page.Words, StringComparison.Ordinal);
        var tomorrow = portal.Server.Engine.Today.AddDays(1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        foreach (var day in new[] { "昨天", tomorrow, "1999-01-01" })
        {
            var wrong = await officer.SubmitAsync(page, address, ("done-on", day), ("note", "电话13800138000"));
            Assert.Equal(422, wrong.Status);
            foreach (var field in new[] { "done-on", "note" })
                Assert.Contains($"href=\"#{field}\"", wrong.Text, StringComparison.Ordinal);
        }

        var done = await officer.SubmitAsync(page, address, ("done-on", ""), ("note", "已停止拨付"));
        Assert.Equal(200, done.Status);
        Assert.Contains("已登记", done.Words, StringComparison.Ordinal);
        Assert.Contains("已停止拨付", done.Words, StringComparison.Ordinal);
        var again = await officer.SubmitAsync(page, address);
        Assert.Equal(422, again.Status);
        Assert.DoesNotContain(address, (await officer.GetAsync($"{Tasks}?implementer=")).Text, StringComparison.Ordinal);
        Assert.Equal(404, (await officer.GetAsync($"{Tasks}/MT-0-999999999")).Status);

        using var auditor = await portal.SignedInForAsync("auditor", "audit");
        Assert.DoesNotContain("<textarea", (await auditor.GetAsync(address)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Audit_names_every_measure_with_its_cause()
    {
        var subject = Invented.Code();
        await portal.FeedAsync("DEMO", Invented.Registration(subject), Invented.ListEntry(subject, $"L-{subject}"));
        using var auditor = await portal.SignedInForAsync("auditor", "audit", "en");
        var page = await auditor.FindAsync("/portal/measures/audit?measure=restrict-public-funds", subject);
        Assert.Contains($"L-{subject}", page?.Words, StringComparison.Ordinal);
    }

    /// <summary>The page of the subject's first task, whatever page of the list it stands on.</summary>
    private static async Task<string> AddressOfAsync(Visitor visitor, string subject)
    {
        var page = (await visitor.FindAsync(Tasks, subject))!;
        return page.Text.Split("<tr").First(row => row.Contains(subject, StringComparison.Ordinal)).Split("href=\"")[1].Split('"')[0];
    }
}
