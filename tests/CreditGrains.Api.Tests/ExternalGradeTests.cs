using System.Text.Json;
using static CreditGrains.Api.Tests.RuledServer;

namespace CreditGrains.Api.Tests;

/// <summary>Grades of other owners: imported, kept apart, usable in limits, and all that is left when local scoring is off.</summary>
public sealed class ExternalGradeTests
{
    [Fact]
    public async Task Grades_of_other_owners_are_shown_apart_with_owner_and_date()
    {
        await using var server = await RuledServer.StartAsync();
        var subject = Invented.Code();
        await FeedAllAsync(server, subject);
        var overview = Expect(200, await server.GetAsync($"/v1/subjects/{subject}?consistency=latest")).Json;
        var grades = overview.GetProperty("externalGrades").EnumerateArray().ToList();
        Assert.Equal(
            [("national-grade", "B", "FGW"), ("customs-class", "advanced", "HG"), ("risk-class", "D", "SCJG"), ("tax-grade", "D", "SWJ")],
            grades.Select(grade => (
                grade.GetProperty("kind").GetString(), grade.GetProperty("level").GetString(),
                grade.GetProperty("record").GetProperty("source").GetString())));
        Assert.Equal("Tax authority", grades[3].GetProperty("owner").GetString());
        Assert.All(grades, grade => Assert.Equal(Invented.Recently(), grade.GetProperty("date").GetString()));
        Assert.Equal("A", overview.GetProperty("grade").GetString());

        // A withdrawn grade is gone, the others stay.
        await server.FeedAsync("SWJ", Invented.Withdrawal(subject, "TG", "tax-grade", 2));
        grades = [.. Expect(200, await server.GetAsync($"/v1/subjects/{subject}?consistency=latest")).Json.GetProperty("externalGrades")
            .EnumerateArray()];
        Assert.Equal(3, grades.Count);
    }

    [Fact]
    public async Task Limit_by_another_owners_grade_binds_from_the_activation_on()
    {
        await using var server = await RuledServer.StartAsync();
        var (graded, plain) = (Invented.Code(), Invented.Code());
        await FeedAllAsync(server, graded);
        await server.FeedAsync("FGW", Invented.Registration(plain));
        await server.PutInForceAsync("2026.4", PolicyTexts.Changed("2026.4", ("limits:\n", """
            limits:
              - {id: risk-d, match: {kind: [risk-class], level: [D]}, grade: C, basis: for this test}
              - {id: tax-d, match: {kind: [tax-grade], level: [D]}, grade: B, lasts: {days: 500}, basis: for this test}

            """)));
        var assessment = Expect(200, await server.GetAsync($"/v1/subjects/{graded}/assessment?consistency=latest")).Json;
        Assert.Equal("C", assessment.GetProperty("grade").GetString());
        Assert.Equal(["risk-d", "tax-d"],
            assessment.GetProperty("limits").EnumerateArray().Select(limit => limit.GetProperty("id").GetString()));
        Assert.Equal("B", Expect(200, await server.GetAsync($"/v1/subjects/{plain}/assessment")).Json.GetProperty("grade").GetString());
    }

    [Fact]
    public async Task Scoring_turned_off_leaves_the_imported_grade_and_no_other()
    {
        await using var server = await RuledServer.StartAsync();
        var subject = Invented.Code();
        await FeedAllAsync(server, subject);
        await server.FeedAsync("SCJG", Invented.ListEntry(subject, "L-1"));
        await server.PutInForceAsync("2026.4", PolicyTexts.Changed("2026.4", ("base: 1000", "scoring: false\nbase: 1000")));
        var assessment = Expect(200, await server.GetAsync($"/v1/subjects/{subject}/assessment?consistency=latest")).Json;
        Assert.False(assessment.GetProperty("rated").GetBoolean());
        Assert.Equal(
            (JsonValueKind.Null, JsonValueKind.Null),
                (assessment.GetProperty("score").ValueKind, assessment.GetProperty("grade").ValueKind));
        var overview = Expect(200, await server.GetAsync($"/v1/subjects/{subject}")).Json;
        Assert.False(overview.GetProperty("rated").GetBoolean());
        Assert.Equal("B", overview.GetProperty("externalGrades")[0].GetProperty("level").GetString());

        // A decision of an authority still stops; the effect of a grade alone is gone.
        var check = Expect(200, await server.PostAsync(
            "/v1/checks", new { subject, purpose = "approval", matter = "public-funds" }, "checker")).Json;
        Assert.Equal("B", check.GetProperty("nationalGrade").GetString());
        Assert.Equal(JsonValueKind.Null, check.GetProperty("assessment").GetProperty("grade").ValueKind);
        Assert.Equal(JsonValueKind.Null, check.GetProperty("assessment").GetProperty("score").ValueKind);
        Assert.Equal("stop", check.GetProperty("outcome").GetString());
        Assert.Equal(0, check.GetProperty("incentives").GetArrayLength());
        var found = Expect(200, await server.GetAsync($"/v1/subjects?q={subject}&consistency=latest")).Json.GetProperty("items")[0];
        Assert.False(found.GetProperty("rated").GetBoolean());

        // Inspections are then drawn by the national grade.
        var plan = Expect(201, await server.PostAsync("/v1/inspection-plans", new { period = "2026-Q4", seed = "s" }, "operator")).Json;
        Assert.Equal("B", Assert.Single(plan.GetProperty("grades").EnumerateArray()).GetProperty("grade").GetString());
        Assert.True(Expect(200, await server.GetAsync("/v1/inspection-plans/2026-Q4:verify")).Json.GetProperty("matches").GetBoolean());
    }

    private static async Task FeedAllAsync(RuledServer server, string subject)
    {
        var on = Invented.Recently();
        await server.FeedAsync(
            "FGW", Invented.Registration(subject),
                Event(subject, "NG", "national-grade", new { level = "良", evaluatedOn = on, authority = Invented.Authority }));
        await server.FeedAsync("SWJ", Event(subject, "TG", "tax-grade", new { year = 2025, level = "D", decidedOn = on }));
        await server.FeedAsync("HG", Event(subject, "CC", "customs-class", new { documentNumber = "1", level = "高级认证企业", decidedOn = on }));
        await server.FeedAsync(
            "SCJG", Event(subject, "RC", "risk-class", new { level = "信用风险高", classifiedOn = on, authority = Invented.Authority }));
    }

    private static string Event(string subject, string id, string kind, object data) =>
        JsonSerializer.Serialize(new { id, revision = 1, op = "put", subject, kind, data });
}
