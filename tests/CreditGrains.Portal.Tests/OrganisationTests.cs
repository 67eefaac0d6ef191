using CreditGrains.Domain.Subjects;
using CreditGrains.Portal.SignIn;

namespace CreditGrains.Portal.Tests;

/// <summary>An organisation's own pages: all that is held about it, for it and for officers, and each look in the log.</summary>
[Invariant(9)]
public sealed class OrganisationTests(PortalFixture portal)
{
    private static string Own { get; } = DevelopmentPeople.All.Single(person => person.Subject is not null).Subject!;

    [Fact]
    public async Task Own_file_has_also_what_the_public_does_not_see()
    {
        await portal.FeedAsync(
            "OT1", Invented.Registration(Own, "虚构本组织有限公司"), Invented.Penalty(Own, "本公示1号"),
            Invented.Penalty(Own, "本满期1号", decidedOn: Days(-400)), Invented.Penalty(Own, "本撤回1号"),
            Invented.Penalty(Own, "本轻微1号", extra: ",\"severity\":\"minor\""), Invented.Penalty(Own, "本异议1号"),
            Invented.ListEntry(Own, "本名单1号"));
        await portal.FeedAsync("OT1", Invented.Withdrawal(Own, "本撤回1号", "penalty", 2));
        await portal.FeedAsync("platform", Invented.Objection(Own, "OT-OB-1", "OT1", "本异议1号"));
        using var clerk = await portal.SignedInForAsync("subject", "own-record");
        var file = await clerk.GetAsync($"/portal/organisations/{Own}");
        Assert.Equal(200, file.Status);

        // Other tests report about the same organisation: what is on later pages of the section belongs to its file too.
        for (var number = 2; await clerk.GetAsync($"/portal/organisations/{Own}?section=administration&page={number}") is
            { Status: 200 } more; number++)
            file = file with { Text = file.Text + more.Text };
        foreach (var held in new[] { "本公示1号", "本满期1号", "本撤回1号", "本轻微1号", "本异议1号", "本名单1号" })
            Assert.Contains(held, file.Words, StringComparison.Ordinal);
        var withdrawn = CardOf(file, "本撤回1号");
        Assert.Contains("信源单位已撤回", withdrawn, StringComparison.Ordinal);
        Assert.Contains(Invented.Recently(), withdrawn, StringComparison.Ordinal);
        Assert.DoesNotContain("罚款", withdrawn, StringComparison.Ordinal);
        Assert.Contains("罚款", CardOf(file, "本公示1号"), StringComparison.Ordinal);
        using (var anybody = portal.Visitor())
            Assert.DoesNotContain("本撤回1号", (await anybody.GetAsync($"/portal/subjects/{Own}")).Words, StringComparison.Ordinal);
        Assert.Contains("未公示", CardOf(file, "本满期1号"), StringComparison.Ordinal);
        Assert.Contains("公示中", CardOf(file, "本公示1号"), StringComparison.Ordinal);
        Assert.Contains("最早可修复日期", CardOf(file, "本公示1号"), StringComparison.Ordinal);
        Assert.Contains("有异议，处理中", CardOf(file, "本异议1号"), StringComparison.Ordinal);
        Assert.Contains("内部监管参考等级", file.Words, StringComparison.Ordinal);

        var explanation = await clerk.GetAsync($"/portal/organisations/{Own}/explanation");
        Assert.Contains("什么会改变结果、何时改变", explanation.Words, StringComparison.Ordinal);
        Assert.Contains("完成信用修复", explanation.Words, StringComparison.Ordinal);
        var measures = await clerk.GetAsync($"/portal/organisations/{Own}/measures");
        Assert.Contains("依据：", measures.Words, StringComparison.Ordinal);
        Assert.Contains("OT1 报送的 本名单1号", measures.Words, StringComparison.Ordinal);
        var timeline = await clerk.GetAsync($"/portal/organisations/{Own}/timeline");
        Assert.Contains("撤回", timeline.Words, StringComparison.Ordinal);
        var log = await clerk.GetAsync($"/portal/organisations/{Own}/access-log");
        Assert.Contains("dev-subject 查看本组织信息 评价说明（网页）", log.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Measure_whose_cause_is_disputed_is_shown_apart_with_the_objection()
    {
        var subject = Invented.Code();
        await portal.FeedAsync("OT6", Invented.Registration(subject), Invented.ListEntry(subject, $"L-{subject}"));
        using var auditor = await portal.SignedInForAsync("auditor", "audit");
        Assert.DoesNotContain(
            "因异议未生效的措施", (await auditor.GetAsync($"/portal/organisations/{subject}/measures")).Words, StringComparison.Ordinal);
        await portal.FeedAsync("platform", Invented.Objection(subject, $"O-{subject}", "OT6", $"L-{subject}"));
        var words = (await auditor.GetAsync($"/portal/organisations/{subject}/measures")).Words;
        var (inForce, suspended) = (words.Split("因异议未生效的措施")[0], words.Split("因异议未生效的措施", 2)[1]);
        Assert.DoesNotContain($"L-{subject}", inForce, StringComparison.Ordinal);
        Assert.Contains($"OT6 报送的 L-{subject}", suspended, StringComparison.Ordinal);
        Assert.Contains($"异议 O-{subject} 处理中", suspended, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Link_of_another_organisation_is_refused_and_looked_up_for_nobody()
    {
        var other = Invented.Code();
        await portal.FeedAsync("OT2", Invented.Registration(other, "虚构别家有限公司"));
        using var clerk = await portal.SignedInForAsync("subject", "own-record");
        foreach (var page in new[] { "", "/explanation", "/measures", "/timeline", "/access-log" })
        {
            var answer = await clerk.GetAsync($"/portal/organisations/{other}{page}");
            Assert.Equal(403, answer.Status);
            Assert.DoesNotContain("虚构别家", answer.Words, StringComparison.Ordinal);
        }

        Assert.Empty(await LooksAsync(other));
    }

    [Fact]
    public async Task Each_look_is_logged_with_the_purpose_of_the_session()
    {
        var subject = Invented.Code();
        await portal.FeedAsync("OT3", Invented.Registration(subject, "虚构被看有限公司"));
        using var officer = await portal.SignedInAsync("reviewer");
        var asked = await officer.GetAsync($"/portal/organisations/{subject}");
        Assert.Contains("您为什么查看这些信息", asked.Words, StringComparison.Ordinal);
        Assert.Empty(await LooksAsync(subject));
        await officer.GivePurposeAsync("approval");
        string[] pages = ["", "/explanation", "/measures", "/timeline"];
        foreach (var page in pages)
            Assert.Equal(200, (await officer.GetAsync($"/portal/organisations/{subject}{page}")).Status);
        Assert.Equal(403, (await officer.GetAsync($"/portal/organisations/{subject}/access-log")).Status);
        Assert.Equal(
            ["portal/timeline", "portal/measures", "portal/explanation", "portal/file"], await LooksAsync(subject));
        Assert.Equal(
            ["approval"], (await EntriesAsync(subject)).Select(entry => entry.Purpose).Distinct());
    }

    [Fact]
    public async Task Lists_of_the_file_are_paged_by_cursors_of_their_own()
    {
        var (subject, other) = (Invented.Code(), Invented.Code());
        await portal.FeedAsync(
            "OT4",
            [
                Invented.Registration(subject),
                .. Enumerable.Range(1, 60).Select(i => Invented.Penalty(subject, $"长档{i:00}号", extra: Minor)),
            ]);
        await portal.FeedAsync("OT4", Invented.Registration(other));
        using var auditor = await portal.SignedInForAsync("auditor", "audit", "en");
        var file = await auditor.GetAsync($"/portal/organisations/{subject}?section=administration&page=6");
        Assert.Contains("Showing 51 to 60 of 60", file.Words, StringComparison.Ordinal);
        Assert.Equal(404, (await auditor.GetAsync($"/portal/organisations/{subject}?section=administration&page=7")).Status);
        Assert.Equal(404, (await auditor.GetAsync($"/portal/organisations/{subject}?section=nonsense")).Status);
        var timeline = await auditor.GetAsync($"/portal/organisations/{subject}/timeline");
        Assert.Equal(50, timeline.Text.Split("<th scope=\"row\"").Length - 1);
        var next = timeline.Next!;
        Assert.Equal(11, (await auditor.GetAsync(next)).Text.Split("<th scope=\"row\"").Length - 1);
        var foreign = await auditor.GetAsync(next.Replace(subject, other, StringComparison.Ordinal));
        Assert.Equal(400, foreign.Status);
        for (var i = 0; i < 50; i++)
            await auditor.GetAsync($"/portal/organisations/{other}/measures");
        var log = await auditor.GetAsync($"/portal/organisations/{other}/access-log");
        Assert.Equal(50, log.Text.Split("<th scope=\"row\"").Length - 1);
        Assert.Equal(200, (await auditor.GetAsync(log.Next!)).Status);
    }

    [Fact]
    public async Task Timeline_says_what_was_destroyed_after_its_retention()
    {
        var subject = Invented.Code();
        await portal.FeedAsync(
            "OT5", Invented.Registration(subject), Invented.Penalty(subject, "销毁1号", decidedOn: "2015-03-02"),
            Invented.Penalty(subject, "保留2号"));
        using var auditor = await portal.SignedInForAsync("auditor", "audit");
        var address = $"/portal/organisations/{subject}/timeline";
        Assert.DoesNotContain("内容已到期销毁", (await auditor.GetAsync(address)).Words, StringComparison.Ordinal);
        var (retention, run) = (portal.Server.Engine.Retention, $"RT-{subject}");
        await retention.CountAsync(run, "ada", "按月清理", PortalFixture.Stop);
        await retention.Jobs.WaitAsync(run);
        await retention.CarryOutAsync(
            run + "-2", (await retention.Jobs.FindAsync(run, PortalFixture.Stop))!, "bob", "按月清理", PortalFixture.Stop);
        await retention.Jobs.WaitAsync(run + "-2");
        var page = await auditor.GetAsync(address);
        string RowOf(string id) => page.Text.Split("<tr").First(row => row.Contains(id, StringComparison.Ordinal));
        Assert.Contains("内容已到期销毁", RowOf("销毁1号"), StringComparison.Ordinal);
        Assert.DoesNotContain("内容已到期销毁", RowOf("保留2号"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("914403001922038217")]
    [InlineData("nonsense")]
    public async Task Code_that_names_nobody_is_not_found(string code)
    {
        using var auditor = await portal.SignedInForAsync("auditor", "audit");
        Assert.Equal(404, (await auditor.GetAsync($"/portal/organisations/{code}")).Status);
    }

    private const string Minor = ",\"severity\":\"minor\"";

    private static string CardOf(PageAnswer page, string id) =>
        page.Text.Split("<article").Single(card => card.Contains($"({id},", StringComparison.Ordinal));

    private static string Days(int days) => DateOnly.FromDateTime(DateTime.UtcNow).AddDays(days).ToString("yyyy-MM-dd");

    private async Task<IReadOnlyList<Engine.Storage.AccessEntry>> EntriesAsync(string subject)
    {
        await portal.Server.Engine.Access.FlushAsync(PortalFixture.Stop);
        return await portal.Server.Engine.Store.AccessLog.ReadAsync(new SubjectId(subject), null, 100, PortalFixture.Stop);
    }

    private async Task<IEnumerable<string>> LooksAsync(string subject) =>
        (await EntriesAsync(subject)).Select(entry => entry.Operation);
}
