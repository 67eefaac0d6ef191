using System.Text.Json;
using static CreditGrains.Api.Tests.RuledServer;

namespace CreditGrains.Api.Tests;

/// <summary>Destruction over HTTP: counted by one, carried out by another, and the past refused by name.</summary>
public sealed class RetentionTests
{
    [Fact]
    public async Task Dry_run_is_carried_out_by_a_second_person_and_the_past_is_refused_by_name()
    {
        await using var server = await RuledServer.StartAsync();
        var subject = Invented.Code();
        var token = await server.FeedAsync(
            "S1", Invented.Registration(subject), Invented.Penalty(subject, "P-1", decidedOn: "2015-03-02"),
            Invented.Penalty(subject, "P-2"));
        var check = Expect(200, await server.PostAsync(
            "/v1/checks?consistency=latest", new { subject, purpose = "approval", matter = "public-funds" }, "checker")).Json
            .GetProperty("check").GetString();
        Expect(200, await server.GetAsync($"/v1/checks/{check}", "checker"));

        var counted = await RunAsync(server, new { reason = "按月清理" }, "ada");
        Assert.Equal((true, 1, 0), (
            counted.GetProperty("dryRun").GetBoolean(), counted.GetProperty("due").GetInt32(),
            counted.GetProperty("destroyed").GetInt32()));
        var of = counted.GetProperty("run").GetString();
        var kind = Assert.Single(counted.GetProperty("kinds").EnumerateArray());
        Assert.Equal(
            ("penalty", 1, "2020-03-02", 5, "date"),
            (kind.GetProperty("kind").GetString(), kind.GetProperty("due").GetInt32(), kind.GetProperty("since").GetString(),
                kind.GetProperty("years").GetInt32(), kind.GetProperty("from").GetString()));
        (await PostAsync(server, new { dryRun = false, of, confirm = 1, reason = "r" }, "ada"))
            .AssertProblem(403, "retention-needs-second-person");
        (await PostAsync(server, new { dryRun = false, of, confirm = 2, reason = "r" }, "bob")).AssertProblem(409, "retention-not-counted");
        (await PostAsync(server, new { dryRun = false, of = "RT-1", confirm = 1, reason = "r" }, "bob"))
            .AssertProblem(404, "unknown-retention-run");
        (await PostAsync(server, new { dryRun = false, confirm = 1, reason = "r" }, "bob")).AssertProblem(422, "required");
        (await PostAsync(server, new { dryRun = true }, "bob")).AssertProblem(422, "required");
        (await server.PostAsync("/v1/retention:run", new { reason = "r" }, "auditor")).AssertProblem(403, "forbidden");

        var carried = await RunAsync(server, new { dryRun = false, of, confirm = 1, reason = "按月清理" }, "bob");
        Assert.Equal(1, carried.GetProperty("destroyed").GetInt32());
        Assert.Equal(
            [(carried.GetProperty("run").GetString(), "bob"), (of, "ada")],
            Expect(200, await server.GetAsync("/v1/retention-runs", "auditor")).Json.GetProperty("items").EnumerateArray()
                .Select(run => (run.GetProperty("run").GetString(), run.GetProperty("actor").GetString())));
        (await server.GetAsync("/v1/retention-runs", "checker")).AssertProblem(403, "forbidden");
        var now = Expect(200, await server.GetAsync($"/v1/subjects/{subject}/assessment?purpose=test&consistency=latest"));
        Assert.DoesNotContain("P-1", now.Text, StringComparison.Ordinal);
        (await server.GetAsync($"/v1/subjects/{subject}/assessment?purpose=test&knownAt={token}")).AssertProblem(410, "content-destroyed");
        (await server.GetAsync($"/v1/checks/{check}", "checker")).AssertProblem(410, "content-destroyed");
        var events = Expect(200, await server.GetAsync($"/v1/subjects/{subject}/timeline?purpose=test")).Json.GetProperty("items")
            .EnumerateArray().Where(item => item.GetProperty("op").GetString() == "put").ToDictionary(
                item => item.GetProperty("id").GetString()!,
                item => (item.GetProperty("destroyed").GetBoolean(), item.GetProperty("data").ValueKind));
        Assert.Equal((true, JsonValueKind.Null), events["P-1"]);
        Assert.Equal((false, JsonValueKind.Object), events["P-2"]);
        Expect(200, await server.GetAsync($"/v1/subjects/{subject}/records?purpose=test&withdrawn=true"));
        (await server.GetAsync("/v1/retention-runs/RT-9")).AssertProblem(404, "unknown-retention-run");
    }

    private static Task<Answer> PostAsync(RuledServer server, object body, string name) =>
        server.PostAsync("/v1/retention:run", body, "operator", name);

    private static async Task<JsonElement> RunAsync(RuledServer server, object body, string name)
    {
        var run = Expect(202, await PostAsync(server, body, name)).Json.GetProperty("run").GetString();
        await server.Server.Engine.Retention.Jobs.WaitAsync(run!);
        var found = Expect(200, await server.GetAsync($"/v1/retention-runs/{run}")).Json;
        Assert.Equal("finished", found.GetProperty("state").GetString());
        return found;
    }
}
