using System.Globalization;
using System.Text.Json;
using CreditGrains.Engine.Storage;
using static CreditGrains.Api.Tests.RuledServer;

namespace CreditGrains.Api.Tests;

/// <summary>Graded supervision over HTTP.</summary>
public sealed class InspectionTests
{
    private static readonly object[] Units = [new { id = "第一执法队", capacity = 1 }, new { id = "第二执法队", capacity = 1 }];

    [Fact]
    public async Task Draw_that_takes_long_goes_on_without_its_request_and_is_told_under_the_name_of_the_plan()
    {
        await using var server = await RuledServer.StartAsync(demo: true, options => options with { SimulationWaitMsMax = 0 });
        var body = new { period = "2026-Q4", seed = "s" };
        var begun = await server.PostAsync("/v1/inspection-plans", body, "operator");
        Assert.Equal("/v1/inspection-plans/2026-Q4", begun.Headers["Location"]);
        if (begun.Status == 202)
            Assert.Equal("drawing", begun.Json.GetProperty("state").GetString());
        Answer shown;
        while ((shown = await server.GetAsync(begun.Headers["Location"], "auditor")).Status == 202)
            await Task.Delay(10, CreditFixture.Stop);
        Assert.True(Expect(200, shown).Json.GetProperty("inspections").GetInt32() > 2);
        (await server.PostAsync("/v1/inspection-plans", body, "operator")).AssertProblem(409, "plan-exists");
        Assert.True(Expect(200, await server.GetAsync("/v1/inspection-plans/2026-Q4:verify", "auditor")).Json
            .GetProperty("matches").GetBoolean());
    }

    [Fact]
    public async Task Draw_of_a_node_that_is_gone_is_told_as_such_and_drawn_again()
    {
        await using var server = await RuledServer.StartAsync(demo: true);
        await server.Server.Engine.Store.Jobs.WriteAsync(
            new JobWrites([Draw("lost", "interrupted"), Draw("other", "running")]), CreditFixture.Stop);
        (await server.GetAsync("/v1/inspection-plans/lost")).AssertProblem(409, "plan-not-drawn");
        Assert.Equal("ada", Expect(202, await server.GetAsync("/v1/inspection-plans/other")).Json.GetProperty("actor").GetString());
        (await server.PostAsync("/v1/inspection-plans", new { period = "p", id = "other" }, "operator"))
            .AssertProblem(409, "plan-exists");
        Expect(201, await server.PostAsync("/v1/inspection-plans", new { period = "p", id = "lost" }, "operator"));
        Expect(200, await server.GetAsync("/v1/inspection-plans/lost"));

        static JobWrite Draw(string id, string state) => new(
            new JobKey("inspection-draw", id), null, state, "x", state == "interrupted",
            $$"""{"id":"{{id}}","actor":"ada","state":"{{state}}","askedAt":"2026-03-04T08:00:00Z"}""");
    }

