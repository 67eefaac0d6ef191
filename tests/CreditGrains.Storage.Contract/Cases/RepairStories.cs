using CreditGrains.Domain.Procedures;
using CreditGrains.Engine.Cases;
using CreditGrains.Engine.Subjects;
using static CreditGrains.Storage.Contract.Cases.CaseWorld;

namespace CreditGrains.Storage.Contract.Cases;

/// <summary>Ways of a repair beside the usual one: a bankruptcy, false materials, and a repair that another site has made.</summary>
public abstract class RepairStories(IStoreHost host) : CaseContract(host)
{
    [Fact]
    public async Task Bankruptcy_suspends_on_the_plan_and_repairs_for_good_once_it_is_carried_out()
    {
        await World.PenaltyAsync("BA-1", "2026-06-01");
        await World.PenaltyAsync("BA-2", "2026-06-01", source: "GAJ");
        var score = await World.ScoreAsync();
        Assert.Equal("repair-too-early", (await World.TryOpenAsync(World.Repair(Record("BA-1")))).Rejection!.Code);
        Assert.Equal(("required", "/ruling"), Refused(await World.TryOpenAsync(Plan("") with { Ruling = null })));
        Assert.Equal(("not-in-code-list", "/route"), Refused(await World.TryOpenAsync(Plan("x") with { Route = "merger" })));
        Assert.Equal(("too-long", "/ruling"), Refused(await World.TryOpenAsync(Plan(new string('x', 101)))));
        var open = await World.OpenAsync(Plan("(2026)虚破1号"));
        Assert.Equal(("bankruptcy", "(2026)虚破1号"), (open.File.Route, open.File.Ruling));
        await World.ActAsync(open.Number, CaseStep.Accept, Platform);
        World.GoTo(new(2026, 6, 11));
        var half = await World.ActAsync(open.Number, World.Decide(CaseOutcome.Granted, Market, Record("BA-1")));
        Assert.Equal(CaseState.Accepted, half.File.State);
        Assert.False(await World.IsPublicAsync("BA-1"));
        Assert.Empty(await World.MeasuresAsync("BA-1"));
        var whole = await World.ActAsync(open.Number, World.Decide(CaseOutcome.Granted, Police, Record("BA-2", "GAJ")));
        Assert.Equal((CaseState.InPlan, null), (whole.File.State, whole.File.ClosedOn));
        Assert.Empty(whole.File.Running);
        Assert.True((await World.StatusAsync("BA-1")).IsUnderPlan);
        Assert.Equal([open.Number], await World.InForceAsync(CaseKind.Repair, "GAJ", CaseState.InPlan));
        Assert.Equal("1000.000", await World.ScoreAsync());
        Assert.Equal(score, await World.ScoreAsync(new(2026, 6, 10)));
        Assert.True(await World.IsPublicAsync("BA-1", new(2026, 6, 10)));
        Assert.Equal("already-repaired", (await World.TryOpenAsync(World.Repair(Record("BA-1")))).Rejection!.Code);
        Assert.Equal("case-state", (await World.TryActAsync(open.Number, CaseStep.Ban, Market)).Rejection!.Code);
        Assert.Equal(("required", "/reason"), Refused(await World.TryActAsync(open.Number, World.Command(CaseStep.Fulfil, Market))));

        World.GoTo(new(2026, 6, 20));
        var closed = await World.ActAsync(open.Number, CaseStep.Fulfil, Market);
        Assert.Equal((CaseState.Closed, CaseOutcome.PlanFulfilled), (closed.File.State, closed.File.Outcome));
        Assert.Equal(World.Today, closed.File.DecidedOn);
        Assert.False((await World.StatusAsync("BA-1")).IsUnderPlan);
        Assert.Equal(
            ["plan-begun", "plan-begun", "repaired", "repaired"], closed.File.Effects.Select(effect => effect.Effect));
        foreach (var day in (DateOnly[])[new(2026, 6, 20), new(2026, 7, 31), new(2026, 12, 31)])
            Assert.False(await World.IsPublicAsync("BA-1", day));
        Assert.Equal("case-state", (await World.TryActAsync(open.Number, CaseStep.Fail, Market)).Rejection!.Code);
    }

