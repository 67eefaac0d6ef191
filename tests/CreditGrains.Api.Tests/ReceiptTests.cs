using System.Text.Json;
using CreditGrains.Testing;
using static CreditGrains.Api.Tests.RuledServer;

namespace CreditGrains.Api.Tests;

/// <summary>I8: a check is given again from its number byte for byte, to those who may see it.</summary>
[Invariant(8)]
public sealed class ReceiptTests(CreditFixture credit)
{
    private const string General = "      - {severity: general}\n\n  enforcement:";
    private const string Serious = "      - {severity: serious}\n\n  enforcement:";

    [Theory]
    [InlineData("zh")]
    [InlineData("en")]
    public async Task Check_is_given_again_byte_for_byte_after_later_events(string language)
    {
        var subject = Invented.Code();
        await credit.FeedAsync(
            "RC1", Invented.Registration(subject), Invented.ListEntry(subject, $"L-{subject}"), Invented.Penalty(subject, $"P-{subject}"));
        var asked = await credit.CheckAsync(subject, "latest", language: language);
        var number = asked.Json.GetProperty("check").GetString();
        await credit.FeedAsync("RC1", Invented.Registration(subject).Replace("\"revision\":1", "\"revision\":2", StringComparison.Ordinal)
            .Replace("\"active\"", "\"revoked\"", StringComparison.Ordinal));
        await credit.FeedAsync("RC1", Invented.Withdrawal(subject, $"L-{subject}", "list-entry", 2));
        Assert.NotEqual(Core(asked), Core(await credit.CheckAsync(subject, "latest", language: language)));

        // The language asked for now changes nothing: the answer has its own.
        var again = await credit.GetAsync($"/v1/checks/{number}", credit.Token("auditor"), language: language == "zh" ? "en" : "zh");
        Assert.Equal((200, "application/json"), (again.Status, again.Type));
        Assert.Equal("identical", again.Headers["Credit-Replayed"]);
        Assert.Equal(asked.Text, again.Text);
    }

    [Fact]
    public async Task Check_of_an_unknown_organisation_is_given_again_after_it_became_known()
    {
        var subject = Invented.Code();
        var asked = await credit.CheckAsync(subject);
        await credit.FeedAsync("RC2", Invented.Registration(subject));
        Assert.True((await credit.CheckAsync(subject, "latest")).Json.GetProperty("known").GetBoolean());
        var again = await credit.GetAsync($"/v1/checks/{asked.Json.GetProperty("check").GetString()}", credit.Token("operator"));
        Assert.Equal(asked.Text, again.Text);
    }

    [Fact]
    public async Task Receipt_says_question_position_rules_and_digest()
    {
        var subject = Invented.Code();
        await credit.FeedAsync("RC3", Invented.Registration(subject));
        var asked = await credit.CheckAsync(subject, "latest");
        var number = asked.Json.GetProperty("check").GetString()!;
        var receipt = (await credit.GetAsync($"/v1/checks/{number}/receipt", credit.Token("auditor"))).Json;
        var said = asked.Json.GetProperty("receipt");
        Assert.Equal(number, Text(receipt, "check"));
        Assert.Equal((subject, "approval", "public-funds", "accept", "en"), (
            Text(receipt, "subject"), Text(receipt, "purpose"), Text(receipt, "matter"), Text(receipt, "stage"),
            Text(receipt, "language")));
        Assert.Equal((Text(said, "token"), Text(said, "policy"), Text(said, "digest"), Text(asked.Json, "asOf")), (
            Text(receipt, "token"), Text(receipt, "policy"), Text(receipt, "digest"), Text(receipt, "asOf")));
        Assert.Equal(credit.Server.Engine.Rulebook.Digest, Text(receipt, "rulebook"));
        Assert.True(receipt.GetProperty("entry").GetInt64() > 0 && receipt.GetProperty("position").GetInt64() > 0);
    }

    [Theory]
    [InlineData("CK-20261129-0123456789ABCDEF")]
    [InlineData("CK-20261129-0123456789ABCDEI")]
    [InlineData("CK-")]
    [InlineData("CK-20261129-0123456789ABCDEFCK-20261129-0123456789ABCDEF")]
    public async Task Number_of_no_check_is_unknown(string number)
    {
        (await credit.GetAsync($"/v1/checks/{number}", credit.Token("operator"))).AssertProblem(404, "unknown-check");
        (await credit.GetAsync($"/v1/checks/{number}/receipt", credit.Token("operator"))).AssertProblem(404, "unknown-check");
    }