    [Fact]
    public async Task Plan_is_drawn_by_grade_exported_answered_by_records_and_verified()
    {
        await using var server = await RuledServer.StartAsync(demo: true);
        var drawn = Expect(201, await server.PostAsync(
            "/v1/inspection-plans", new { period = "2026-Q4", seed = "drawn in public: 4 8 15", units = Units }, "operator")).Json;
        Assert.Equal("2026.3", drawn.GetProperty("policy").GetString());
        var grades = drawn.GetProperty("grades").EnumerateArray().ToDictionary(grade => grade.GetProperty("grade").GetString()!);
        Assert.Equal(drawn.GetProperty("candidates").GetInt32(), grades.Values.Sum(grade => grade.GetProperty("subjects").GetInt32()));
        Assert.All(grades.Values, grade => Assert.Equal(
            (int)decimal.Floor(
                (grade.GetProperty("inspectionPercent").GetDecimal() * grade.GetProperty("eligible").GetInt32() / 100) + 0.5m),
            grade.GetProperty("drawn").GetInt32()));
        var inspections = drawn.GetProperty("inspections").GetInt32();
        Assert.True(inspections > 2, $"{inspections}");
        Assert.Equal(inspections - 2, drawn.GetProperty("withoutUnit").GetInt32());
        (await server.PostAsync("/v1/inspection-plans", new { period = "2026-Q4", seed = "another" }, "operator"))
            .AssertProblem(409, "plan-exists");

        // Its first inspection is reported through the normal feed and answers the plan.
        var page = Expect(200, await server.GetAsync("/v1/inspection-plans/2026-Q4/inspections?limit=1", "reviewer")).Json;
        var first = page.GetProperty("items")[0];
        Assert.Equal(JsonValueKind.Null, first.GetProperty("result").ValueKind);
        var today = server.Server.Engine.Today.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        await server.FeedAsync("ZFD", Inspection(first.GetProperty("subject").GetString()!, "I-1", today, "2026-Q4", 1));
        page = Expect(200, await server.GetAsync("/v1/inspection-plans/2026-Q4/inspections?limit=1&consistency=latest", "auditor")).Json;
        Assert.Equal(("passed", today, "I-1"), (
            page.GetProperty("items")[0].GetProperty("result").GetString(),
                page.GetProperty("items")[0].GetProperty("inspectedOn").GetString(),
            page.GetProperty("items")[0].GetProperty("record").GetProperty("id").GetString()));
        var rest = Expect(200, await server.GetAsync(
            $"/v1/inspection-plans/2026-Q4/inspections?limit=100&cursor={page.GetProperty("next").GetString()}", "auditor")).Json;
        Assert.Equal(inspections - 1, rest.GetProperty("items").GetArrayLength());
        Assert.Equal(2, rest.GetProperty("items")[0].GetProperty("sequence").GetInt32());

        var csv = Expect(200, await server.GetAsync("/v1/inspection-plans/2026-Q4/inspections", "auditor", "text/csv"));
        Assert.Equal("text/csv", csv.Type);
        var rows = csv.Text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(inspections + 1, rows.Length);
        Assert.StartsWith($"2026-Q4,2026-Q4,1,{first.GetProperty("subject").GetString()},", rows[1], StringComparison.Ordinal);
        Assert.EndsWith($",passed,{today}", rows[1], StringComparison.Ordinal);
        var log = Expect(200, await server.GetAsync($"/v1/subjects/{first.GetProperty("subject").GetString()}/access-log"));
        Assert.Contains(log.Json.GetProperty("items").EnumerateArray(), entry => entry.GetProperty("reference").GetString() == "2026-Q4");

        // The record that came since changes nothing about the draw, another policy does not either.
        await server.PutInForceAsync("2026.4", PolicyTexts.Changed("2026.4", ("base: 1000", "base: 950")));
        var verified = Expect(200, await server.GetAsync("/v1/inspection-plans/2026-Q4:verify", "auditor")).Json;
        Assert.True(verified.GetProperty("matches").GetBoolean(), verified.ToString());
        Assert.True(verified.GetProperty("catalogueMatches").GetBoolean());

        // No organisation is drawn more often in a year than its grade allows.
        Expect(200, await server.PostAsync("/v1/policies/2026.3:rollback", new { reason = "back" }, "policy-approver"));
        Expect(201, await server.PostAsync("/v1/inspection-plans", new { period = "2026-Q4b", seed = "s" }, "policy-approver"));
        var again = Expect(200, await server.GetAsync("/v1/inspection-plans/2026-Q4b")).Json;
        foreach (var grade in again.GetProperty("grades").EnumerateArray())
        {
            var before = grades[grade.GetProperty("grade").GetString()!];
            var (eligible, drawnBefore) = (before.GetProperty("eligible").GetInt32(), before.GetProperty("drawn").GetInt32());
            // Once a year: whoever was drawn is out. More often: only whoever has been inspected besides.
            Assert.InRange(
                grade.GetProperty("eligible").GetInt32(), eligible - drawnBefore,
                grade.GetProperty("perYear").GetInt32() == 1 ? eligible - drawnBefore : eligible);
        }

        // These two, and the demonstration's.
        Assert.Equal(3, Expect(200, await server.GetAsync("/v1/inspection-plans")).Json.GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Plan_that_was_tampered_with_does_not_verify()
    {
        await using var server = await RuledServer.StartAsync(demo: true);
        Expect(201, await server.PostAsync("/v1/inspection-plans", new { period = "2026-Q4", seed = "s" }, "operator"));
        var jobs = server.Server.Engine.Store.Jobs;
        var piece = (await jobs.ResultAsync("inspection-plan", "2026-Q4", 0, CreditFixture.Stop))!;
        var lines = JsonSerializer.Deserialize<List<Dictionary<string, string>>>(piece)!;
        (lines[0]["s"], lines[1]["s"]) = (lines[1]["s"], lines[0]["s"]);
        await jobs.WriteAsync(
            new JobWrites([])
            {
                Results = new JobResults("inspection-plan", "2026-Q4", [JsonSerializer.SerializeToUtf8Bytes(lines)]),
            },
            CreditFixture.Stop);
        var verified = Expect(200, await server.GetAsync("/v1/inspection-plans/2026-Q4:verify")).Json;
        Assert.False(verified.GetProperty("matches").GetBoolean());
        Assert.True(verified.GetProperty("candidatesMatch").GetBoolean());
        Assert.Equal(2, verified.GetProperty("differences").GetArrayLength());
    }

    [Fact]
    public async Task Draw_is_refused_where_it_cannot_be_meant()
    {
        await using var server = await RuledServer.StartAsync();
        foreach (var (body, code, status) in new (object, string, int)[]
        {
            (new { }, "required", 422), (new { period = "Q 4" }, "invalid-parameter", 400),
                (new { period = "Q4", id = "a/b" }, "invalid-parameter", 400),
            (new { period = "Q4", seed = "" }, "out-of-range", 422),
            (new { period = "Q4", units = new object[] { new { id = "u", capacity = -1 } } }, "out-of-range", 422),
            (new { period = "Q4", units = new object[] { new { id = "u", capacity = 1 }, new { id = "u", capacity = 1 } } },
                "invalid-parameter", 400),
            (new { period = "Q4", units = new object[] { new { id = "u" } } }, "required", 422),
        })
            (await server.PostAsync("/v1/inspection-plans", body, "operator")).AssertProblem(status, code);
        (await server.GetAsync("/v1/inspection-plans/none")).AssertProblem(404, "unknown-plan");
        (await server.GetAsync("/v1/inspection-plans/none:verify")).AssertProblem(404, "unknown-plan");
        var empty = Expect(201, await server.PostAsync("/v1/inspection-plans", new { period = "Q4" }, "operator")).Json;
        Assert.Equal(0, empty.GetProperty("inspections").GetInt32());
        Assert.Equal(32, empty.GetProperty("seed").GetString()!.Length);
    }

    private static string Inspection(string subject, string id, string on, string plan, int sequence) => JsonSerializer.Serialize(new
    {
        id,
        revision = 1,
        op = "put",
        subject,
        kind = "inspection",
        data = new
        {
            inspectionNumber = id,
            inspectedOn = on,
            authority = Invented.Authority,
            result = "passed",
            mode = "random",
            plan,
            sequence,
        },
    });
}
