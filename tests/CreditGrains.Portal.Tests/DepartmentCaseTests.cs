using System.Net;
using System.Text.RegularExpressions;
using CreditGrains.Domain.Subjects;
using CreditGrains.Portal.SignIn;

namespace CreditGrains.Portal.Tests;

/// <summary>Cases that a department opens, in pages: list entries from notice to their end, and contracts of two parties.</summary>
public sealed partial class DepartmentCaseTests : IAsyncLifetime
{
    private readonly MovedTime _time = new();
    private readonly string _rules = Directory.CreateTempSubdirectory("credit-portal-rules-").FullName;
    private readonly PortalFixture _portal = new();

    private static string Own { get; } = DevelopmentPeople.All.Single(person => person.Subject is not null).Subject!;

    public ValueTask InitializeAsync() => _portal.InitializeAsync(options => options with
    {
        RulebookDirectory = PlannedRulebook.Below(_rules), Time = _time,
    });

    public async ValueTask DisposeAsync()
    {
        await _portal.DisposeAsync();
        Directory.Delete(_rules, recursive: true);
    }

    [Fact]
    public async Task List_entry_goes_from_the_proposal_through_notice_and_hearing_to_a_decision_and_its_revocation()
    {
        await FeedAsync(Invented.Registration(Own, "虚构名单有限公司"));
        using var department = await _portal.SignedInForAsync("regulator");
        var list = await department.GetAsync("/portal/sources/SCJG/cases");
        Assert.Contains("/portal/cases/new/listing", list.Text, StringComparison.Ordinal);
        var wrong = await department.GetAsync("/portal/cases/new/listing?code=914403001922038217");
        Assert.Equal(422, wrong.Status);
        Assert.Contains("href=\"#code\"", wrong.Text, StringComparison.Ordinal);
        Assert.Contains(
            "平台没有该代码的信息", (await department.GetAsync($"/portal/cases/new/listing?code={Invented.Code()}")).Words, StringComparison.Ordinal);

        // One question a page; a wrong answer is told at its field.
        var page = await department.GetAsync($"/portal/cases/new/listing?code={Own.ToLowerInvariant()}");
        Assert.Contains("拟列入哪个名单", page.Words, StringComparison.Ordinal);
        Assert.DoesNotContain("重大税收违法", page.Words, StringComparison.Ordinal);
        var nothing = await department.NextAsync(page);
        Assert.Equal(422, nothing.Status);
        Assert.Contains("href=\"#list-market-regulation\"", nothing.Text, StringComparison.Ordinal);
        page = await department.NextAsync(page, ("list", "market-regulation"));
        page = await department.NextAsync(page, ("grounds", "unfair-competition"));
        Assert.Contains("依据哪一条款", page.Words, StringComparison.Ordinal);
        page = await department.NextAsync(page, ("go", "grounds"));
        page = await department.NextAsync(page, ("grounds", "food-safety"));
        Assert.Contains("违法失信事实是什么", page.Words, StringComparison.Ordinal);
        Assert.Equal(422, (await department.NextAsync(page, ("statement", "联系人13800138000"))).Status);
        page = await department.NextAsync(await department.NextAsync(page, ("statement", "虚构：使用过期原料")));
        foreach (var answer in new[]
        {
            "虚构名单有限公司", "市场监督管理严重违法失信名单", "食品安全领域严重违法", "虚构：使用过期原料", "只是立案", "5 个工作日陈述申辩",
        })
            Assert.Contains(answer, page.Words, StringComparison.Ordinal);
        var filed = await department.NextAsync(page);
        var number = NumberPattern().Match(filed.Words).Value;
        Assert.StartsWith("MD-", number, StringComparison.Ordinal);
        Assert.Contains("还没有列入名单", filed.Words, StringComparison.Ordinal);
        Assert.Equal(number, NumberPattern().Match((await department.NextAsync(page)).Words).Value);

        // A second one for the same list is refused where the list is chosen, with the way to the case that runs.
        var second = await department.NextAsync(
            await department.GetAsync($"/portal/cases/new/listing/{Own}"), ("list", "market-regulation"));
        Assert.Equal(422, second.Status);
        Assert.Contains($"已有正在办理的办件 {number}", second.Words, StringComparison.Ordinal);
        Assert.Contains($"href=\"/portal/cases/{number}\"", second.Text, StringComparison.Ordinal);

        // The notice names every measure and the last day of the hearing; the organisation says what it has to say.
        using var clerk = await _portal.SignedInForAsync("subject", "own-record");
        Assert.DoesNotContain("/hear\"", (await clerk.GetAsync($"/portal/cases/{number}")).Text, StringComparison.Ordinal);
        var notice = await department.GetAsync($"/portal/cases/{number}/notify");
        Assert.Contains("限制申请财政性资金", notice.Words, StringComparison.Ordinal);
        await department.TakeStepAsync(number, "notify");
        var told = await clerk.GetAsync($"/portal/cases/{number}");
        foreach (var said in new[] { "列入后采取的管理措施", "限制申请财政性资金", "虚构：使用过期原料", "可以陈述、申辩", "虚构市市场监督管理局" })
            Assert.Contains(said, told.Words, StringComparison.Ordinal);
        var silent = await clerk.SubmitAsync(
            await clerk.GetAsync($"/portal/cases/{number}/hear"), $"/portal/cases/{number}/hear", ("statement", ""));
        Assert.Contains("href=\"#statement\"", silent.Text, StringComparison.Ordinal);
        await clerk.TakeStepAsync(number, "hear", ("statement", "虚构：原料已全部销毁"));
        Assert.Contains("陈述申辩意见 虚构：原料已全部销毁", (await department.GetAsync($"/portal/cases/{number}")).Words, StringComparison.Ordinal);

        // Before the time to be heard is over it can only be dropped.
        var early = await department.GetAsync($"/portal/cases/{number}/decide");
        Assert.DoesNotContain("value=\"listed\"", early.Text, StringComparison.Ordinal);
        Assert.Contains("value=\"dropped\"", early.Text, StringComparison.Ordinal);
        _time.GoOn(TimeSpan.FromDays(10));
        using var later = await _portal.SignedInForAsync("regulator");
        var form = await later.GetAsync($"/portal/cases/{number}/decide");
        var bare = await later.SubmitAsync(form, $"/portal/cases/{number}/decide", ("outcome", "listed"), ("reason", "事实清楚"));
        Assert.Contains("href=\"#fact-documentNumber\"", bare.Text, StringComparison.Ordinal);
        var far = await later.SubmitAsync(
            form, $"/portal/cases/{number}/decide", ("outcome", "listed"), ("reason", "事实清楚"),
            ("fact:documentNumber", "虚市监列字第一号"), ("fact:until", "2099-01-01"));
        Assert.Contains("href=\"#fact-until\"", far.Text, StringComparison.Ordinal);
        await later.TakeStepAsync(number, "decide", ("outcome", "listed"), ("reason", "事实清楚"), ("fact:documentNumber", "虚市监列字第一号"));
        using var anybody = _portal.Visitor();
        var published = await anybody.GetAsync("/portal/lists/serious-list");
        foreach (var shown in new[] { "虚构名单有限公司", "虚市监列字第一号" })
            Assert.Contains(shown, published.Words, StringComparison.Ordinal);
        var listed = await later.GetAsync($"/portal/cases/{number}");
        Assert.Contains("最早可提前移出日期", listed.Words, StringComparison.Ordinal);
        var tooEarly = await later.GetAsync($"/portal/cases/{number}/remove");
        Assert.Equal(409, tooEarly.Status);
        Assert.Contains($"{_time.GetUtcNow().AddYears(1):yyyy-MM-}", tooEarly.Words, StringComparison.Ordinal);
        Assert.Contains("起可以办理", tooEarly.Words, StringComparison.Ordinal);

        // The case waits for nobody, so it is found among those in force, with what may be done.
        Assert.DoesNotContain(number, (await later.GetAsync("/portal/sources/SCJG/cases")).Text, StringComparison.Ordinal);
        var inForce = await later.GetAsync("/portal/sources/SCJG/cases?show=in-force");
        Assert.Contains($"/portal/cases/{number}/revoke\"", inForce.Text, StringComparison.Ordinal);
        Assert.Contains("虚构名单有限公司", inForce.Words, StringComparison.Ordinal);
        var again = await later.NextAsync(await later.GetAsync($"/portal/cases/new/listing/{Own}"), ("list", "market-regulation"));
        Assert.Equal(422, (await later.NextAsync(again, ("grounds", "food-safety"))).Status);
        Assert.Equal(200, (await later.NextAsync(again, ("grounds", "unfair-competition"))).Status);
        var step = await later.GetAsync($"/portal/cases/{number}/revoke");
        Assert.Contains("虚构名单有限公司", step.Words, StringComparison.Ordinal);
        Assert.Matches("href=\"/portal/sources/SCJG\" aria-current=\"page\"", step.Text);
        await later.TakeStepAsync(number, "revoke", ("reason", "复议撤销"));
        var revoked = await later.GetAsync($"/portal/cases/{number}");
        Assert.Contains("处理结果 撤销列入决定 理由 复议撤销 决定日期", revoked.Words, StringComparison.Ordinal);
        Assert.DoesNotContain(
            number, (await later.GetAsync("/portal/sources/SCJG/cases?show=in-force")).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("虚构名单有限公司", (await anybody.GetAsync("/portal/lists/serious-list")).Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Department_opens_only_what_the_rulebook_lets_it_and_sees_no_case_of_another()
    {
        await FeedAsync(Invented.Registration(Own, "虚构名单有限公司"));
        using var commission = await _portal.SignedInForAsync("commission", language: "en");
        var page = await commission.GetAsync($"/portal/cases/new/listing/{Own}");
        Assert.Contains("Examples of integrity", page.Words, StringComparison.Ordinal);
        Assert.DoesNotContain("market-regulation", page.Text, StringComparison.Ordinal);
        foreach (var (name, value) in new[] { ("list", "commendation"), ("grounds", "model"), ("statement", "kept its word for years") })
            page = await commission.NextAsync(page, (name, value));
        page = await commission.NextAsync(page);
        var number = NumberPattern().Match((await commission.NextAsync(page)).Words).Value;
        await commission.TakeStepAsync(number, "decide", ("outcome", "dropped"), ("reason", "not enough"));
        Assert.Contains("Not listed", (await commission.GetAsync($"/portal/cases/{number}")).Words, StringComparison.Ordinal);

        using var reporter = await _portal.SignedInForAsync("source", language: "en");
        var none = await reporter.GetAsync("/portal/cases/new/listing");
        Assert.Contains("no list in the rulebook on which your department decides", none.Words, StringComparison.Ordinal);
        Assert.DoesNotContain(
            "/new/listing", (await reporter.GetAsync("/portal/sources/DEMO/cases")).Text, StringComparison.Ordinal);
        Assert.Equal(404, (await reporter.GetAsync($"/portal/cases/{number}")).Status);
        using var clerk = await _portal.SignedInForAsync("subject", "own-record");
        Assert.Equal(403, (await clerk.GetAsync("/portal/cases/new/listing")).Status);
    }

    [Fact]
    public async Task Contract_stands_in_both_parties_lists_and_a_breach_is_that_of_the_party_in_breach()
    {
        var first = Invented.Code();
        await FeedAsync(Invented.Registration(first, "虚构甲方有限公司"), Invented.Registration(Own, "虚构乙方有限公司"));
        using var department = await _portal.SignedInForAsync("regulator");
        var page = await department.GetAsync($"/portal/cases/new/contract?code={first}");
        var same = await department.NextAsync(page, ("party", "914403001922038217"));
        Assert.Contains("href=\"#party\"", same.Text, StringComparison.Ordinal);
        page = await department.NextAsync(page, ("party", Own));
        Assert.Contains("href=\"#contractNumber\"", (await department.NextAsync(page)).Text, StringComparison.Ordinal);
        page = await department.NextAsync(
            page, ("contractNumber", "虚合字第一号"), ("contractName", "虚构设备采购"), ("contractType", "market"), ("amount", "12.5"),
            ("dueOn", $"{_time.GetUtcNow().AddDays(20):yyyy-MM-dd}"));
        page = await department.NextAsync(await department.NextAsync(page, ("place", "虚构市")));
        foreach (var answer in new[] { "虚构甲方有限公司", "虚构乙方有限公司", "虚合字第一号", "市场化合同", "12.5", "虚构市" })
            Assert.Contains(answer, page.Words, StringComparison.Ordinal);
        var filed = await department.NextAsync(page);
        var number = NumberPattern().Match(filed.Words).Value;
        Assert.Contains("合同已记入双方信用档案", filed.Words, StringComparison.Ordinal);

        // The other party finds the contract among its own cases, and looks on.
        using var clerk = await _portal.SignedInForAsync("subject", "own-record");
        Assert.NotNull(await clerk.FindAsync($"/portal/organisations/{Own}/cases", number));
        Assert.Contains("没有需要您办理的环节", (await clerk.GetAsync($"/portal/cases/{number}")).Words, StringComparison.Ordinal);
        var watched = await department.GetAsync("/portal/sources/SCJG/cases");
        Assert.Contains(number, watched.Text, StringComparison.Ordinal);
        Assert.Contains("合同履约期限 本组织", watched.Words, StringComparison.Ordinal);
        var address = $"/portal/cases/{number}/breach";
        var form = await department.GetAsync(address);
        Assert.Equal(200, form.Status);
        Assert.Contains($"甲方 虚构甲方有限公司（{first}）", form.Words, StringComparison.Ordinal);
        Assert.Contains($"虚构乙方有限公司（{Own}）", (await department.GetAsync($"/portal/cases/{number}")).Words, StringComparison.Ordinal);
        var bare = await department.SubmitAsync(form, address, ("outcome", "breached"));
        foreach (var field in new[] { "breachParty", "breachReason", "basis" })
            Assert.Contains($"href=\"#fact-{field}\"", bare.Text, StringComparison.Ordinal);
        await department.TakeStepAsync(
            number, "breach", ("outcome", "breached"), ("fact:breachParty", first), ("fact:breachReason", "虚构：逾期未付款"),
            ("fact:basis", "虚判字第一号"));
        Assert.Contains("相对方违约", (await clerk.GetAsync($"/portal/organisations/{Own}?section=other")).Words, StringComparison.Ordinal);
        await department.TakeStepAsync(number, "close", ("reason", "已付清"));
    }

    private Task FeedAsync(params string[] lines) => _portal.FeedAsync("ZCJ", lines);

    [GeneratedRegex("(MD|HT)-[0-9]{8}-[0-9]{6}")]
    private static partial Regex NumberPattern();
}
