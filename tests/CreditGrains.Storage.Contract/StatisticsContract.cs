using CreditGrains.Engine.Storage;

namespace CreditGrains.Storage.Contract;

/// <summary>Figures of days: replaced or added to, with documents in one transaction, and forgotten.</summary>
public abstract class StatisticsContract(IStoreHost host) : StoreContract(host)
{
    private static readonly DateOnly Day = new(2026, 11, 29);

    private IStatisticsStore Statistics => Store.Statistics;

    [Fact]
    public async Task Read_gives_rows_of_the_days_asked_for_in_order_and_within_the_limit()
    {
        await Statistics.WriteAsync(
            new StatisticWrites
            {
                Set = [Row("grades", "all", 0, "", "A", 5), Row("grades", "all", -1, "", "B", 2), Row("grades", "all", -1, "", "A", 4)],
                Add = [Row("grades", "region", 0, "虚构区\0", "A", 1), Row("reporting", "all", 0, "", "late", 7)],
            },
            Cancellation);
        Assert.Equal(
            [Row("grades", "all", -1, "", "A", 4), Row("grades", "all", -1, "", "B", 2), Row("grades", "all", 0, "", "A", 5)],
            await Statistics.ReadAsync("grades", "all", Day.AddDays(-1), Day, 10, Cancellation));
        Assert.Equal(
            [Row("grades", "all", -1, "", "A", 4)],
            await Statistics.ReadAsync("grades", "all", Day.AddDays(-9), Day.AddDays(-1), 1, Cancellation));
        Assert.Equal(
            [Row("grades", "region", 0, "虚构区\0", "A", 1)], await Statistics.ReadAsync("grades", "region", Day, Day, 10, Cancellation));
    }

    [Fact]
    public async Task Set_takes_the_place_of_its_day_and_add_sums_up()
    {
        await Statistics.WriteAsync(
            new StatisticWrites { Set = [Row("g", "all", 0, "", "A", 5), Row("g", "all", 0, "", "B", 1), Row("g", "all", -1, "", "B", 9)] },
            Cancellation);
        await Statistics.WriteAsync(
            new StatisticWrites { Set = [Row("g", "all", 0, "", "A", 6)], Add = [Row("r", "all", 0, "", "late", 3)] }, Cancellation);
        await Statistics.WriteAsync(
            new StatisticWrites { Add = [Row("r", "all", 0, "", "late", 4), Row("r", "all", -1, "", "late", 1)] }, Cancellation);
        Assert.Equal(
            [Row("g", "all", -1, "", "B", 9), Row("g", "all", 0, "", "A", 6)],
            await Statistics.ReadAsync("g", "all", Day.AddDays(-1), Day, 10, Cancellation));
        Assert.Equal(
            [Row("r", "all", -1, "", "late", 8)], await Statistics.SumAsync("r", "all", Day.AddDays(-1), Day, 10, Cancellation));
    }

    [Fact]
    public async Task Write_with_a_document_that_has_moved_on_changes_nothing()
    {
        var first = new StatisticWrites
        {
            Add = [Row("r", "all", 0, "", "late", 3)], Documents = [new ControlWrite("statistics", "counted", null, "{}", null)],
        };
        await Statistics.WriteAsync(first, Cancellation);
        await Assert.ThrowsAsync<WriteConflictException>(() => Statistics.WriteAsync(first, Cancellation));
        Assert.Equal([Row("r", "all", 0, "", "late", 3)], await Statistics.ReadAsync("r", "all", Day, Day, 10, Cancellation));
    }

    [Fact]
    public async Task Old_days_are_forgotten()
    {
        await Statistics.WriteAsync(
            new StatisticWrites { Add = [Row("r", "all", -2, "", "late", 3), Row("v", "page", -1, "home", "", 1)] }, Cancellation);
        await Statistics.WriteAsync(new StatisticWrites { KeepFrom = Day.AddDays(-1) }, Cancellation);
        Assert.Empty(await Statistics.ReadAsync("r", "all", Day.AddDays(-9), Day, 10, Cancellation));
        Assert.Single(await Statistics.ReadAsync("v", "page", Day.AddDays(-9), Day, 10, Cancellation));
    }

    private static Statistic Row(string figure, string part, int day, string name, string key, long value) =>
        new(figure, part, Day.AddDays(day), name, key, value);
}
