using CreditGrains.Domain.Rulebooks;
using CreditGrains.Engine.Checks;
using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Contract;

namespace CreditGrains.Engine.Tests.Checks;

/// <summary>Counts of checks: none is lost or counted twice while they are written, also when the store fails.</summary>
public sealed class CheckCountsTests
{
    private static readonly DateOnly Day = new(2026, 3, 4);

    [Fact]
    public async Task Every_check_is_counted_once_while_counts_are_written()
    {
        await using var store = new InMemoryStore(TimeProvider.System);
        var counts = new CheckCounts(store.Statistics);
        using var counted = new CancellationTokenSource();
        var writes = Task.Run(
            async () =>
            {
                while (!counted.IsCancellationRequested)
                    await counts.WriteAsync(CancellationToken.None);
            },
            TestContext.Current.CancellationToken);
        Parallel.For(0, 4, _ =>
        {
            for (var i = 0; i < 20_000; i++)
                counts.Answered(Day.AddDays(i % 3), i % 2 == 0 ? "CZJ" : null, $"m{i % 5}", (CheckOutcome)(i % 4));
        });
        await counted.CancelAsync();
        await writes;
        await counts.WriteAsync(CancellationToken.None);
        foreach (var part in (string[])[CheckFigures.All, CheckFigures.Department, CheckFigures.Matter])
            Assert.Equal(80_000, (await SumAsync(store, part)).Sum(row => row.Value));
        Assert.Equal(["", "CZJ"], (await SumAsync(store, CheckFigures.Department)).Select(row => row.Name).Distinct());
        Assert.Equal(
            ["fast-track", "proceed", "review", "stop"], (await SumAsync(store, CheckFigures.All)).Select(row => row.Key));
    }

    [Fact]
    public async Task Counts_that_could_not_be_written_wait_for_the_next_time()
    {
        await using var store = new InMemoryStore(TimeProvider.System);
        var counts = new CheckCounts(store.Statistics);
        counts.Answered(Day, "CZJ", "m", CheckOutcome.Stop);
        store.Fault = (call, _) => call == "Statistics.Write" ? new StoreException("away", StoreFault.Unavailable) : null;
        await Assert.ThrowsAsync<StoreException>(() => counts.WriteAsync(CancellationToken.None));
        counts.Answered(Day, "CZJ", "m", CheckOutcome.Stop);
        store.Fault = null;
        await counts.WriteAsync(CancellationToken.None);
        await counts.WriteAsync(CancellationToken.None);
        Assert.Equal(2, Assert.Single(await SumAsync(store, CheckFigures.All)).Value);
    }

    private static Task<IReadOnlyList<Statistic>> SumAsync(InMemoryStore store, string part) =>
        store.Statistics.SumAsync(CheckFigures.Checks, part, Day, Day.AddDays(9), 1000, CancellationToken.None);
}
