using System.Text.Json;
using static CreditGrains.Api.Tests.RuledServer;

namespace CreditGrains.Api.Tests;

/// <summary>The whole life of a policy version over HTTP.</summary>
public sealed class PolicyTests
{
    private const string Author = "Ms Zhao";
    private const string Approver = "Mr Qian";

    private static readonly (string, string) Stricter = ("points: -30\n    per: [{of: amount", "points: -95\n    per: [{of: amount");

    [Fact]
    public async Task Draft_with_many_mistakes_is_answered_with_all_of_them_with_line_and_advice()
    {
        await using var server = await RuledServer.StartAsync();
        var text = PolicyTexts.Changed(
            "2026.4", ("match: {kind: [tax-grade]}", "match: {kind: [tax-grades]}"), ("base: 1000", "base: much"),
            ("- {measure: integrity-reminder, when: {gradeIn: [C]}}", "- {measure: restrict-bidding, when: {gradeIn: [D]}}"));
        foreach (var body in new object[] { new { text }, (text, "application/yaml") })
        {
            var refused = await server.PostAsync("/v1/policies", body, "policy-author", Author);
            refused.AssertProblem(422, "policy-invalid");
            var errors = refused.Json.GetProperty("errors").EnumerateArray().ToList();
            Assert.Contains(errors, error => error.GetProperty("code").GetString() == "restraint-needs-decision");
            Assert.Contains(errors, error => error.GetProperty("code").GetString() == "unknown-kind");
            Assert.True(errors.Count >= 3, refused.Text);
            Assert.All(errors, error =>
            {
                Assert.Equal("/text", error.GetProperty("pointer").GetString());
                Assert.True(error.GetProperty("line").GetInt32() > 0);
                Assert.NotEmpty(error.GetProperty("advice").GetString()!);
            });
        }

        Assert.Equal(1, Expect(200, await server.GetAsync("/v1/policies")).Json.GetProperty("items").GetArrayLength());
        var validated = Expect(200, await server.PostAsync("/v1/policies:validate", (text, "application/yaml"), "policy-author"));
        Assert.False(validated.Json.GetProperty("valid").GetBoolean());
        (await server.PostAsync("/v1/policies", ("a: \xfe", "text/plain"), "policy-author")).AssertProblem(415, "unsupported-media-type");
        (await server.PostAsync("/v1/policies", new { note = "x" }, "policy-author")).AssertProblem(422, "required");
        (await server.PostAsync("/v1/policies", ("{\"text\":1}", "application/json"), "policy-author")).AssertProblem(422, "wrong-type");
        (await server.PostAsync("/v1/policies", ("{", "application/json"), "policy-author")).AssertProblem(400, "malformed-json");
    }

