using System.Text.Json;
using CreditGrains.Testing;

namespace CreditGrains.Api.Tests;

/// <summary>Semantics, section 7: a measure's life is bound to its cause.</summary>
[Invariant(7)]
public sealed class MeasureTests(CreditFixture credit)
{
    private const string Measure = "restrict-public-funds";

    [Fact]
    public async Task Measure_begins_with_its_cause_and_ends_with_its_withdrawal_in_the_same_position()
    {
        var subject = Invented.Code();
        var before = await credit.FeedAsync("ME1", Invented.Registration(subject));
        var listed = await credit.FeedAsync("ME1", Invented.ListEntry(subject, $"L-{subject}"));
        var found = Assert.Single(await RestraintsAsync(subject, $"consistency=at-least:{listed}"));
        Assert.Equal(("restraint", $"L-{subject}", "ME1"), (
            Text(found, "class"), Text(found.GetProperty("cause"), "id"), Text(found.GetProperty("cause"), "source")));
        Assert.False(string.IsNullOrEmpty(Text(found, "basis")) || string.IsNullOrEmpty(Text(found, "implementer")));
        Assert.Equal(Invented.Recently(), Text(found, "from"));

        var lifted = await credit.FeedAsync("ME1", Invented.Withdrawal(subject, $"L-{subject}", "list-entry", 2));
        Assert.Empty(await RestraintsAsync(subject, $"consistency=at-least:{lifted}"));
        Assert.Empty(await RestraintsAsync(subject, $"knownAt={before}"));
        Assert.Single(await RestraintsAsync(subject, $"knownAt={listed}"));
        Assert.Empty(await RestraintsAsync(subject, $"knownAt={lifted}"));
    }

