using System.Text.Json;
using CreditGrains.Api.Authorization;
using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Subjects;
using static CreditGrains.Api.Tests.RuledServer;

namespace CreditGrains.Api.Tests;

/// <summary>Matters as data: stages, who may ask, for which purpose, and what each outcome rests on.</summary>
public sealed class MatterTests
{
    private const string Matters = """
        purposes:
          approval: {title: Approval}
          audit: {title: Audit, askedBy: {roles: [auditor, operator]}}
        matters:
          open:
            title: Open
            basis: Law 1
            stages: {accept: {title: A}, finish: {title: F}}
            measures: [restrict-public-funds, no-notification-commitment, green-channel]
            outcomes:
              - {outcome: stop, stages: [finish], when: {measureClass: [restraint], mandatory: true}, basis: Law 2}
              - {outcome: review, when: {record: {kind: [list-entry]}, disputed: true}}
              - {outcome: review, when: {registered: false}}
              - {outcome: proceed}
          own:
            title: Of one department
            askedBy: {roles: [checker], organs: [CZJ]}
            purposes: [approval]
            outcomes: [{outcome: proceed}]
        """;

    [Fact]
    public void Rulebooks_name_the_roles_that_there_are() =>
        Assert.Equal(RoleNames.All.Keys.Order(StringComparer.Ordinal), Askers.RoleNames.Order(StringComparer.Ordinal));

    [Fact]
    public async Task Bad_questions_are_refused_each_by_its_code_one_by_one_and_in_a_batch()
    {
        await using var server = await StartAsync();
        var subject = Invented.Code();
        foreach (var (matter, purpose, stage, role, source, status, code) in new (string, string?, string?, string, string?, int, string)[]
        {
            ("nothing", "approval", null, "checker", null, 422, "unknown-matter"),
            ("own", "approval", null, "checker", null, 403, "matter-not-allowed"),
            ("own", "approval", null, "checker", "SCJG", 403, "matter-not-allowed"),
            ("own", "approval", null, "reviewer", "CZJ", 403, "matter-not-allowed"),
            ("own", "supervision", null, "checker", "CZJ", 403, "purpose-not-allowed"),
            ("open", "audit", null, "checker", null, 403, "purpose-not-allowed"),
            ("open", null, null, "checker", null, 422, "purpose-required"),
            ("open", "approval", "later", "checker", null, 422, "unknown-stage"),
        })
        {
            var one = await AskAsync(server, "/v1/checks", new { subject, purpose, matter, stage }, role, source);
            one.AssertProblem(status, code);
            var batch = await AskAsync(
                server, "/v1/checks:batch", new { subjects = new[] { subject }, purpose, matter, stage }, role, source);
            batch.AssertProblem(status, code);
        }

        // Nothing of it is on the access log: nothing was disclosed.
        var log = Expect(200, await server.GetAsync($"/v1/subjects/{subject}/access-log", "auditor"));
        Assert.DoesNotContain(
            log.Json.GetProperty("items").EnumerateArray(), entry => entry.GetProperty("operation").GetString() == "check");
        Expect(200, await AskAsync(server, "/v1/checks", new { subject, purpose = "approval", matter = "own" }, "checker", "CZJ"));
        Expect(200, await AskAsync(server, "/v1/checks", new { subject, purpose = "audit", matter = "open" }, "operator", null));
        Expect(200, await AskAsync(server, "/v1/checks", new { subject, purpose = "whatever else", matter = "open" }, "checker", null));
    }

