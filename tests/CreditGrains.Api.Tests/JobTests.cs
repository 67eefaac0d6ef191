using CreditGrains.Engine.Storage;
using static CreditGrains.Api.Tests.RuledServer;

namespace CreditGrains.Api.Tests;

/// <summary>Jobs of all kinds, as operators see and steer them.</summary>
public sealed class JobTests
{
    private static readonly object Why = new { reason = "wanted" };

    [Fact]
    public async Task Recomputation_is_shown_with_its_partitions_paused_resumed_and_cancelled()
    {
        await using var server = await RuledServer.StartAsync(demo: true);
        await server.FinishAsync();

        // So slow that it is still open at the end.
        Expect(200, await server.SendAsync(
            HttpMethod.Put, "/v1/recomputations/throttle", new { subjectsPerSecondMax = 1 }, "operator", null, null, null));
        var run = Expect(201, await server.PostAsync("/v1/recomputations", Why, "operator")).Json.GetProperty("run").GetString();
        var path = $"/v1/jobs/recomputation/{run}";
        var job = Expect(200, await server.GetAsync(path, "auditor")).Json;
        Assert.Equal("running", job.GetProperty("state").GetString());
        var partitions = job.GetProperty("partitions").EnumerateArray().ToList();
        Assert.Equal(
            Enumerable.Range(0, server.Server.Engine.Store.ShardCount),
            partitions.Select(part => part.GetProperty("partition").GetInt32()));
        Assert.Equal("paused", await TurnAsync("pause"));
        (await server.PostAsync(path + ":pause", Why, "operator")).AssertProblem(409, "run-state");
        Assert.Equal("running", await TurnAsync("resume"));
        Assert.Equal("cancelled", await TurnAsync("cancel"));
        Assert.Equal(
            "cancelled", Expect(200, await server.GetAsync($"/v1/recomputations/{run}")).Json.GetProperty("state").GetString());
        (await server.PostAsync(path + ":cancel", Why, "auditor")).AssertProblem(403, "forbidden");
        (await server.PostAsync(path + ":cancel", new { }, "operator")).AssertProblem(422, "policy-reason-required");
        (await server.PostAsync("/v1/jobs/recomputation/none:cancel", Why, "operator")).AssertProblem(404, "unknown-run");
        (await server.GetAsync("/v1/jobs/none/1")).AssertProblem(404, "unknown-run");

        async Task<string?> TurnAsync(string verb) =>
            Expect(200, await server.PostAsync($"{path}:{verb}", Why, "operator")).Json.GetProperty("state").GetString();
    }

    [Fact]
    public async Task Jobs_of_all_kinds_are_listed_page_by_page_the_newest_first()
    {
        await using var server = await RuledServer.StartAsync(demo: true);
        await server.FinishAsync();
        Expect(201, await server.PostAsync("/v1/inspection-plans", new { period = "p", seed = "s" }, "operator"));
        Expect(200, await server.PostAsync("/v1/policies/2026.3:simulate", new { }, "policy-author"));
        var jobs = new List<(string? Kind, string? State)>();
        string? cursor = null;
        do
        {
            var page = Expect(200, await server.GetAsync("/v1/jobs?limit=1" + (cursor is null ? "" : $"&cursor={cursor}"))).Json;
            jobs.AddRange(page.GetProperty("items").EnumerateArray().Select(
                job => (job.GetProperty("kind").GetString(), job.GetProperty("state").GetString())));
            cursor = page.GetProperty("next").GetString();
        }
        while (cursor is not null);
        Assert.Equal([("simulation", "finished"), ("inspection-draw", "finished")], jobs.Take(2));

        // The demonstration's own, in whichever order its threads began them.
        Assert.Superset(
            new HashSet<string?> { "recomputation", "inspection-draw", "statistics" }, jobs.Skip(2).Select(job => job.Kind).ToHashSet());
        (await server.GetAsync("/v1/jobs", "policy-author")).AssertProblem(403, "forbidden");
    }

    [Fact]
    public async Task Simulation_of_a_node_that_is_not_at_it_is_cancelled()
    {
        await using var server = await RuledServer.StartAsync();
        const string Run = """
            {"id":"s1","actor":"ada","state":"running","askedAt":"2026-03-04T08:00:00Z","version":"2026.3","against":"2026.3",
            "asOf":"2026-03-04","samplePercent":100,"seed":1}
            """;
        await server.Server.Engine.Store.Jobs.WriteAsync(
            new JobWrites([new JobWrite(new JobKey("simulation", "s1"), null, "running", "n9", false, Run)]), CreditFixture.Stop);
        var cancelled = Expect(200, await server.PostAsync("/v1/jobs/simulation/s1:cancel", Why, "operator")).Json;
        Assert.Equal(("cancelled", "n9"), (cancelled.GetProperty("state").GetString(), cancelled.GetProperty("node").GetString()));
        (await server.PostAsync("/v1/jobs/simulation/s1:resume", Why, "operator")).AssertProblem(409, "run-state");
    }
}