    [Fact]
    public async Task Version_lives_from_draft_over_two_people_to_force_and_back_with_everything_on_record()
    {
        await using var server = await RuledServer.StartAsync(demo: true);
        var text = PolicyTexts.Changed("2026.4", Stricter, ("base: 1000", "base: 985"));
        var drafted = Expect(
            201, await server.SendAsync(HttpMethod.Post, "/v1/policies?note=harder", (text, "application/yaml"), "policy-author", Author,
                null, null));
        Assert.Equal("/v1/policies/2026.4", drafted.Headers["Location"]);
        Assert.Equal(("draft", Author, "harder"), (
            Text(drafted, "state"), Text(drafted, "author"), Text(drafted, "note")));
        Assert.Contains(
            drafted.Json.GetProperty("differences").EnumerateArray(),
            line => line.GetProperty("path").GetString() == "indicators/penalty-general/points"
                && line.GetProperty("text").GetString()!.Contains("from -30 to -95", StringComparison.Ordinal));
        (await server.PostAsync("/v1/policies", new { text }, "policy-author", Author)).AssertProblem(409, "policy-version-exists");
        (await server.PostAsync("/v1/policies", new { text = text + "\n# more" }, "policy-author", Author))
            .AssertProblem(409, "policy-version-changed");

        // Not approved, not by the author, not without a reason, not on an older state.
        (await server.PostAsync("/v1/policies/2026.4:activate", new { }, "policy-approver", Approver))
            .AssertProblem(409, "policy-not-approved");
        (await server.PostAsync("/v1/policies/2026.4:approve", new { reason = "mine" }, "policy-approver", Author))
            .AssertProblem(403, "policy-self-approval");
        (await server.PostAsync("/v1/policies/2026.4:approve", new { }, "policy-approver", Approver))
            .AssertProblem(422, "policy-reason-required");
        (await server.PostAsync("/v1/policies/2026.4:approve", new { reason = "r" }, "policy-approver", Approver, "\"other\""))
            .AssertProblem(412, "precondition-failed");
        var approved = Expect(200, await server.PostAsync(
            "/v1/policies/2026.4:approve", new { reason = "right" }, "policy-approver", Approver, drafted.Headers["ETag"]));
        Assert.Equal("approved", Text(approved, "state"));
        Assert.NotEqual(drafted.Headers["ETag"], approved.Headers["ETag"]);

        // Not unless simulated, and not without the number.
        (await server.PostAsync("/v1/policies/2026.4:activate", new { }, "policy-approver", Approver))
            .AssertProblem(409, "policy-not-simulated");
        var simulated = Expect(200, await server.PostAsync(
            "/v1/policies/2026.4:simulate", new { movers = 3 }, "policy-author", Author)).Json;
        var result = simulated.GetProperty("result");
        Assert.Equal(200, result.GetProperty("subjects").GetInt64());
        Assert.Equal(200, Sum(result.GetProperty("matrix").EnumerateArray()));
        Assert.Equal(200, Sum(result.GetProperty("gradesAfter").EnumerateArray()));
        var down = result.GetProperty("down").GetProperty("count").GetInt64();
        Assert.True(down > 10, $"{down}");
        var falls = simulated.GetProperty("falls").EnumerateArray().ToList();
        Assert.Equal(3, falls.Count);
        Assert.All(falls, fall => Assert.Contains("General penalty", fall.GetProperty("reasons").ToString(), StringComparison.Ordinal));
        Assert.NotEmpty(result.GetProperty("regions").EnumerateArray());
        Assert.NotEmpty(result.GetProperty("measures").EnumerateArray());
        var log = await server.GetAsync($"/v1/subjects/{falls[0].GetProperty("subject").GetString()}/access-log");
        Assert.Contains(log.Json.GetProperty("items").EnumerateArray(), entry =>
            entry.GetProperty("operation").GetString() == "simulation");

        var asked = await server.PostAsync("/v1/policies/2026.4:activate", new { reason = "go" }, "policy-approver", Approver);
        asked.AssertProblem(409, "policy-confirmation-needed");
        Assert.Contains($"{down}", asked.Text, StringComparison.Ordinal);
        (await server.PostAsync("/v1/policies/2026.4:activate", new { confirmDowngrades = down - 1 }, "policy-approver", Approver))
            .AssertProblem(409, "policy-confirmation-needed");
        (await server.PostAsync(
            "/v1/policies/2026.4:activate", new { at = DateTimeOffset.UtcNow.AddDays(-1), confirmDowngrades = down }, "policy-approver",
                Approver))
            .AssertProblem(422, "policy-activation-in-past");

        // Scheduled, cancelled, then at once.
        var later = DateTimeOffset.UtcNow.AddDays(3);
        (await server.PostAsync(
            "/v1/policies/2026.4:activate", new { at = later, confirmDowngrades = down }, "policy-approver", Approver))
            .AssertProblem(409, "policy-simulation-stale");
        var legalDay = later.ToOffset(TimeSpan.FromHours(8)).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        var ahead = Expect(200, await server.PostAsync("/v1/policies/2026.4:simulate", new { asOf = legalDay }, "policy-author"));
        var downThen = ahead.Json.GetProperty("result").GetProperty("down").GetProperty("count").GetInt64();
        var scheduled = Expect(200, await server.PostAsync(
            "/v1/policies/2026.4:activate", new { at = later, confirmDowngrades = downThen }, "policy-approver", Approver));
        Assert.Equal("scheduled", Text(scheduled, "state"));
        (await server.PostAsync("/v1/policies/2026.4:withdraw", new { reason = "no" }, "policy-author", Author))
            .AssertProblem(409, "policy-in-force");
        Assert.Equal("approved", Text(
            Expect(200, await server.PostAsync("/v1/policies/2026.4:cancel", new { reason = "too late" }, "policy-approver", Approver)),
                "state"));
        (await server.PostAsync("/v1/policies/2026.4:cancel", new { reason = "again" }, "policy-approver", Approver))
            .AssertProblem(409, "policy-not-scheduled");
        var active = Expect(200, await server.PostAsync(
            "/v1/policies/2026.4:activate", new { reason = "go", confirmDowngrades = down }, "policy-approver", Approver));
        Assert.Equal(("active", "2026.3"), (Text(active, "state"), Text(active, "replaces")));

        // The very next answer is under it; both versions can be asked for.
        var subject = falls[0].GetProperty("subject").GetString();
        var now = Expect(200, await server.GetAsync($"/v1/subjects/{subject}/assessment"));
        Assert.Equal(("2026.4", falls[0].GetProperty("newGrade").GetString()), (Version(now), Text(now, "grade")));
        var then = Expect(200, await server.GetAsync($"/v1/subjects/{subject}/assessment?policy=2026.3", "checker"));
        Assert.Equal(("2026.3", falls[0].GetProperty("oldGrade").GetString()), (Version(then), Text(then, "grade")));
        await server.FinishAsync();
        var matrix = Expect(200, await server.GetAsync("/v1/recomputations/newest")).Json.GetProperty("matrix").EnumerateArray();
        Assert.Equal(Moves(result.GetProperty("matrix").EnumerateArray()), matrix
            .Select(move => (Word(move, "old"), Word(move, "new"), move.GetProperty("count").GetInt64())).OrderBy(move => move));

        // Back: by its own verb, with a reason, needing no simulation.
        (await server.PostAsync("/v1/policies/2026.3:rollback", new { }, "policy-approver", Approver))
            .AssertProblem(422, "policy-reason-required");
        Assert.Equal("active", Text(
            Expect(200, await server.PostAsync(
                "/v1/policies/2026.3:rollback", new { reason = "complaints" }, "policy-approver", Approver)), "state"));
        Assert.Equal("2026.3", Version(await server.GetAsync($"/v1/subjects/{subject}/assessment")));
        var whole = Expect(200, await server.GetAsync("/v1/policies/2026.4", "auditor"));
        Assert.Equal("superseded", Text(whole, "state"));
        Assert.Equal(text, Text(whole, "text"));
        Assert.Equal(
            ["draft", "approve", "schedule", "cancel", "activate"],
            whole.Json.GetProperty("history").EnumerateArray().Select(step => step.GetProperty("action").GetString()));
        Assert.Equal(
            [Author, Approver, Approver, Approver, Approver],
            whole.Json.GetProperty("history").EnumerateArray().Select(step => step.GetProperty("actor").GetString()));
        var first = Expect(200, await server.GetAsync("/v1/policies/2026.3?against=2026.4", "policy-author"));
        Assert.Equal("roll-back", first.Json.GetProperty("history").EnumerateArray().Last().GetProperty("action").GetString());
        Assert.Contains("from -95 to -30", first.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Version_that_was_never_in_force_is_not_rolled_back_to_and_what_is_unknown_is_said_so()
    {
        await using var server = await RuledServer.StartAsync();
        Expect(201, await server.PostAsync("/v1/policies", new { text = PolicyTexts.Changed("2026.4") }, "policy-author", Author));
        (await server.PostAsync("/v1/policies/2026.4:rollback", new { reason = "r" }, "policy-approver", Approver))
            .AssertProblem(409, "policy-never-in-force");
        foreach (var verb in new[] { "approve", "activate", "rollback", "cancel" })
            (await server.PostAsync($"/v1/policies/9:{verb}", new { reason = "r" }, "policy-approver"))
                .AssertProblem(404, "unknown-policy");
        foreach (var verb in new[] { "validate", "simulate", "withdraw" })
            (await server.PostAsync($"/v1/policies/9:{verb}", new { reason = "r" }, "policy-author")).AssertProblem(404, "unknown-policy");
        (await server.GetAsync("/v1/policies/9")).AssertProblem(404, "unknown-policy");
        (await server.GetAsync("/v1/policies/2026.3?against=9")).AssertProblem(404, "unknown-policy");
        var withdrawn = Expect(
            200, await server.PostAsync("/v1/policies/2026.4:withdraw", new { reason = "mistaken" }, "policy-author", Author));
        Assert.Equal("withdrawn", Text(withdrawn, "state"));
        (await server.PostAsync("/v1/policies/2026.4:approve", new { reason = "r" }, "policy-approver", Approver))
            .AssertProblem(409, "policy-withdrawn");
        Assert.True(Expect(200, await server.PostAsync("/v1/policies/2026.3:validate", null, "policy-approver")).Json
            .GetProperty("valid").GetBoolean());
    }

    [Fact]
    public async Task Draft_is_no_rule_to_those_who_have_nothing_to_do_with_policies()
    {
        await using var server = await RuledServer.StartAsync();
        var subject = Invented.Code();
        await server.FeedAsync("S1", Invented.Registration(subject));
        Expect(201, await server.PostAsync(
            "/v1/policies", new { text = PolicyTexts.Changed("2026.4", ("base: 1000", "base: 950")) }, "policy-author"));
        var drafted = Expect(200, await server.GetAsync(
            $"/v1/subjects/{subject}/assessment?policy=2026.4&consistency=latest", "policy-author"));
        Assert.Equal("950.000", Text(drafted, "score"));
        (await server.GetAsync($"/v1/subjects/{subject}/assessment?policy=2026.4", "checker")).AssertProblem(400, "unknown-policy");
        var explained = Expect(200, await server.GetAsync($"/v1/subjects/{subject}/explanation?policy=2026.4", "policy-author"));
        Assert.Contains("950.000", explained.Text, StringComparison.Ordinal);
        Assert.Equal("1000.000", Text(await server.GetAsync($"/v1/subjects/{subject}/assessment", "checker"), "score"));
    }

    [Fact]
    public async Task Simulation_of_a_day_on_which_everything_has_lapsed_puts_nothing_in_force()
    {
        await using var server = await RuledServer.StartAsync(demo: true);
        Expect(201, await server.PostAsync(
            "/v1/policies", new { text = PolicyTexts.Changed("2026.4", Stricter, ("base: 1000", "base: 985")) }, "policy-author", Author));
        Expect(200, await server.PostAsync("/v1/policies/2026.4:approve", new { reason = "good" }, "policy-approver", Approver));
        Expect(200, await server.PostAsync("/v1/policies/2026.4:simulate", new { asOf = "9999-12-30" }, "policy-author"));
        var refused = await server.PostAsync("/v1/policies/2026.4:activate", new { }, "policy-approver", Approver);
        refused.AssertProblem(409, "policy-simulation-stale");
        Assert.Contains("9999-12-30", refused.Text, StringComparison.Ordinal);
        Expect(200, await server.PostAsync("/v1/policies/2026.4:simulate", new { }, "policy-author"));
        Expect(200, await server.PostAsync("/v1/policies/2026.4:simulate", new { asOf = "9999-12-30" }, "policy-author"));
        (await server.PostAsync("/v1/policies/2026.4:activate", new { }, "policy-approver", Approver))
            .AssertProblem(409, "policy-confirmation-needed");
    }

    [Fact]
    public async Task Simulation_of_a_sample_states_its_error_and_a_period_gives_a_result_a_date()
    {
        await using var server = await RuledServer.StartAsync(demo: true);
        Expect(201, await server.PostAsync(
            "/v1/policies", new { text = PolicyTexts.Changed("2026.4", Stricter) }, "policy-author", Author));
        var sample = Expect(200, await server.PostAsync(
            "/v1/policies/2026.4:simulate", new { samplePercent = 40, seed = 5, movers = 0 }, "policy-approver")).Json;
        var result = sample.GetProperty("result");
        Assert.InRange(result.GetProperty("subjects").GetInt64(), 40, 120);
        Assert.Equal(200, result.GetProperty("population").GetInt64());
        var down = result.GetProperty("down");
        Assert.True(down.GetProperty("lowPercent").GetDouble() < down.GetProperty("percent").GetDouble());
        Assert.True(down.GetProperty("percent").GetDouble() < down.GetProperty("highPercent").GetDouble());
        Assert.True(sample.GetProperty("countsForActivation").GetBoolean());

        var past = Expect(200, await server.PostAsync("/v1/policies/2026.4:simulate", new { asOf = "2025-06-30" }, "policy-author")).Json;
        Assert.False(past.GetProperty("countsForActivation").GetBoolean());
        var period = Expect(200, await server.PostAsync(
            "/v1/policies/2026.4:simulate", new { from = "2025-01-31", to = "2025-12-31", knownThen = false }, "policy-author")).Json;
        var series = period.GetProperty("series").EnumerateArray().ToList();
        Assert.Equal(12, series.Count);
        Assert.Equal("2025-02-28", series[1].GetProperty("asOf").GetString());
        Assert.Equal(JsonValueKind.Null, period.GetProperty("result").ValueKind);

        foreach (var (body, code) in new (object, string)[]
        {
            (new { samplePercent = 0 }, "out-of-range"), (new { samplePercent = 101 }, "out-of-range"),
                (new { movers = 101 }, "out-of-range"),
            (new { from = "2025-01-01" }, "required"), (new { from = "2025-01-02", to = "2025-01-01" }, "date-order"),
            (new { from = "2020-01-01", to = "2025-01-01", step = "day" }, "out-of-range"), (new { asOf = "2025-13-01" }, "wrong-type"),
            (new { from = "2020-01-01", to = "2025-01-01", step = "hour" }, "not-in-code-list"),
        })
            (await server.PostAsync("/v1/policies/2026.4:simulate", body, "policy-author")).AssertProblem(422, code);
    }

    [Fact]
    public async Task Simulation_that_takes_long_is_a_run_to_ask_for()
    {
        await using var server = await RuledServer.StartAsync(demo: true, options => options with { SimulationWaitMsMax = 0 });
        var begun = Expect(202, await server.PostAsync("/v1/policies/2026.3:simulate", new { }, "policy-author"));
        var path = begun.Headers["Location"];
        var shown = begun;
        while (Text(shown, "state") is "running" or "queued")
            shown = Expect(200, await server.GetAsync(path, "policy-approver"));
        Assert.Equal("finished", Text(shown, "state"));
        Assert.Equal(0, shown.Json.GetProperty("result").GetProperty("down").GetProperty("count").GetInt64());
        Assert.Equal(200, shown.Json.GetProperty("done").GetInt64());
        Expect(200, await server.PostAsync($"{path}:cancel", null, "policy-author"));
        (await server.PostAsync($"{path}:start", null, "policy-author")).AssertProblem(409, "run-state");
        var kept = Expect(200, await server.GetAsync("/v1/simulations", "policy-author")).Json.GetProperty("items");
        Assert.Equal(Text(begun, "id"), Assert.Single(kept.EnumerateArray()).GetProperty("id").GetString());
        foreach (var verb in new[] { ":start", ":cancel" })
            (await server.PostAsync($"/v1/simulations/0000000000000000{verb}", null, "policy-author")).AssertProblem(404, "unknown-run");
        (await server.GetAsync("/v1/simulations/none", "policy-author")).AssertProblem(404, "unknown-run");
    }

    private static string? Text(Answer answer, string name) => answer.Json.GetProperty(name).GetString();

    private static string? Version(Answer answer) => answer.Json.GetProperty("policy").GetProperty("version").GetString();

    private static string Word(JsonElement move, string name) =>
        move.TryGetProperty(name, out var word) && word.ValueKind == JsonValueKind.String ? word.GetString()! : "";

    private static long Sum(IEnumerable<JsonElement> shares) =>
        shares.Sum(share => share.GetProperty("share").GetProperty("count").GetInt64());

    private static IEnumerable<(string, string, long)> Moves(IEnumerable<JsonElement> matrix) => matrix
        .Select(move => (Word(move, "old"), Word(move, "new"), move.GetProperty("share").GetProperty("count").GetInt64()))
        .OrderBy(move => move);
}
