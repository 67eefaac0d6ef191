using System.Globalization;
using System.Text.Json;
using static CreditGrains.Api.Tests.RuledServer;

namespace CreditGrains.Api.Tests;

/// <summary>Figures of days over HTTP.</summary>
public sealed class StatisticsTests
{
    [Fact]
    public async Task Figures_are_told_by_day_department_and_region_once_they_are_counted()
    {
        await using var server = await RuledServer.StartAsync();
        var early = Expect(200, await server.GetAsync("/v1/statistics/grades", "operator")).Json;
        Assert.Equal(JsonValueKind.Null, early.GetProperty("countedAt").ValueKind);
        Assert.Empty(early.GetProperty("items").EnumerateArray());
        var engine = server.Server.Engine;
        var today = engine.Today.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var subject = Invented.Code();
        await server.FeedAsync(
            "STAT1", Invented.Registration(subject), Invented.Penalty(subject, "统罚1号", decidedOn: today),
            Invented.Penalty(subject, "统罚2号"), Invented.Penalty(subject, "统罚2号", revision: 2, fine: "3"));
        Assert.NotNull(await engine.Statistics.StartAsync("tests", CreditFixture.Stop));
        await engine.Statistics.Jobs.WaitAsync(today);

        var reporting = Expect(200, await server.GetAsync("/v1/statistics/reporting", "auditor")).Json;
        var day = Assert.Single(reporting.GetProperty("items").EnumerateArray());
        Assert.Equal(today, day.GetProperty("day").GetString());
        Assert.Equal("""{"amendment":1,"in-time":1,"late":1,"no-deadline":1}""", day.GetProperty("counts").GetRawText());
        var department = Assert.Single(Expect(200, await server.GetAsync("/v1/statistics/reporting?by=department", "auditor")).Json
            .GetProperty("items").EnumerateArray());
        Assert.Equal("STAT1", department.GetProperty("name").GetString());
        var region = Assert.Single(Expect(200, await server.GetAsync("/v1/statistics/reporting?by=region", "policy-author")).Json
            .GetProperty("items").EnumerateArray());
        Assert.Equal("990103", region.GetProperty("name").GetString());
        var grades = Expect(200, await server.GetAsync("/v1/statistics/grades?by=region&from=2026-01-01", "policy-approver")).Json;
        Assert.Equal(today, grades.GetProperty("from").GetString());
        Assert.Equal(1, Assert.Single(grades.GetProperty("items").EnumerateArray()).GetProperty("counts").EnumerateObject()
            .Sum(count => count.Value.GetInt64()));
        Assert.Contains(
            Expect(200, await server.GetAsync("/v1/jobs", "auditor")).Json.GetProperty("items").EnumerateArray(),
            job => job.GetProperty("kind").GetString() == "statistics");
    }

    [Fact]
    public async Task Question_for_another_part_or_too_many_days_is_refused_by_name()
    {
        await using var server = await RuledServer.StartAsync();
        (await server.GetAsync("/v1/statistics/grades?by=department")).AssertProblem(400, "invalid-parameter");
        (await server.GetAsync("/v1/statistics/reporting?by=page")).AssertProblem(400, "invalid-parameter");
        (await server.GetAsync("/v1/statistics/reporting?from=2026-13-01")).AssertProblem(400, "invalid-parameter");
        (await server.GetAsync("/v1/statistics/reporting?from=2020-01-01")).AssertProblem(422, "out-of-range");
        (await server.GetAsync("/v1/statistics/reporting?from=2026-02-02&to=2026-02-01")).AssertProblem(422, "out-of-range");
        (await server.GetAsync("/v1/statistics/reporting", "checker")).AssertProblem(403, "forbidden");
        Expect(200, await server.GetAsync("/v1/statistics/visits", "operator"));
    }
}
