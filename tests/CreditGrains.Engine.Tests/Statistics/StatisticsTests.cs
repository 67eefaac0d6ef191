using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using CreditGrains.Domain.Identifiers;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Ingestion;
using CreditGrains.Engine.Jobs;
using CreditGrains.Engine.Statistics;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Tests.Rules;
using CreditGrains.Storage.Contract;

namespace CreditGrains.Engine.Tests.Statistics;

/// <summary>Figures of days: what a counting finds, that nothing of the journal is counted twice, and when it begins by itself.</summary>
public sealed class StatisticsTests
{
    private readonly TwoPolicies _world = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Counting_finds_each_grade_of_the_day_by_region_too()
    {
        var store = new InMemoryStore(_world.Time, shardCount: 4);
        await _world.FillAsync(store, 300);
        await using var engine = await _world.OpenAsync(store);
        Assert.Null(await engine.Statistics.CountedAsync(Cancellation));
        await CountAsync(engine);
        var first = _world.Today;
        Assert.Equal(Expected(store), await GradesAsync(engine, first));

        // Much later rows do not hold any more: they are evaluated anew, and the earlier day stays as it was.
        _world.Time.Now = _world.Time.Now.AddDays(200);
        await CountAsync(engine);
        var days = await engine.Statistics.ByDayAsync(StatisticNames.Grades, first, _world.Today, Cancellation);
        Assert.Equal([first, _world.Today], days.Select(day => day.Day));
        Assert.Equal(Expected(store), await GradesAsync(engine, _world.Today));
        Assert.Equal(300, days[0].Total);
        var regions = await engine.Statistics.ByPartAsync(
            StatisticNames.Grades, StatisticNames.Region, _world.Today, _world.Today, Cancellation);
        Assert.Equal(300, regions.Sum(region => region.Total));
    }

    [Theory]
    [InlineData(FaultPoint.Before)]
    [InlineData(FaultPoint.AfterCommit)]
    public async Task Event_is_counted_once_though_the_store_fails_while_it_is_written(FaultPoint point)
    {
        var store = new InMemoryStore(_world.Time, shardCount: 4);
        await using var engine = await _world.OpenAsync(store);
        await FeedAsync(engine, Line("a", 1), Line("b", 1), Line("a", 2));
        store.Fault = (call, at) => call == "Statistics.Write" && at == point ? new StoreException("down", StoreFault.Unavailable) : null;
        await engine.Statistics.StartAsync("ada", Cancellation);
        await engine.Statistics.Jobs.WaitAsync(Id());
        Assert.Equal(JobState.Failed, (await engine.Statistics.Jobs.FindAsync(Id(), Cancellation))!.State);
        store.Fault = null;
        await CountAsync(engine);
        await FeedAsync(engine, Line("b", 2));
        await CountAsync(engine);
        var departments = await engine.Statistics.ByPartAsync(
            StatisticNames.Reporting, StatisticNames.Department, _world.Today, _world.Today, Cancellation);
        var source = Assert.Single(departments);
        Assert.Equal("SCJG", source.Name);
        Assert.Equal(
            [(StatisticNames.Amendment, 2L), (StatisticNames.NoDeadline, 2L)],
            source.Counts.Select(count => (count.Key, count.Value)));
    }

    [Fact]
    public async Task Counting_begins_by_itself_once_a_day_on_one_node()
    {
        var store = new InMemoryStore(_world.Time, shardCount: 4);
        await _world.FillAsync(store, 10);
        var options = TwoPolicies.Options with { StatisticsAfter = TimeSpan.FromMinutes(5) };
        await using var one = await _world.OpenAsync(store, options);
        await using var other = await _world.OpenAsync(store, options);
        await FollowAsync(TimeSpan.FromMinutes(4));
        Assert.Empty(await one.Statistics.Jobs.ListAsync(Cancellation));
        await FollowAsync(TimeSpan.FromMinutes(2));
        await FollowAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(1, Assert.Single(await one.Statistics.Jobs.ListAsync(Cancellation)).Attempt);
        await FollowAsync(TimeSpan.FromDays(1));
        Assert.Equal([1, 1], (await one.Statistics.Jobs.ListAsync(Cancellation)).Select(run => run.Attempt));

        async Task FollowAsync(TimeSpan later)
        {
            _world.Time.Now += later;
            foreach (var engine in new[] { one, other })
            {
                await engine.FollowAsync();
                await engine.Statistics.Jobs.WaitAsync(Id());
            }
        }
    }

    [Fact]
    public void Region_beyond_the_most_that_are_counted_is_counted_with_the_others()
    {
        var counts = new StatisticCounts();
        for (var i = 0; i < StatisticNames.PartsMax + 5; i++)
            counts.Add(StatisticNames.Grades, StatisticNames.Region, _world.Today, $"r{i}", "A");
        var rows = counts.Of(StatisticNames.Grades);
        Assert.Equal(StatisticNames.PartsMax + 1, rows.Count);
        Assert.Equal(5, rows.Single(row => row.Name == StatisticNames.Others).Value);
    }

    private static string Line(string id, int revision)
    {
        var body = ((int)id[0]).ToString("00000000", CultureInfo.InvariantCulture);
        var code = $"91990103{body}{Uscc.OrganisationCheckDigit(body)}";
        return $$$"""{"id":"{{{id}}}","revision":{{{revision}}},"op":"put","subject":"{{{code + Uscc.CheckDigit(code)}}}","""
            + $$$""" "kind":"registration","data":{"name":"虚构统计有限公司","status":"active","establishedOn":"2010-01-01"}}""";
    }

    private static async Task FeedAsync(CreditEngine engine, params string[] lines)
    {
        var body = new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(string.Join('\n', lines)));
        var receipt = await engine.Feed.SubmitAsync(
            new SourceId("SCJG"), "tests", PipeReader.Create(body), new FeedOptions { AllLines = true }, Cancellation);
        Assert.True(receipt.Accepted == lines.Length, string.Join('\n', receipt.Lines.Select(line => line.Rejection?.Detail())));
    }

    private string Id() => _world.Today.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private async Task CountAsync(CreditEngine engine)
    {
        Assert.NotNull(await engine.Statistics.StartAsync("ada", Cancellation));
        await engine.Statistics.Jobs.WaitAsync(Id());
        var run = await engine.Statistics.Jobs.FindAsync(Id(), Cancellation);
        Assert.True(run!.State == JobState.Finished, run.Error);
    }

    private Dictionary<string, long> Expected(InMemoryStore store) => _world.Subjects
        .GroupBy(subject => _world.Expected(subject, _world.First, store.Symbols).Grade ?? "")
        .ToDictionary(group => group.Key, group => (long)group.Count());

    private static async Task<IReadOnlyDictionary<string, long>> GradesAsync(CreditEngine engine, DateOnly day) =>
        Assert.Single(await engine.Statistics.ByDayAsync(StatisticNames.Grades, day, day, Cancellation)).Counts
            .ToDictionary(count => count.Key, count => count.Value);
}
