using System.Globalization;
using System.Text.RegularExpressions;
using CreditGrains.Portal.SignIn;

namespace CreditGrains.Portal.Tests;

/// <summary>The rarer ways to file a case about a record: by its source, under a court's plan, and after another site's repair.</summary>
public sealed partial class RecordFilingTests(PortalFixture portal)
{
    private const string Source = "DEMO";

    private static string Own { get; } = DevelopmentPeople.All.Single(person => person.Subject is not null).Subject!;

    [Fact]
    public async Task Source_objects_to_an_entry_of_its_own_and_withdraws_the_objection()
    {
        var (own, other) = (Name("源异"), Name("他源"));
        await portal.FeedAsync(Source, Invented.Penalty(Own, own));
        await portal.FeedAsync("RF9", Invented.Penalty(Own, other));
        using var department = await portal.SignedInForAsync("source", "data-quality");
        Assert.Contains(
            "/portal/cases/new/objection", (await department.GetAsync($"/portal/sources/{Source}/cases")).Text, StringComparison.Ordinal);
        var page = await department.GetAsync($"/portal/cases/new/objection?code={Own}");
        Assert.Contains(own, page.Words, StringComparison.Ordinal);
        Assert.DoesNotContain(other, page.Words, StringComparison.Ordinal);
        Assert.Equal(422, (await department.NextAsync(page, ("records", Key("RF9", other)))).Status);
        page = await department.NextAsync(page, ("records", Key(Source, own)));
        page = await department.NextAsync(page, ("grounds", "error"));
        page = await department.NextAsync(page, ("statement", "金额录入有误"));
        page = await department.NextAsync(await department.NextAsync(page, ("new:fine", "1.5")));
        Assert.Contains("本单位确认", page.Words, StringComparison.Ordinal);
        page = await department.NextAsync(page, ("declared", "yes"));
        var filed = await department.NextAsync(page);
        var number = NumberPattern().Match(filed.Words).Value;
        Assert.StartsWith("YY-", number, StringComparison.Ordinal);
        using var clerk = await portal.SignedInForAsync("subject", "own-record");
        var seen = await clerk.GetAsync($"/portal/cases/{number}");
        Assert.Contains("金额录入有误", seen.Words, StringComparison.Ordinal);
        Assert.DoesNotContain($"/portal/cases/{number}/withdraw", seen.Text, StringComparison.Ordinal);
        await department.TakeStepAsync(number, "withdraw");
        Assert.Equal(403, (await clerk.GetAsync("/portal/cases/new/objection")).Status);
    }

    [Fact]
    public async Task Entries_are_as_if_repaired_while_a_courts_plan_runs_and_for_good_once_it_is_carried_out()
    {
        var (done, failed) = (Name("重整"), Name("败整"));
        await portal.FeedAsync(Source, Invented.Penalty(Own, done), Invented.Penalty(Own, failed));
        using var clerk = await portal.SignedInForAsync("subject", "own-record");
        using var department = await portal.SignedInForAsync("source", "data-quality");
        Assert.Contains(
            $"/portal/organisations/{Own}/bankruptcy", (await clerk.GetAsync($"/portal/organisations/{Own}/repair")).Text,
            StringComparison.Ordinal);
        foreach (var (record, step) in new[] { (done, "fulfil"), (failed, "fail") })
        {
            var page = await clerk.GetAsync($"/portal/organisations/{Own}/bankruptcy");
            Assert.Equal(422, (await clerk.NextAsync(page, ("ruling", ""))).Status);
            page = await clerk.NextAsync(page, ("ruling", "虚破字第一号"));
            page = await clerk.NextAsync(page, ("records", Key(Source, record)));

            // Under a plan it must not be declared that every duty has been met.
            Assert.Contains("法院已裁定批准重整计划", page.Words, StringComparison.Ordinal);
            page = await clerk.NextAsync(page, ("statement", "重整计划已获批准"));
            page = await clerk.NextAsync(page);
            Assert.DoesNotContain("有关义务全部履行完毕", page.Words, StringComparison.Ordinal);
            page = await clerk.NextAsync(page, ("declared", "yes"));
            Assert.Contains("虚破字第一号", page.Words, StringComparison.Ordinal);
            var number = NumberPattern().Match((await clerk.NextAsync(page)).Words).Value;
            await department.TakeStepAsync(number, "accept");
            Assert.Contains(
                "法院裁定文号 虚破字第一号", (await department.GetAsync($"/portal/cases/{number}/decide")).Words, StringComparison.Ordinal);
            await department.TakeStepAsync(number, "decide", ("outcome", "granted"), ("reason", "计划已批准"));
            Assert.Contains("重整计划执行中", (await clerk.GetAsync($"/portal/cases/{number}")).Words, StringComparison.Ordinal);
            await department.TakeStepAsync(number, step, ("reason", "管理人报告"));
            var card = (await clerk.GetAsync($"/portal/cases/{number}")).Text.Split("<article")
                .Single(each => each.Contains($"({record},", StringComparison.Ordinal));
            Assert.Equal(step == "fulfil", card.Contains("已修复", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("source", Source)]
    [InlineData("operator", "RF8")]
    public async Task Repair_of_another_site_is_taken_over_by_the_source_or_by_the_platform(string role, string source)
    {
        var record = Name("同步");
        var day = portal.Server.Engine.Today.AddDays(-200).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        await portal.FeedAsync(source, Invented.Penalty(Own, record, decidedOn: day));
        using var visitor = await portal.SignedInForAsync(role, "data-quality", "en");
        var page = await visitor.GetAsync($"/portal/cases/new/repair?code={Own}");
        page = await visitor.NextAsync(page, ("records", Key(source, record)));
        var wrong = await visitor.NextAsync(page, ("site", "Invented site"), ("number", ""), ("repairedOn", "2999-01-01"));
        Assert.Equal(422, wrong.Status);
        foreach (var field in new[] { "number", "repairedOn" })
            Assert.Contains($"href=\"#{field}\"", wrong.Text, StringComparison.Ordinal);
        var on = portal.Server.Engine.Today.AddDays(-3).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        page = await visitor.NextAsync(page, ("site", "Invented site"), ("number", "IR-one"), ("repairedOn", on));
        page = await visitor.NextAsync(page);
        foreach (var said in new[] { record, "Invented site", "IR-one", on, "repaired here from today" })
            Assert.Contains(said, page.Words, StringComparison.Ordinal);
        var filed = await visitor.NextAsync(page);
        Assert.Contains("The entries are repaired from today", filed.Words, StringComparison.Ordinal);
        var number = NumberPattern().Match(filed.Words).Value;
        using var clerk = await portal.SignedInForAsync("subject", "own-record", "en");
        var seen = await clerk.GetAsync($"/portal/cases/{number}");
        Assert.Contains($"Invented site, IR-one, {on}", seen.Words, StringComparison.Ordinal);
        Assert.Contains("Repaired", seen.Words, StringComparison.Ordinal);
    }

    private static string Name(string begin) => $"{begin}{Guid.NewGuid():N}"[..12];

    private static string Key(string source, string record) => $"{source}/{Uri.EscapeDataString(record)}";

    [GeneratedRegex("(YY|XF)-[0-9]{8}-[0-9]{6}")]
    private static partial Regex NumberPattern();
}
