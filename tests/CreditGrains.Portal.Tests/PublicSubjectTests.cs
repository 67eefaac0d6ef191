
namespace CreditGrains.Portal.Tests;

/// <summary>The public page of an organisation: what is on it, and above all what is not.</summary>
public sealed class PublicSubjectTests(PortalFixture portal)
{
    [Fact]
    public async Task Page_has_every_section_and_says_where_there_is_nothing()
    {
        var subject = Invented.Code();
        await portal.FeedAsync("PS1", Invented.Registration(subject, "虚构分栏有限公司"), Invented.Penalty(subject, "分栏罚1号"));
        using var visitor = portal.Visitor();
        var page = await visitor.GetAsync($"/portal/subjects/{subject}");
        Assert.Equal(200, page.Status);
        Assert.StartsWith("虚构分栏有限公司", page.Title, StringComparison.Ordinal);
        string[] sections = ["行政管理", "诚实守信", "严重失信主体名单", "经营异常", "信用承诺", "信用评价", "司法判决", "其他"];
        var places = sections.Select(section => page.Text.IndexOf($">{section}</h2>", StringComparison.Ordinal)).ToList();
        Assert.DoesNotContain(-1, places);
        Assert.Equal(places.Order(), places);
        Assert.Equal(7, page.Words.Split("查询期内无相关信息").Length - 1);
        Assert.Contains("分栏罚1号", page.Words, StringComparison.Ordinal);
        Assert.Contains("信源单位 PS1", page.Words, StringComparison.Ordinal);
        Assert.Contains("<svg viewBox=", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_public_does_not_appear()
    {
        var subject = Invented.Code();
        var old = DateOnly.FromDateTime(DateTime.UtcNow).AddDays(-400).ToString("yyyy-MM-dd");
        await portal.FeedAsync(
            "PS2", Invented.Registration(subject), Invented.Penalty(subject, "公示中1号"),
            Invented.Penalty(subject, "已满期1号", decidedOn: old),
            Invented.Penalty(subject, "已撤回1号"), Invented.Penalty(subject, "已暂停1号"), Invented.Penalty(subject, "有异议1号"),
            Invented.Penalty(subject, "已修复1号", decidedOn: DateOnly.FromDateTime(DateTime.UtcNow).AddDays(-200).ToString("yyyy-MM-dd")),
            Invented.Penalty(subject, "轻微1号", extra: ",\"severity\":\"minor\""),
            Line(subject, "判1", "judgment", $"\"caseNumber\":\"不公开判1号\",\"result\":\"other\",\"decidedOn\":\"{Invented.Recently()}\""),
            Line(subject, "税1", "tax-grade", $"\"year\":2024,\"level\":\"M\",\"decidedOn\":\"{Invented.Recently()}\""));
        await portal.FeedAsync("PS2", Invented.Withdrawal(subject, "已撤回1号", "penalty", 2));
        await portal.FeedAsync(
            "platform", Invented.Objection(subject, "OB-1", "PS2", "有异议1号"),
            Line(subject, "OB-2", "objection",
                $"\"targetSource\":\"PS2\",\"targetId\":\"已暂停1号\",\"filedOn\":\"{Invented.Recently()}\","
                + $"\"suspendedOn\":\"{Invented.Recently()}\""),
            Line(subject, "RP-1", "repair",
                $"\"targetSource\":\"PS2\",\"targetId\":\"已修复1号\",\"repairedOn\":\"{Invented.Recently()}\""));
        using var visitor = portal.Visitor();
        var page = await visitor.GetAsync($"/portal/subjects/{subject}");
        Assert.Contains("公示中1号", page.Words, StringComparison.Ordinal);
        Assert.Contains("有异议1号", page.Words, StringComparison.Ordinal);
        Assert.Contains("有异议，处理中", page.Words, StringComparison.Ordinal);
        foreach (var hidden in new[] { "已满期", "已撤回", "已暂停", "已修复", "轻微1号", "不公开判", "OB-", "RP-", "监管参考分", "纳税" })
            Assert.DoesNotContain(hidden, page.Words, StringComparison.Ordinal);
        var view = await portal.Server.Engine.Subjects.FindAsync(
            new Domain.Subjects.SubjectId(subject), Engine.Subjects.Consistency.Latest, PortalFixture.Stop);
        var score = view!.Summary.ScoreMilli!.Value / 1000m;

        // As a number of its own: the address on the page has a port, whose digits may hold it.
        Assert.DoesNotMatch($@"(?<!\d){score:0}(?!\d)", page.Words);

        // The same holds for somebody who has signed in: the public page is the public page.
        using var officer = await portal.SignedInForAsync("operator");
        Assert.DoesNotContain("已暂停", (await officer.GetAsync($"/portal/subjects/{subject}")).Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task National_grade_is_shown_with_its_owner()
    {
        var subject = Invented.Code();
        await portal.FeedAsync(
            "PS3", Invented.Registration(subject),
            Line(subject, "NG1", "national-grade",
                $"\"level\":\"B\",\"evaluatedOn\":\"{Invented.Recently()}\",\"authority\":\"{Invented.Authority}\""));
        using var visitor = portal.Visitor("en");
        var page = await visitor.GetAsync($"/portal/subjects/{subject}");
        Assert.Contains(
            $"National public credit grade (imported) B (National public credit evaluation, evaluated on {Invented.Recently()})",
            page.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Markup_in_every_field_is_text()
    {
        const string Hostile = "<script>alert(1)</script>\\\"'&amp;<b>";
        var subject = Invented.Code();
        await portal.FeedAsync(
            "PS4", Invented.Registration(subject, $"虚构{Hostile}"),
            Invented.Penalty(
                subject, "标记1号", decidedOn: DateOnly.FromDateTime(DateTime.UtcNow).ToString("yyyy-MM-dd"),
                extra: $",\"violation\":\"{Hostile}\",\"facts\":\"{Hostile}\",\"content\":\"{Hostile}\""));
        using var visitor = portal.Visitor();
        foreach (var path in new[] { $"/portal/subjects/{subject}", "/portal/search?q=%3Cscript%3E", "/portal/lists/penalty" })
        {
            var page = await visitor.GetAsync(path);
            Assert.Equal(200, page.Status);
            Assert.DoesNotContain("<script", page.Text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("<b>", page.Text, StringComparison.Ordinal);
            Assert.Contains("&lt;script&gt;", page.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Section_is_paged_and_a_page_beyond_the_end_is_none()
    {
        var subject = Invented.Code();
        await portal.FeedAsync(
            "PS5", [Invented.Registration(subject), .. Enumerable.Range(1, 23).Select(i => Invented.Penalty(subject, $"分页{i:00}号"))]);
        using var visitor = portal.Visitor("en");
        var page = await visitor.GetAsync($"/portal/subjects/{subject}?section=administration&page=3");
        Assert.Contains("Showing 21 to 23 of 23", page.Words, StringComparison.Ordinal);
        foreach (var query in new[]
        {
            "section=administration&page=4", "section=administration&page=0", "section=administration&page=x", "section=none", "page=2",
            "section=administration&page=99999999999999",
        })
            Assert.Equal(404, (await visitor.GetAsync($"/portal/subjects/{subject}?{query}")).Status);
    }

    [Theory]
    [InlineData("914403001922038217")]
    [InlineData("nonsense")]
    [InlineData("%3Cscript%3E")]
    public async Task Address_that_names_nobody_is_a_page_that_says_so(string code)
    {
        using var visitor = portal.Visitor();
        var page = await visitor.GetAsync($"/portal/subjects/{code}");
        Assert.Equal(404, page.Status);
        Assert.DoesNotContain("<script", page.Text, StringComparison.OrdinalIgnoreCase);
    }

    private static string Line(string subject, string id, string kind, string data) =>
        $$"""{"id":"{{id}}","revision":1,"op":"put","subject":"{{subject}}","kind":"{{kind}}","data":{""" + data + "}}";
}