    [Fact]
    public async Task Stage_decides_which_lines_are_tried_and_the_answer_says_what_it_rests_on()
    {
        await using var server = await StartAsync();
        var subject = Invented.Code();
        await server.FeedAsync("S1", Invented.Registration(subject), Invented.ListEntry(subject, "L-1"));
        foreach (var (stage, outcome, basis) in new[]
        {
            ("accept", "review", "Law 1"), ("finish", "stop", "Law 2"), (null, "stop", "Law 2"),
        })
        {
            var answer = await CheckAsync(server, subject, stage);
            Assert.Equal((outcome, basis, stage), (Text(answer, "outcome"), Text(answer, "basis"), Text(answer, "stage")));
            Assert.Equal(["restrict-public-funds"], Names(answer, "mandatory"));
            Assert.Empty(Names(answer, "optional"));
            Assert.Equal("active", Text(answer.GetProperty("registration"), "status"));
            var again = Expect(200, await server.GetAsync($"/v1/checks/{Text(answer, "check")}", "operator"));
            Assert.Equal((answer.GetRawText(), "identical"), (again.Json.GetRawText(), again.Headers["Credit-Replayed"]));
        }

        // Disputed, it causes no measure, and a person still looks at it.
        var objection = new CaseCommand
        {
            Step = CaseStep.Submit, Actor = new CaseActor(false, true, null), Operation = "op-objection", Kind = CaseKind.Objection,
            Records = [new RecordId(new SourceId("S1"), "L-1")], Grounds = "error", Statement = "列入有误", Declaration = true,
        };
        var opened = await server.Server.Engine.Cases.OpenAsync(new SubjectId(subject), objection, "someone", CreditFixture.Stop);
        Assert.Null(opened.Rejection);
        var disputed = await CheckAsync(server, subject, "finish");
        Assert.Equal("review", Text(disputed, "outcome"));
        Assert.True(disputed.GetProperty("lists")[0].GetProperty("disputed").GetBoolean());
        Assert.Empty(Names(disputed, "mandatory"));
    }

    [Fact]
    public async Task Unknown_organisation_is_a_fact_and_not_a_mistake()
    {
        await using var server = await StartAsync();
        var answer = await CheckAsync(server, Invented.Code(), null);
        Assert.Equal(("review", JsonValueKind.Null), (Text(answer, "outcome"), answer.GetProperty("registration").ValueKind));
        Assert.False(answer.GetProperty("known").GetBoolean());
    }

    [Fact]
    public async Task Rulebook_answers_with_stages_askers_and_purposes()
    {
        await using var server = await StartAsync();
        var rulebook = Expect(200, await server.GetAsync("/v1/rulebook", "source")).Json;
        var own = rulebook.GetProperty("matters").EnumerateArray().Single(matter => Text(matter, "matter") == "own");
        Assert.Equal(["CZJ"], Names(own.GetProperty("askedBy"), "organs"));
        var open = rulebook.GetProperty("matters").EnumerateArray().Single(matter => Text(matter, "matter") == "open");
        Assert.Equal(["accept", "finish"], open.GetProperty("stages").EnumerateArray().Select(stage => Text(stage, "stage")));
        Assert.Equal(["finish"], Names(open.GetProperty("rules")[0], "stages"));
        Assert.Equal(["approval", "audit"], rulebook.GetProperty("purposes").EnumerateArray().Select(each => Text(each, "purpose")));
    }

    private static async Task<RuledServer> StartAsync()
    {
        var server = await RuledServer.StartAsync();
        var files = server.Server.Engine.Rulebooks.InForce.Files.ToDictionary();
        files["matters.yaml"] = Matters;
        var proposed = Expect(201, await server.PostAsync("/v1/rulebook", new { files }, "policy-author", "an author"));
        Expect(200, await server.PostAsync(
            $"/v1/rulebook/proposals/{Text(proposed.Json, "digest")}:apply", new { reason = "r" }, "policy-approver", "an approver"));
        return server;
    }

    private static async Task<JsonElement> CheckAsync(RuledServer server, string subject, string? stage)
    {
        var body = new { subject, purpose = "approval", matter = "open", stage };
        return Expect(200, await server.SendAsync(
            HttpMethod.Post, "/v1/checks?consistency=latest", body, "checker", null, null, null)).Json;
    }

    private static Task<Answer> AskAsync(RuledServer server, string path, object body, string role, string? source) =>
        server.SendAsync(HttpMethod.Post, path, body, role, null, null, null, source);

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();

    private static IEnumerable<string?> Names(JsonElement json, string name) =>
        json.GetProperty(name).EnumerateArray().Select(item => item.GetString());
}