    [Fact]
    public async Task Check_is_shown_to_its_caller_its_department_and_its_organisation_only()
    {
        await using var server = await StartAsync();
        var (subject, other) = (Invented.Code(), Invented.Code());
        await server.FeedAsync("SCJG", Invented.Registration(subject));
        var body = new { subject, purpose = "approval", matter = "public-funds" };
        var mine = Number(Expect(200, await server.PostAsync("/v1/checks", body, "checker", "an officer")));
        var ours = Number(Expect(200, await server.SendAsync(
            HttpMethod.Post, "/v1/checks", body, "checker", "a colleague", null, null, "SCJG")));
        foreach (var (status, number, role, name, source, about) in new (int, string, string, string, string?, string?)[]
        {
            (200, mine, "checker", "an officer", null, null), (404, mine, "checker", "a stranger", null, null),
            (200, mine, "auditor", "a stranger", null, null), (200, mine, "operator", "a stranger", null, null),
            (403, mine, "policy-author", "an officer", null, null), (403, mine, "source", "an officer", "SCJG", null),
            (200, ours, "reviewer", "an officer", "SCJG", null), (404, ours, "reviewer", "an officer", "FY", null),
            (404, ours, "reviewer", "an officer", null, null),
            (200, mine, "subject", "the firm", null, subject), (404, mine, "subject", "the firm", null, other),
            (404, mine, "subject", "an officer", null, null),
        })
        {
            foreach (var path in new[] { $"/v1/checks/{number}", $"/v1/checks/{number}/receipt" })
            {
                var answer = await server.SendAsync(HttpMethod.Get, path, null, role, name, null, null, source, subject: about);
                Assert.True(answer.Status == status, $"{path} of {role} {name} {source} {about}: {answer.Status} {answer.Text}");
            }
        }
    }

    [Fact]
    public async Task Check_of_last_month_is_given_again_under_a_newer_policy_rulebook_and_after_a_restart()
    {
        await using var server = await StartAsync();
        var subject = Invented.Code();
        await server.FeedAsync(
            "SCJG", Invented.Registration(subject), Invented.ListEntry(subject, "L-1"), Invented.Penalty(subject, "虚罚〔2026〕1号"));
        var checks = new List<Answer> { await CheckAsync(server, subject) };

        await server.PutInForceAsync("2026.9", PolicyTexts.Changed("2026.9", ("base: 1000", "base: 700")));
        checks.Add(await CheckAsync(server, subject));
        await AssertAgainAsync(server, checks);

        // Another rulebook, by which records that are there mean something else.
        var files = server.Server.Engine.Rulebooks.InForce.Files.ToDictionary();
        Assert.Contains(General, files["catalogue.yaml"], StringComparison.Ordinal);
        files["catalogue.yaml"] = files["catalogue.yaml"].Replace(General, Serious, StringComparison.Ordinal);
        var digest = Expect(201, await server.PostAsync("/v1/rulebook", new { files }, "policy-author", "an author")).Json
            .GetProperty("digest").GetString();
        Expect(200, await server.PostAsync(
            $"/v1/rulebook/proposals/{digest}:apply", new { reason = "r" }, "policy-approver", "an approver"));
        checks.Add(await CheckAsync(server, subject));
        Assert.Equal(3, checks.Select(Core).Distinct().Count());
        await AssertAgainAsync(server, checks);

        await server.StopAsync();
        await server.RestartAsync();
        await server.FeedAsync("SCJG", Invented.Penalty(subject, "虚罚〔2026〕2号"));
        await AssertAgainAsync(server, checks);
    }

    private static async Task<Answer> CheckAsync(RuledServer server, string subject) => Expect(200, await server.PostAsync(
        "/v1/checks?consistency=latest", new { subject, purpose = "approval", matter = "public-funds" }, "checker"));

    private static async Task AssertAgainAsync(RuledServer server, List<Answer> checks)
    {
        foreach (var asked in checks)
        {
            var again = Expect(200, await server.GetAsync($"/v1/checks/{Number(asked)}"));
            Assert.Equal("identical", again.Headers["Credit-Replayed"]);
            Assert.Equal(asked.Text, again.Text);
        }
    }

    private static string Number(Answer asked) => asked.Json.GetProperty("check").GetString()!;

    private static string Core(Answer asked) => asked.Json.GetProperty("receipt").GetProperty("digest").GetString()!;

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();
}
