using System.Globalization;
using System.Text.Json;
using static CreditGrains.Api.Tests.RuledServer;

namespace CreditGrains.Api.Tests;

/// <summary>Bulletins and scorecards over HTTP: who sees which, rows by pages, CSV, own counts, and refusals by name.</summary>
public sealed class BulletinTests
{
    [Fact]
    public async Task Department_sees_its_own_figures_and_rows_and_the_office_all_of_them()
    {
        await using var server = await RuledServer.StartAsync();
        var subject = Invented.Code();
        await server.FeedAsync("S1", Invented.Penalty(subject, "P-1"), Invented.Penalty(subject, "P-2", decidedOn: "2025-01-06"));
        await server.FeedAsync("S2", Invented.Penalty(subject, "P-3"));
        var month = server.Server.Engine.Today.ToString("yyyy-MM", CultureInfo.InvariantCulture);
        var count = await server.SendAsync(
            HttpMethod.Put, $"/v1/sources/S1/decision-counts/{month}", new { counts = new { penalty = 7 }, note = "案管系统" }, "source", null,
            null, null, "S1");
        Assert.Equal(7, Expect(200, count).Json.GetProperty("counts").GetProperty("penalty").GetInt32());
        await CountAsync(server);

        var own = Expect(200, await OwnAsync(server, "S1", "/v1/sources/S1/scorecard")).Json;
        Assert.Equal(("open", 7), (
            own.GetProperty("state").GetString(), own.GetProperty("score").GetProperty("reporting").GetProperty("denominator").GetInt32()));
        Assert.Equal(2, own.GetProperty("score").GetProperty("timeliness").GetProperty("denominator").GetInt32());
        (await OwnAsync(server, "S2", "/v1/sources/S1/scorecard")).AssertProblem(403, "forbidden");
        (await OwnAsync(server, "S1", $"/v1/bulletins/{month}")).AssertProblem(403, "forbidden");

        var bulletin = Expect(200, await server.GetAsync($"/v1/bulletins/{month}", "policy-author")).Json;
        Assert.Equal(
            ["S1", "S2"], bulletin.GetProperty("departments").EnumerateArray().Select(each => each.GetProperty("department").GetString()));
        var completeness = bulletin.GetProperty("total").GetProperty("completeness");
        Assert.InRange(completeness.GetProperty("numerator").GetInt32(), 1, completeness.GetProperty("denominator").GetInt32() - 1);
        Assert.NotEmpty(Expect(200, await server.GetAsync("/v1/bulletins")).Json.GetProperty("items").EnumerateArray());

        var first = Expect(200, await server.GetAsync($"/v1/bulletins/{month}/rows?department=S1&limit=1")).Json;
        var next = first.GetProperty("next").GetString();
        var second = Expect(200, await server.GetAsync($"/v1/bulletins/{month}/rows?department=S1&limit=1&cursor={next}")).Json;
        Assert.Equal(
            ["P-1", "P-2"],
            new[] { first, second }.Select(page => page.GetProperty("items")[0].GetProperty("id").GetString()).Order());
        var late = Expect(200, await OwnAsync(server, "S1", "/v1/sources/S1/scorecard/rows?class=late")).Json.GetProperty("items");
        Assert.All(late.EnumerateArray(), row => Assert.True(row.GetProperty("daysLate").GetInt32() > 0));

        var csv = Expect(200, await server.GetAsync($"/v1/bulletins/{month}", accept: "text/csv")).Text.Split("\r\n");
        Assert.StartsWith("month,department,in-time,late,", csv[0], StringComparison.Ordinal);
        Assert.StartsWith($"{month},S1,", csv[1], StringComparison.Ordinal);
        Assert.Contains("P-3", Expect(
            200, await server.GetAsync($"/v1/bulletins/{month}/rows?department=S2", accept: "text/csv")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bad_questions_and_commands_are_refused_by_name()
    {
        await using var server = await RuledServer.StartAsync();
        var month = server.Server.Engine.Today.ToString("yyyy-MM", CultureInfo.InvariantCulture);
        (await server.GetAsync($"/v1/bulletins/{month}")).AssertProblem(404, "unknown-bulletin");
        (await server.GetAsync("/v1/bulletins/2026-13")).AssertProblem(400, "invalid-parameter");
        (await server.PostAsync($"/v1/bulletins/{month}:issue", new { reason = "r" }, "operator")).AssertProblem(404, "unknown-bulletin");
        await server.FeedAsync("S1", Invented.Penalty(Invented.Code(), "P-1"));
        await CountAsync(server);
        (await server.PostAsync($"/v1/bulletins/{month}:issue", new { reason = "r" }, "operator")).AssertProblem(409, "bulletin-not-over");
        (await server.PostAsync($"/v1/bulletins/{month}:issue", new { }, "operator")).AssertProblem(422, "required");
        (await server.PostAsync($"/v1/bulletins/{month}:issue", new { reason = "r" }, "policy-author")).AssertProblem(403, "forbidden");
        (await server.GetAsync($"/v1/bulletins/{month}/rows")).AssertProblem(422, "required");
        (await server.GetAsync($"/v1/bulletins/{month}/rows?department=S1&class=x")).AssertProblem(400, "invalid-parameter");
        foreach (var (body, code) in new (object, string)[]
        {
            (new { counts = new { } }, "out-of-range"), (new { counts = new { penalty = -1 } }, "out-of-range"),
            (new { counts = new { hearsay = 1 } }, "unknown-kind"),
        })
        {
            (await server.PutAsync($"/v1/sources/S1/decision-counts/{month}", body, "operator")).AssertProblem(422, code);
        }
    }

    private static Task<Answer> OwnAsync(RuledServer server, string source, string path) =>
        server.SendAsync(HttpMethod.Get, path, null, "source", null, null, null, source);

    private static async Task CountAsync(RuledServer server)
    {
        var run = await server.Server.Engine.Bulletins.StartAsync("tests", CreditFixture.Stop);
        Assert.NotNull(run);
        await server.Server.Engine.Bulletins.Jobs.WaitAsync(run.Id);
    }
}