    [Fact]
    public async Task Bankruptcy_whose_plan_fails_is_undone_from_that_day_and_no_other()
    {
        await World.PenaltyAsync("BB-1", "2026-06-01");
        var score = await World.ScoreAsync();
        var open = await World.OpenAsync(Plan("(2026)虚破2号", Record("BB-1")));
        await World.ActAsync(open.Number, CaseStep.Accept, Market);
        await World.ActAsync(open.Number, World.Decide(CaseOutcome.Granted, Market, Record("BB-1")));
        Assert.Equal("1000.000", await World.ScoreAsync());
        await KillAndReopenAsync();
        World.GoTo(new(2026, 6, 18));
        Assert.Equal("case-role", (await World.TryActAsync(open.Number, CaseStep.Fail, Organisation)).Rejection!.Code);
        var failed = await World.ActAsync(open.Number, CaseStep.Fail, Platform);
        Assert.Equal((CaseState.Closed, CaseOutcome.PlanFailed), (failed.File.State, failed.File.Outcome));
        Assert.Equal(score, await World.ScoreAsync());
        Assert.True(await World.IsPublicAsync("BB-1"));
        Assert.Equal(["repair-guidance"], await World.MeasuresAsync("BB-1"));
        Assert.Equal("1000.000", await World.ScoreAsync(new(2026, 6, 17)));
        Assert.False(await World.IsPublicAsync("BB-1", new(2026, 6, 17)));
        World.GoTo(new(2026, 9, 1));
        await World.OpenAsync(World.Repair(Record("BB-1")));
    }

    [Fact]
    public async Task False_materials_keep_the_organisation_from_applying_for_the_years_of_the_rulebook()
    {
        await World.PenaltyAsync("FM-1", "2026-03-01");
        await World.PenaltyAsync("FM-2", "2026-03-01");
        var open = await World.OpenAsync(World.Repair(Record("FM-1"), Record("FM-2")));
        await World.ActAsync(open.Number, CaseStep.Accept, Market);
        await World.ActAsync(open.Number, World.Decide(CaseOutcome.Granted, Market, Record("FM-1")));
        Assert.Equal("case-role", (await World.TryActAsync(open.Number, CaseStep.Ban, Organisation)).Rejection!.Code);
        Assert.Equal("case-role", (await World.TryActAsync(open.Number, CaseStep.Ban, Police)).Rejection!.Code);
        Assert.Equal(("required", "/reason"), Refused(await World.TryActAsync(open.Number, World.Command(CaseStep.Ban, Market))));
        var banned = await World.ActAsync(open.Number, CaseStep.Ban, Market, "完税证明系伪造");
        Assert.Equal((CaseState.Banned, new DateOnly(2029, 6, 10)), (banned.File.State, banned.File.BanUntil));
        Assert.Contains("not verified", banned.File.BanBasis, StringComparison.Ordinal);
        Assert.Equal(CaseOutcome.PartlyGranted, banned.File.Outcome);
        Assert.Equal([CaseOutcome.Granted, CaseOutcome.Refused], banned.File.Records.Select(record => record.Outcome!.Value));
        Assert.Empty(banned.File.Running);
        Assert.True((await World.StatusAsync("FM-1")).Repaired);
        Assert.False((await World.StatusAsync("FM-2")).Repaired);
        var position = (await World.ViewAsync()).Position;
        var refused = await World.TryOpenAsync(World.Repair(Record("FM-2")));
        Assert.Equal(("repair-banned", "2029-06-10"), (refused.Rejection!.Code, refused.Rejection.Found));
        Assert.Equal("repair-banned", (await World.TryOpenAsync(Plan("(2026)虚破3号", Record("FM-2")))).Rejection!.Code);
        Assert.Equal(position, (await World.ViewAsync()).Position);

        // A right to have a mistake put right is not lost.
        await World.OpenAsync(World.Objection("FM-2"));
    }