    [Fact]
    public async Task Measure_with_an_end_ends_on_that_day_and_not_a_day_before()
    {
        var subject = Invented.Code();
        var until = DateOnly.FromDateTime(DateTime.UtcNow).AddDays(100);
        await credit.FeedAsync("ME2", Invented.Registration(subject), Invented.ListEntry(subject, $"L-{subject}").Replace(
            "\"listedOn\"", $"\"until\":\"{until:yyyy-MM-dd}\",\"listedOn\"", StringComparison.Ordinal));
        var found = Assert.Single(await RestraintsAsync(subject, "consistency=latest"));
        var ends = DateOnly.Parse(Text(found, "until")!, System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(ends.DayNumber - until.DayNumber, 0, 1);
        Assert.Single(await RestraintsAsync(subject, $"asOf={ends.AddDays(-1):yyyy-MM-dd}"));
        Assert.Empty(await RestraintsAsync(subject, $"asOf={ends:yyyy-MM-dd}"));
    }

    [Fact]
    public async Task Disputed_record_causes_no_measure_until_the_objection_is_withdrawn()
    {
        var subject = Invented.Code();
        await credit.FeedAsync("ME3", Invented.Registration(subject), Invented.ListEntry(subject, $"L-{subject}"));
        var disputed = await credit.FeedAsync("platform", Invented.Objection(subject, $"O-{subject}", "ME3", $"L-{subject}"));
        Assert.Empty(await RestraintsAsync(subject, $"consistency=at-least:{disputed}"));
        var suspended = Assert.Single(await SuspendedAsync(subject, $"consistency=at-least:{disputed}"));
        Assert.Equal(("ME3", $"L-{subject}", "platform", $"O-{subject}"), (
            Text(suspended.GetProperty("cause"), "source"), Text(suspended.GetProperty("cause"), "id"),
            Text(suspended.GetProperty("suspendedBy"), "source"), Text(suspended.GetProperty("suspendedBy"), "id")));
        Assert.Equal(Invented.Recently(), Text(suspended, "from"));
        var settled = await credit.FeedAsync("platform", Invented.Withdrawal(subject, $"O-{subject}", "objection", 2));
        Assert.Single(await RestraintsAsync(subject, $"consistency=at-least:{settled}"));
        Assert.Empty(await SuspendedAsync(subject, $"consistency=at-least:{settled}"));
    }

    [Fact]
    public async Task Suspended_measure_is_listed_and_neither_in_checks_nor_in_the_assessment()
    {
        var subject = Invented.Code();
        await credit.FeedAsync("ME5", Invented.Registration(subject), Invented.ListEntry(subject, $"L-{subject}"));
        var suspended = await credit.FeedAsync("platform", Invented.Objection(subject, $"O-{subject}", "ME5", $"L-{subject}").Replace(
            "\"data\":{", $"\"data\":{{\"suspendedOn\":\"{Invented.Recently()}\",", StringComparison.Ordinal));
        var query = $"consistency=at-least:{suspended}";
        Assert.Single(await SuspendedAsync(subject, query));
        Assert.Empty(await RestraintsAsync(subject, query));
        var assessment = await credit.GetAsync($"/v1/subjects/{subject}/assessment?{query}", credit.Token("checker"));
        Assert.DoesNotContain(Measure, assessment.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("suspendedBy", assessment.Text, StringComparison.Ordinal);
        var check = await credit.CheckAsync(subject, $"at-least:{suspended}");
        Assert.Empty(check.Json.GetProperty("measures").EnumerateArray());
        Assert.DoesNotContain("suspendedBy", check.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Audit_names_every_measure_in_force_with_cause_basis_and_implementer()
    {
        var subject = Invented.Code();
        var token = await credit.FeedAsync("ME4", Invented.Registration(subject), Invented.ListEntry(subject, $"L-{subject}"));
        var found = await AuditAsync(subject, $"measure={Measure}&consistency=at-least:{token}");
        var item = Assert.Single(found);
        Assert.Equal(("restraint", "ME4", $"L-{subject}"), (
            Text(item, "class"), Text(item.GetProperty("cause"), "source"), Text(item.GetProperty("cause"), "id")));
        Assert.True(item.GetProperty("mandatory").GetBoolean());
        Assert.False(string.IsNullOrEmpty(Text(item, "basis")) || string.IsNullOrEmpty(Text(item, "implementer")));
        var disputed = await credit.FeedAsync("platform", Invented.Objection(subject, $"O-{subject}", "ME4", $"L-{subject}"));
        Assert.Empty(await AuditAsync(subject, $"class=restraint&consistency=at-least:{disputed}"));
    }

    [Fact]
    public async Task Audit_refuses_by_name_what_it_cannot_use()
    {
        var auditor = credit.Token("auditor");
        (await credit.GetAsync("/v1/measures/audit?measure=nothing", auditor)).AssertProblem(400, "unknown-measure");
        (await credit.GetAsync("/v1/measures/audit?class=bad", auditor)).AssertProblem(400, "invalid-parameter");
        (await credit.GetAsync("/v1/measures/audit?cursor=bad", auditor)).AssertProblem(400, "malformed-cursor");
        var first = await credit.GetAsync("/v1/measures/audit?limit=1", auditor);
        if (first.Json.GetProperty("next").GetString() is { } next)
        {
            (await credit.GetAsync($"/v1/measures/audit?limit=1&class=notice&cursor={next}", auditor))
                .AssertProblem(400, "malformed-cursor");
        }

        (await credit.GetAsync("/v1/measures/audit", credit.Token("checker"))).AssertProblem(403, "forbidden");
    }

    [Fact]
    public async Task Published_list_says_strength_causes_and_state_and_the_audit_what_nobody_may_apply()
    {
        await using var server = await RuledServer.StartAsync();
        var files = server.Server.Engine.Rulebooks.InForce.Files.ToDictionary();
        files["measures.yaml"] += """
              draft-notice:
                title: {zh: 拟定提示, en: A draft}
                content: {zh: 拟定, en: Not decided yet}
                class: notice
                appliesTo: {zh: 组织, en: Organisations}
                basis: 虚构条例 第一条
                validUntil: 2020-12-31
                publishedOn: 2999-01-01
            """.ReplaceLineEndings("\n");
        RuledServer.Expect(200, await server.PostAsync("/v1/rulebook:validate", new { files }, "policy-author"));
        var proposed = RuledServer.Expect(201, await server.PostAsync("/v1/rulebook", new { files }, "policy-author", "an author"));
        RuledServer.Expect(200, await server.PostAsync(
            $"/v1/rulebook/proposals/{Text(proposed.Json, "digest")}:apply", new { reason = "r" }, "policy-approver", "an approver"));
        var list = RuledServer.Expect(200, await server.GetAsync("/v1/measures", "source")).Json.GetProperty("items").EnumerateArray();
        var funds = list.Single(item => Text(item, "measure") == Measure);
        Assert.Equal(("restraint", "in-force"), (Text(funds, "class"), Text(funds, "state")));
        Assert.Equal(["list-entry"], funds.GetProperty("kinds").EnumerateArray().Select(kind => kind.GetString()));
        Assert.Empty(funds.GetProperty("grades").EnumerateArray());
        Assert.Contains("public-funds", funds.GetProperty("matters").EnumerateArray().Select(matter => matter.GetString()));
        var audit = RuledServer.Expect(200, await server.GetAsync("/v1/measures/audit", "auditor")).Json;
        foreach (var part in (string[])["lapsed", "withoutImplementer", "unpublished"])
            Assert.Equal(["draft-notice"], audit.GetProperty(part).EnumerateArray().Select(item => Text(item, "measure")));
    }

    /// <summary>The organisation's measures, through all pages.</summary>
    private async Task<List<JsonElement>> AuditAsync(string subject, string query)
    {
        var found = new List<JsonElement>();
        string? next = null;
        do
        {
            var answer = await credit.GetAsync(
                $"/v1/measures/audit?limit=200&{query}{(next is null ? "" : $"&cursor={next}")}", credit.Token("auditor"));
            Assert.True(answer.Status == 200, answer.Text);
            found.AddRange(answer.Json.GetProperty("items").EnumerateArray().Where(item => Text(item, "subject") == subject));
            next = Text(answer.Json, "next");
        }
        while (next is not null);

        return found;
    }

    /// <summary>In force.</summary>
    private async Task<List<JsonElement>> RestraintsAsync(string subject, string query) =>
        [.. (await MeasuresAsync(subject, query)).Where(item => item.GetProperty("suspendedBy").ValueKind == JsonValueKind.Null)];

    private async Task<List<JsonElement>> SuspendedAsync(string subject, string query) =>
        [.. (await MeasuresAsync(subject, query)).Where(item => item.GetProperty("suspendedBy").ValueKind != JsonValueKind.Null)];

    private async Task<List<JsonElement>> MeasuresAsync(string subject, string query)
    {
        var answer = await credit.GetAsync($"/v1/subjects/{subject}/measures?{query}", credit.Token("checker"));
        Assert.True(answer.Status == 200, answer.Text);
        return [.. answer.Json.GetProperty("items").EnumerateArray().Where(item => Text(item, "measure") == Measure)];
    }

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();
}
