using System.Net;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Portal.Tests;

/// <summary>A reporting department's pages: how reporting goes, returned lines put right, and who of them was looked at.</summary>
[Invariant(9)]
public sealed class DepartmentTests(PortalFixture portal)
{
    private const string Source = "/portal/sources/DEMO";

    [Fact]
    public async Task Health_counts_outcomes_reasons_and_delays()
    {
        var own = new PortalFixture();
        await own.InitializeAsync();
        try
        {
            using var officer = await own.SignedInForAsync("source", "data-quality", "en");
            var empty = await officer.GetAsync(Source);
            Assert.Contains("Nothing has been reported by this source yet", empty.Words, StringComparison.Ordinal);
            var subject = Invented.Code();
            await own.FeedAsync(
                "DEMO", Invented.Registration(subject), Invented.Penalty(subject, "快1号", decidedOn: Days(-3)),
                Invented.Penalty(subject, "月1号", decidedOn: Days(-20)), Invented.Penalty(subject, "慢1号", decidedOn: Days(-90)),
                Invented.Penalty(subject, "慢2号", decidedOn: Days(-91)));
            await RejectedAsync(own, Invented.Penalty(subject, "坏1号", decidedOn: Days(5)), "{\"id\":\"坏2号\"");
            var page = await officer.GetAsync(Source);
            Assert.Contains("Lines in all 7 lines", page.Words, StringComparison.Ordinal);
            Assert.Contains("Accepted 5 71.4 %", page.Words, StringComparison.Ordinal);
            Assert.Contains("Rejected 2 28.6 %", page.Words, StringComparison.Ordinal);
            Assert.Contains("malformed-json 1", page.Words, StringComparison.Ordinal);
            Assert.Contains("Within 7 days 1 25.0 %", page.Words, StringComparison.Ordinal);
            Assert.Contains("8 to 30 days 1 25.0 %", page.Words, StringComparison.Ordinal);
            Assert.Contains("More than 30 days 2 50.0 %", page.Words, StringComparison.Ordinal);
            Assert.Contains("2 lines", page.Words, StringComparison.Ordinal);
        }
        finally
        {
            await own.DisposeAsync();
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("/upload")]
    [InlineData("/quarantine")]
    [InlineData("/quarantine/1")]
    public async Task Pages_of_another_source_are_refused(string page)
    {
        using var officer = await portal.SignedInForAsync("source", "data-quality");
        Assert.Equal(403, (await officer.GetAsync("/portal/sources/OTHER" + page)).Status);
    }

    [Fact]
    public async Task Returned_line_is_put_right_and_taken_in()
    {
        var subject = Invented.Code();
        await portal.FeedAsync("DEMO", Invented.Registration(subject));
        await RejectedAsync(portal, Invented.Penalty(subject, "待改1号", decidedOn: Days(9)));
        using var officer = await portal.SignedInForAsync("source", "data-quality");
        var (edit, address) = await EditAsync(officer, "待改1号");
        Assert.Contains("怎样改正", edit.Words, StringComparison.Ordinal);
        Assert.Contains((await LooksAsync(subject)), look => look == ("portal/quarantine", "data-quality"));
        var line = LineOf(edit);
        Assert.Contains("\n", line, StringComparison.Ordinal);

        // Wrong again in another way: what was typed stays, with what is wrong now beside it.
        var wrong = await officer.SubmitAsync(
            edit, address, ("line", line.Replace(Days(9), "2026-02-30", StringComparison.Ordinal)));
        Assert.StartsWith("错误：", wrong.Title, StringComparison.Ordinal);
        Assert.Contains("仍未接收", wrong.Words, StringComparison.Ordinal);
        Assert.Contains("2026-02-30", LineOf(wrong), StringComparison.Ordinal);
        var action = wrong.Text.Split("<form method=\"post\" action=\"")[2].Split('"')[0];
        var done = await officer.SubmitAsync(
            wrong, action, ("line", LineOf(wrong).Replace("2026-02-30", Days(-9), StringComparison.Ordinal)));
        Assert.Equal(200, done.Status);
        Assert.Contains("已接收", done.Words, StringComparison.Ordinal);
        Assert.DoesNotContain("待改1号", done.Words, StringComparison.Ordinal);
        var closed = await officer.GetAsync(Source + "/quarantine?state=all");
        Assert.Contains("已重新提交", closed.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Line_looked_at_and_sent_as_it_was_stays_the_same_line()
    {
        var subject = Invented.Code();
        await RejectedAsync(portal, Invented.Penalty(subject, "原样1号", decidedOn: Days(8)));
        using var officer = await portal.SignedInForAsync("source", "data-quality");
        var (edit, address) = await EditAsync(officer, "原样1号");
        var again = await officer.SubmitAsync(edit, address, ("line", LineOf(edit)));
        Assert.Equal(422, again.Status);
        Assert.Contains(address, again.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stale_form_and_ended_session_lose_nothing_typed_and_send_nothing()
    {
        var subject = Invented.Code();
        await RejectedAsync(portal, Invented.Penalty(subject, "会话1号", decidedOn: Days(7)));
        using var officer = await portal.SignedInForAsync("source", "data-quality");
        var (edit, address) = await EditAsync(officer, "会话1号");
        var typed = LineOf(edit).Replace(Days(7), Days(-7), StringComparison.Ordinal) + "\n";
        var stale = await officer.PostAsync(address, ("__token", "stale"), ("line", typed));
        Assert.Equal(422, stale.Status);
        Assert.Contains(Days(-7), LineOf(stale), StringComparison.Ordinal);
        Assert.Contains("页面已过期", (await officer.PostAsync(address + "/dismiss")).Words, StringComparison.Ordinal);
        officer.LoseSession();
        var ended = await officer.SubmitAsync(edit, address, ("line", typed));
        Assert.Equal(401, ended.Status);
        await officer.SignInAsync("dev-source");
        await officer.GivePurposeAsync("data-quality");
        var shown = await officer.SubmitAsync(ended, address);
        Assert.Equal(422, shown.Status);
        Assert.Contains(Days(-7), LineOf(shown), StringComparison.Ordinal);
        var done = await officer.SubmitAsync(shown, address, ("line", LineOf(shown)));
        Assert.True(done.Status == 200, done.Words);
    }

    [Fact]
    public async Task Line_is_closed_without_being_sent()
    {
        var subject = Invented.Code();
        await RejectedAsync(portal, Invented.Penalty(subject, "关闭1号", decidedOn: Days(6)));
        using var officer = await portal.SignedInForAsync("source", "data-quality", "en");
        var (edit, address) = await EditAsync(officer, "关闭1号");
        var done = await officer.SubmitAsync(edit, address + "/dismiss");
        Assert.Contains("is closed", done.Words, StringComparison.Ordinal);
        Assert.Equal(404, (await officer.GetAsync(address)).Status);
    }

    [Fact]
    public async Task Check_answers_as_the_interface_does_and_is_logged()
    {
        var subject = Invented.Code();
        await portal.FeedAsync("DC1", Invented.Registration(subject, "虚构核查有限公司"), Invented.ListEntry(subject, "核查名单1号"));
        using var officer = await portal.SignedInForAsync("checker", "approval", "en");
        var form = await officer.GetAsync("/portal/checks");
        Assert.Contains("An approval", form.Words, StringComparison.Ordinal);
        var result = await officer.SubmitAsync(
            form, "/portal/checks", ("code", subject.ToLowerInvariant()), ("matter", "public-funds"), ("stage", "accept"));
        Assert.Equal(200, result.Status);
        Assert.Contains("Outcome Stop", result.Words, StringComparison.Ordinal);
        Assert.Contains("(mandatory-restraint)", result.Words, StringComparison.Ordinal);
        Assert.Contains("sha256:", result.Words, StringComparison.Ordinal);
        Assert.Contains("DC1核查名单1号", result.Words.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        var number = result.Words.Split("CK-")[1].Split(' ')[0];
        await portal.Server.Engine.Access.FlushAsync(PortalFixture.Stop);
        var log = portal.Server.Engine.Store.AccessLog;
        var entry = Assert.Single(await log.ReadAsync(new SubjectId(subject), null, 10, PortalFixture.Stop));
        Assert.Equal(("check", "approval", $"CK-{number}"), (entry.Operation, entry.Purpose, entry.Reference));
    }

    [Fact]
    public async Task Wrong_check_form_says_what_is_wrong_and_checks_nothing()
    {
        using var officer = await portal.SignedInForAsync("checker", "approval", "en");
        var form = await officer.GetAsync("/portal/checks");
        var wrong = await officer.SubmitAsync(form, "/portal/checks", ("code", "914403001922038217"), ("matter", ""));
        Assert.Equal(422, wrong.Status);
        Assert.Contains("Choose the matter", wrong.Words, StringComparison.Ordinal);
        Assert.Contains("914403001922038217", wrong.Text, StringComparison.Ordinal);
        var stale = await officer.PostAsync("/portal/checks", ("code", Invented.Code()), ("matter", "public-funds"));
        Assert.Equal(422, stale.Status);
    }

    [Fact]
    public async Task List_of_checks_answers_each_line_and_logs_each_organisation()
    {
        var (good, listed, unknown) = (Invented.Code(), Invented.Code(), Invented.Code());
        await portal.FeedAsync(
            "DC2", Invented.Registration(good, "虚构良好有限公司"), Invented.Registration(listed, "虚构在列有限公司"),
            Invented.ListEntry(listed, "批量名单1号"));
        using var officer = await portal.SignedInForAsync("reviewer", "supervision", "en");
        var form = await officer.GetAsync("/portal/checks/list");
        var result = await officer.SubmitAsync(
            form, "/portal/checks/list", ("matter", "public-funds"), ("codes", $"{good}\r\n{listed}\n\n<b>x</b>\n{unknown}"));
        Assert.Equal(200, result.Status);
        Assert.Contains("4 in all: 1 proceed, 0 fast track, 1 review, 1 stop, 1 with a wrong code", result.Words, StringComparison.Ordinal);
        Assert.Contains("Basis:", result.Words, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>x", result.Text, StringComparison.Ordinal);
        foreach (var subject in new[] { good, listed, unknown })
            Assert.Equal([("check", "supervision")], await LooksAsync(subject));
        var many = await officer.SubmitAsync(
            form, "/portal/checks/list", ("matter", "public-funds"),
            ("codes", string.Join('\n', Enumerable.Repeat(good, Department.CheckPages.CodesMax + 1))));
        Assert.Equal(422, many.Status);
        Assert.Equal([("check", "supervision")], await LooksAsync(good));
    }

    private static string Days(int days) => DateOnly.FromDateTime(DateTime.UtcNow).AddDays(days).ToString("yyyy-MM-dd");

    private static string LineOf(PageAnswer page) =>
        WebUtility.HtmlDecode(page.Text.Split("<textarea")[1].Split('>', 2)[1].Split("</textarea>")[0]);

    private static async Task<(PageAnswer Page, string Address)> EditAsync(Visitor officer, string id)
    {
        var list = (await officer.FindAsync(Source + "/quarantine", id))!;
        var row = list.Text.Split("<tr").Last(row => row.Contains(id, StringComparison.Ordinal));
        var address = WebUtility.HtmlDecode(row.Split("href=\"")[1].Split('"')[0]);
        return (await officer.GetAsync(address), address);
    }

    private static async Task RejectedAsync(PortalFixture portal, params string[] lines)
    {
        var receipt = await portal.Server.Engine.Feed.SubmitAsync(
            new SourceId("DEMO"), "test", System.IO.Pipelines.PipeReader.Create(
                new System.Buffers.ReadOnlySequence<byte>(System.Text.Encoding.UTF8.GetBytes(string.Join('\n', lines)))),
            new Engine.Ingestion.FeedOptions(), PortalFixture.Stop);
        Assert.Equal(lines.Length, receipt.Rejected);
    }

    private async Task<IEnumerable<(string, string)>> LooksAsync(string subject)
    {
        await portal.Server.Engine.Access.FlushAsync(PortalFixture.Stop);
        var entries = await portal.Server.Engine.Store.AccessLog.ReadAsync(new SubjectId(subject), null, 100, PortalFixture.Stop);
        return entries.Select(entry => (entry.Operation, entry.Purpose));
    }
}