    [Fact]
    public async Task Repair_that_another_site_has_made_is_taken_over_with_its_origin()
    {
        await World.PenaltyAsync("SY-1", "2026-03-01");
        await World.PenaltyAsync("SY-2", "2026-03-01", source: "GAJ");
        var mine = Synchronised(Market, new("虚构信用网", "虚修2026-1", new(2026, 6, 8)), Record("SY-1"));
        foreach (var (command, code, pointer) in new[]
        {
            (mine with { Actor = Organisation }, "case-role", ""),
            (mine with { Origin = null }, "required", "/origin"),
            (mine with { Origin = new("", "1", new(2026, 6, 8)) }, "out-of-range", "/origin/site"),
            (mine with { Origin = new("S", new string('1', 101), new(2026, 6, 8)) }, "out-of-range", "/origin/number"),
            (mine with { Origin = new("S", "1", new(2026, 6, 11)) }, "date-in-future", "/origin/repairedOn"),
            (mine with { Origin = new("S", "1", new(2026, 2, 28)) }, "date-order", "/origin/repairedOn"),
            (mine with { Records = [Record("SY-1"), Record("SY-2", "GAJ")] }, "not-the-deciding-body", "/records/1"),
        })
        {
            Assert.Equal((code, pointer), Refused(await World.TryOpenAsync(command)));
        }

        var taken = await World.OpenAsync(mine);
        Assert.Equal((CaseState.Decided, CaseOutcome.Granted), (taken.File.State, taken.File.Outcome));
        Assert.Equal(("虚构信用网", "虚修2026-1"), (taken.File.Origin!.Site, taken.File.Origin.Number));
        Assert.Empty(taken.File.Clocks);
        Assert.True((await World.StatusAsync("SY-1")).Repaired);
        Assert.False(await World.IsPublicAsync("SY-1"));
        Assert.Equal("already-repaired", Refused(await World.TryOpenAsync(mine with { Operation = "op-again" })).Code);
        await World.OpenAsync(Synchronised(Platform, new("S", "2", new(2026, 6, 10)), Record("SY-2", "GAJ")));
        Assert.True((await World.StatusAsync("SY-2", source: "GAJ")).Repaired);
    }

    [Theory]
    [InlineData("minor", 0, 0)]
    [InlineData("general", 3, 12)]
    [InlineData("serious", 12, 36)]
    public async Task Penalty_of_a_tier_is_public_from_its_report_to_the_end_of_its_longest_period(
        string tier, int minMonths, int maxMonths)
    {
        var decided = new DateOnly(2026, 6, 5);
        await World.PenaltyAsync("TI-1", "2026-06-05", severity: tier);
        var status = await World.StatusAsync("TI-1");
        Assert.Equal(tier, $"{status.Severity}".ToLowerInvariant());
        Assert.Equal(maxMonths > 0, await World.IsPublicAsync("TI-1"));
        if (maxMonths == 0)
        {
            // Not published in principle, and repaired as soon as the obligations are done.
            await World.OpenAsync(World.Repair(Record("TI-1")));
            return;
        }

        Assert.Equal((decided.AddMonths(minMonths), decided.AddMonths(maxMonths)), (status.RepairableFrom, status.PublicUntil));
        World.GoTo(decided.AddMonths(maxMonths).AddDays(-1));
        Assert.True(await World.IsPublicAsync("TI-1"));
        World.GoTo(decided.AddMonths(maxMonths));
        Assert.False(await World.IsPublicAsync("TI-1"));
        Assert.True(await World.IsPublicAsync("TI-1", decided.AddMonths(maxMonths).AddDays(-1)));
    }

    private CaseCommand Plan(string ruling, params Domain.Records.RecordId[] records) =>
        World.Repair(records.Length > 0 ? records : [Record("BA-1"), Record("BA-2", "GAJ")]) with { Route = "bankruptcy", Ruling = ruling };

    private CaseCommand Synchronised(CaseActor by, CaseOrigin origin, params Domain.Records.RecordId[] records) =>
        World.Command(CaseStep.Synchronise, by) with { Kind = CaseKind.Repair, Records = records, Origin = origin };

    private static (string Code, string Pointer) Refused(CaseResult result) => (result.Rejection!.Code, result.Rejection.Pointer);
}
