using CreditGrains.Domain.Procedures;
using CreditGrains.Engine.Jobs;
using CreditGrains.Engine.Statistics;
using CreditGrains.Storage.Contract;
using CreditGrains.Storage.Contract.Cases;
using static CreditGrains.Storage.Contract.Cases.CaseWorld;

namespace CreditGrains.Engine.Tests.Statistics;

/// <summary>Figures of cases: each rate with the number above and below its line.</summary>
public sealed class CaseFigureTests
{
    [Fact]
    public async Task Objections_stand_beside_published_records_and_repairs_by_review_and_days()
    {
        var time = new SteppedTime(Start);
        await using var engine = await CaseWorld.OpenAsync(new InMemoryStore(time, 4), time);
        var world = new CaseWorld(_ => engine, time);
        await world.RegisterAsync();
        await world.PenaltyAsync("FI-1", "2026-03-01");
        await world.PenaltyAsync("FI-2", "2026-03-01");
        await world.PenaltyAsync("FI-3", "2026-06-01", source: "GAJ");
        await world.OpenAsync(world.Objection("FI-1"));
        var first = await world.OpenAsync(world.Repair(Record("FI-1")));
        var second = await world.OpenAsync(world.Repair(Record("FI-2")));
        await world.ActAsync(second.Number, CaseStep.Return, Market);
        await world.ActAsync(second.Number, CaseStep.Complete, Organisation);
        foreach (var number in (CaseNumber[])[first.Number, second.Number])
            await world.ActAsync(number, CaseStep.Accept, Market);
        world.GoTo(new(2026, 6, 12));
        await world.ActAsync(first.Number, world.Decide(CaseOutcome.Granted, Market, Record("FI-1")));
        world.GoTo(new(2026, 6, 14));
        await world.ActAsync(second.Number, world.Decide(CaseOutcome.Granted, Market, Record("FI-2")));

        // The last decision is folded before it is counted.
        await world.ViewAsync();
        for (var round = 0; round < 2; round++)
        {
            // Counted again, nothing of it is counted twice.
            var run = await engine.Statistics.StartAsync("ada", Cancellation);
            await engine.Statistics.Jobs.WaitAsync(run!.Id);
        }

        var departments = await engine.Statistics.ByPartAsync(
            CaseFigures.Cases, StatisticNames.Department, new(2026, 6, 1), world.Today, Cancellation);
        var market = Assert.Single(departments);
        Assert.Equal(
            ("SCJG", 1L, 2L, 1L, 6L),
            (market.Name, market.Of(CaseFigures.Objections), market.Of(CaseFigures.RepairsDecided),
                market.Of(CaseFigures.RepairsFirstPass), market.Of(CaseFigures.RepairDays)));
        var published = await engine.Statistics.ByDayAsync(CaseFigures.Published, world.Today, world.Today, Cancellation);

        // The registration and the penalty that is not repaired.
        Assert.Equal(2, Assert.Single(published).Total);
        var reporting = await engine.Statistics.ByPartAsync(
            StatisticNames.Reporting, StatisticNames.Department, new(2026, 1, 1), world.Today, Cancellation);

        // Cases and marks are the platform's own: nobody has reported them, in time or late.
        Assert.Equal(["GAJ", "SCJG"], reporting.Select(part => part.Name).Order(StringComparer.Ordinal));
        Assert.Equal(2, CaseFigures.With(market with { Day = world.Today }, published, isByDay: true).Of(CaseFigures.Published));
    }
}
