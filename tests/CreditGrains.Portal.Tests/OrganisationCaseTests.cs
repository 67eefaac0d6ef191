using System.Globalization;
using System.Text.RegularExpressions;
using CreditGrains.Portal.SignIn;

namespace CreditGrains.Portal.Tests;

/// <summary>Cases that an organisation opens beside objection and repair, in pages: commitments and declarations to their ends.</summary>
public sealed partial class OrganisationCaseTests : IAsyncLifetime
{
    private readonly MovedTime _time = new();
    private readonly string _rules = Directory.CreateTempSubdirectory("credit-portal-rules-").FullName;
    private readonly PortalFixture _portal = new();

    private static string Own { get; } = DevelopmentPeople.All.Single(person => person.Subject is not null).Subject!;

    private static string File => $"/portal/organisations/{Own}";

    public async ValueTask InitializeAsync()
    {
        await _portal.InitializeAsync(options => options with { RulebookDirectory = PlannedRulebook.Below(_rules), Time = _time });
        await _portal.FeedAsync("ZCJ", Invented.Registration(Own, "虚构承诺有限公司"));
    }

    public async ValueTask DisposeAsync()
    {
        await _portal.DisposeAsync();
        Directory.Delete(_rules, recursive: true);
    }

    [Fact]
    public async Task Commitment_is_signed_with_its_text_breached_after_its_day_rectified_and_performed()
    {
        using var clerk = await _portal.SignedInForAsync("subject", "own-record");
        Assert.Contains($"{File}/commitment", (await clerk.GetAsync($"{File}/cases")).Text, StringComparison.Ordinal);
        var page = await clerk.GetAsync($"{File}/commitment");
        var nothing = await clerk.NextAsync(page);
        Assert.Equal(422, nothing.Status);
        Assert.Contains("href=\"#matter-food-licence\"", nothing.Text, StringComparison.Ordinal);

        // One department accepts it: nobody is asked which.
        page = await clerk.NextAsync(page, ("matter", "food-licence"));
        Assert.Contains("最迟哪一天履行完毕", page.Words, StringComparison.Ordinal);
        var early = await clerk.NextAsync(page, ("dueOn", DayAfter(0)));
        Assert.Contains("须晚于今天", early.Words, StringComparison.Ordinal);
        Assert.Contains("日历", (await clerk.NextAsync(page, ("dueOn", DayAfter(2000)))).Words, StringComparison.Ordinal);
        page = await clerk.NextAsync(await clerk.NextAsync(page, ("dueOn", DayAfter(5))));
        foreach (var shown in new[] { "在经营期间持续符合食品经营许可条件", "撤销许可决定", "21号" })
            Assert.Contains(shown, page.Words, StringComparison.Ordinal);
        Assert.Contains("请阅读全文并签署", (await clerk.NextAsync(page)).Words, StringComparison.Ordinal);
        page = await clerk.NextAsync(page, ("signed", Signature(page)));
        foreach (var answer in new[] { "食品经营许可告知承诺", DayAfter(5), "在经营期间持续符合食品经营许可条件", "代表本组织签署", "5 个工作日内" })
            Assert.Contains(answer, page.Words, StringComparison.Ordinal);

        // Another matter is another text: what was signed does not stand for it.
        var other = await clerk.NextAsync(page, ("go", "matter"));
        other = await clerk.NextAsync(other, ("matter", "voluntary"));
        Assert.Contains("由哪个单位受理", other.Words, StringComparison.Ordinal);
        other = await clerk.NextAsync(other, ("acceptedBy", "SCJG"));
        Assert.Contains("自愿向社会承诺", other.Words, StringComparison.Ordinal);
        Assert.DoesNotContain(" checked", other.Text, StringComparison.Ordinal);

        var filed = await clerk.NextAsync(page);
        var number = NumberPattern().Match(filed.Words).Value;
        Assert.StartsWith("CN-", number, StringComparison.Ordinal);
        Assert.Matches(@"承诺受理.*?：\d{4}-\d\d-\d\d 前（含当日），由虚构市市场监督管理局办理", filed.Words);
        Assert.Equal(number, NumberPattern().Match((await clerk.NextAsync(page)).Words).Value);

        using var department = await _portal.SignedInForAsync("regulator");
        Assert.NotNull(await department.FindAsync("/portal/sources/SCJG/cases", "食品经营许可告知承诺"));
        var offered = await department.GetAsync($"/portal/cases/{number}");
        Assert.Contains("不予受理", offered.Words, StringComparison.Ordinal);
        await department.TakeStepAsync(number, "accept");
        await department.TakeStepAsync(number, "supervise");
        var assess = await department.GetAsync($"/portal/cases/{number}/assess");
        Assert.Contains("value=\"full\"", assess.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("value=\"partial\"", assess.Text, StringComparison.Ordinal);
        Assert.NotNull(await clerk.FindAsync($"{File}/cases", DayAfter(5)));

        _time.GoOn(TimeSpan.FromDays(6));
        using var later = await _portal.SignedInForAsync("regulator");
        assess = await later.GetAsync($"/portal/cases/{number}/assess");
        var bare = await later.SubmitAsync(assess, $"/portal/cases/{number}/assess", ("outcome", "partial"), ("reason", "核查"));
        Assert.Contains("href=\"#fact-notPerformed\"", bare.Text, StringComparison.Ordinal);
        await later.TakeStepAsync(number, "assess", ("outcome", "partial"), ("reason", "现场核查"), ("fact:notPerformed", "未公示从业人员健康管理制度"));
        using var own = await _portal.SignedInForAsync("subject", "own-record");
        var breached = await own.GetAsync($"/portal/cases/{number}");
        foreach (var said in new[] { "未公示从业人员健康管理制度", "撤销许可决定", "部分履行", "现场核查" })
            Assert.Contains(said, breached.Words, StringComparison.Ordinal);
        Assert.DoesNotContain("/withdraw\"", breached.Text, StringComparison.Ordinal);
        await later.TakeStepAsync(number, "rectify", ("reason", "二十个工作日内公示制度"));
        await later.TakeStepAsync(number, "assess", ("outcome", "full"), ("reason", "整改完成"));
        await later.TakeStepAsync(number, "close", ("reason", "归档"));
        var closed = await own.GetAsync($"/portal/cases/{number}");
        Assert.Contains("已结案", closed.Words, StringComparison.Ordinal);
        Assert.Contains("没有需要您办理的环节", (await later.GetAsync($"/portal/cases/{number}")).Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Commitment_that_is_not_accepted_is_closed_with_its_reason_and_one_under_way_may_be_withdrawn()
    {
        using var clerk = await _portal.SignedInForAsync("subject", "own-record", "en");
        using var department = await _portal.SignedInForAsync("regulator", language: "en");
        var number = await SignAsync(clerk, "missing-papers");
        var close = await department.GetAsync($"/portal/cases/{number}/close");
        Assert.Contains("Do not accept", close.Words, StringComparison.Ordinal);
        Assert.Equal(422, (await department.SubmitAsync(close, $"/portal/cases/{number}/close", ("reason", ""))).Status);
        await department.TakeStepAsync(number, "close", ("reason", "no such matter"));
        Assert.Contains("no such matter", (await clerk.GetAsync($"/portal/cases/{number}")).Words, StringComparison.Ordinal);

        var second = await SignAsync(clerk, "missing-papers");
        await department.TakeStepAsync(second, "accept");
        await clerk.TakeStepAsync(second, "withdraw");
        Assert.Contains("Withdrawn", (await clerk.GetAsync($"/portal/cases/{second}")).Words, StringComparison.Ordinal);
        using var another = await _portal.SignedInForAsync("commission");
        Assert.Equal(404, (await another.GetAsync($"/portal/cases/{second}")).Status);
        Assert.Equal(403, (await department.GetAsync($"{File}/commitment")).Status);
    }

    [Fact]
    public async Task Commitment_whose_record_is_withdrawn_is_offered_for_closing_and_nothing_else()
    {
        using var clerk = await _portal.SignedInForAsync("subject", "own-record");
        using var department = await _portal.SignedInForAsync("regulator");
        var number = await SignAsync(clerk, "missing-papers");
        await department.TakeStepAsync(number, "accept");
        Assert.DoesNotContain("/close\"", (await department.GetAsync($"/portal/cases/{number}")).Text, StringComparison.Ordinal);
        Assert.Equal(409, (await department.GetAsync($"/portal/cases/{number}/close")).Status);

        await _portal.FeedAsync("SCJG", $$"""{"id":"{{number}}","revision":2,"op":"withdraw","subject":"{{Own}}","kind":"commitment"}""");
        var shown = await department.GetAsync($"/portal/cases/{number}");
        Assert.Contains("结案（信息已撤回）", shown.Words, StringComparison.Ordinal);
        Assert.DoesNotContain("/assess\"", shown.Text, StringComparison.Ordinal);
        await department.TakeStepAsync(number, "close", ("reason", "承诺撤回"));
        Assert.Contains("已结案", (await clerk.GetAsync($"/portal/cases/{number}")).Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Commitment_that_may_be_published_is_on_the_public_page_and_list_and_no_other_is()
    {
        using var clerk = await _portal.SignedInForAsync("subject", "own-record");
        using var department = await _portal.SignedInForAsync("regulator");
        foreach (var matter in new[] { "missing-papers", "voluntary" })
            await department.TakeStepAsync(await SignAsync(clerk, matter), "accept");
        using var anybody = _portal.Visitor();
        var page = await anybody.GetAsync($"/portal/subjects/{Own}?section=commitments");
        Assert.Contains("自愿向社会承诺", page.Words, StringComparison.Ordinal);
        Assert.DoesNotContain("补齐所缺材料", page.Words, StringComparison.Ordinal);
        var list = await anybody.GetAsync("/portal/lists/commitment");
        foreach (var said in new[] { "虚构承诺有限公司", "主动公开信用承诺", "自愿向社会承诺", "虚构市市场监督管理局", DayAfter(10), "监管中" })
            Assert.Contains(said, list.Words, StringComparison.Ordinal);
        Assert.DoesNotContain("容缺受理", list.Words, StringComparison.Ordinal);
        Assert.Contains("/portal/lists/commitment", (await anybody.GetAsync("/portal/commitments")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Declaration_appears_to_the_public_once_it_is_verified_and_ends_on_its_day()
    {
        using var clerk = await _portal.SignedInForAsync("subject", "own-record");
        using var anybody = _portal.Visitor();
        var number = await DeclareAsync(clerk, "虚构公益捐赠");
        Assert.DoesNotContain("虚构公益捐赠", (await anybody.GetAsync($"/portal/subjects/{Own}")).Words, StringComparison.Ordinal);
        using var department = await _portal.SignedInForAsync("commission");
        await department.TakeStepAsync(number, "accept");
        await department.TakeStepAsync(number, "decide", ("outcome", "verified"), ("reason", "与票据一致"));
        Assert.Contains("虚构公益捐赠", (await anybody.GetAsync($"/portal/subjects/{Own}")).Words, StringComparison.Ordinal);
        _time.GoOn(TimeSpan.FromDays(31));
        using var later = await _portal.SignedInForAsync("subject", "own-record");
        Assert.Contains("已到期", (await later.GetAsync($"/portal/cases/{number}")).Words, StringComparison.Ordinal);
        Assert.DoesNotContain("虚构公益捐赠", (await anybody.GetAsync($"/portal/subjects/{Own}")).Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Declaration_that_is_refuted_is_told_as_a_broken_commitment_and_never_published()
    {
        using var clerk = await _portal.SignedInForAsync("subject", "own-record");
        var page = await clerk.GetAsync($"{File}/declaration");
        page = await clerk.NextAsync(page, ("class", "welfare"));
        Assert.Equal(422, (await clerk.NextAsync(page, ("title", "联系13800138000"))).Status);
        page = await clerk.NextAsync(page, ("title", "虚构不实捐赠"));
        page = await clerk.NextAsync(page, ("content", "向虚构学校捐赠图书"));
        Assert.Contains("须在", (await clerk.NextAsync(page, ("until", DayAfter(0)))).Words, StringComparison.Ordinal);

        var number = await DeclareAsync(clerk, "虚构不实捐赠");
        using var department = await _portal.SignedInForAsync("commission");
        await department.TakeStepAsync(number, "decide", ("outcome", "refuted"), ("reason", "受赠单位否认"));
        var told = await clerk.GetAsync($"/portal/cases/{number}");
        foreach (var said in new[] { "核验不实", "受赠单位否认", "授权平台依法归集", "捐赠票据.pdf" })
            Assert.Contains(said, told.Words, StringComparison.Ordinal);
        using var anybody = _portal.Visitor();
        Assert.DoesNotContain("虚构不实捐赠", (await anybody.GetAsync($"/portal/subjects/{Own}")).Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Catalogue_of_commitments_shows_each_text_in_full_to_everybody()
    {
        using var anybody = _portal.Visitor();
        var page = await anybody.GetAsync("/portal/commitments");
        foreach (var item in _portal.Server.Engine.Rulebook.Procedures.Commitments!.Items.Values)
        {
            foreach (var text in new[] { item.Title.In("zh"), item.Text, item.Liability, item.Basis })
                Assert.Contains(text, page.Words, StringComparison.Ordinal);
        }

        Assert.Contains("/portal/commitments", (await anybody.GetAsync("/portal/rights")).Text, StringComparison.Ordinal);
    }

    private static string Signature(PageAnswer page) => SignaturePattern().Match(page.Text).Groups[1].Value;

    private async Task<string> SignAsync(Visitor clerk, string matter)
    {
        var page = await clerk.GetAsync($"{File}/commitment");
        foreach (var (name, value) in new[] { ("matter", matter), ("acceptedBy", "SCJG"), ("dueOn", DayAfter(10)) })
            page = await clerk.NextAsync(page, (name, value));
        page = await clerk.NextAsync(page);
        page = await clerk.NextAsync(page, ("signed", Signature(page)));
        return NumberPattern().Match((await clerk.NextAsync(page)).Words).Value;
    }

    private async Task<string> DeclareAsync(Visitor clerk, string title)
    {
        var page = await clerk.GetAsync($"{File}/declaration");
        foreach (var (name, value) in new[]
        {
            ("class", "welfare"), ("title", title), ("content", "向虚构学校捐赠图书"), ("until", DayAfter(30)), ("verifiedBy", "FGW"),
        })
            page = await clerk.NextAsync(page, (name, value));
        page = await clerk.SendFilesAsync(page, [("捐赠票据.pdf", ProofSamples.Pdf())]);
        page = await clerk.NextAsync(page, ("signed", Signature(page)));
        Assert.Contains("捐赠票据.pdf (PDF, 1 KB)", page.Words, StringComparison.Ordinal);
        return NumberPattern().Match((await clerk.NextAsync(page)).Words).Value;
    }

    private string DayAfter(int days) =>
        _portal.Server.Engine.Today.AddDays(days).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    [GeneratedRegex("(CN|SB)-[0-9]{8}-[0-9]{6}")]
    private static partial Regex NumberPattern();

    [GeneratedRegex("name=\"signed\" type=\"checkbox\" value=\"([^\"]*)\"")]
    private static partial Regex SignaturePattern();
}
