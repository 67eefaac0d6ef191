using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using CreditGrains.Domain.Bulletins;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Bulletins;
using CreditGrains.Engine.Ingestion;
using CreditGrains.Engine.Jobs;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Tests.Rules;
using CreditGrains.Engine.Tests.Simulation;
using CreditGrains.Storage.Contract;
using Microsoft.Extensions.Logging.Abstractions;

namespace CreditGrains.Engine.Tests.Bulletins;

/// <summary>Bulletins: rows counted once, frozen when issued, and what comes later beside them.</summary>
public sealed class BulletinTests
{
    private static readonly SourceId Source = new("SCJG");
    private readonly SteppedTime _time = new(new DateTimeOffset(2026, 9, 10, 2, 0, 0, TimeSpan.Zero));
    private readonly SimulatedPolicies _texts = new();
    private readonly Rulebook _rulebook;

    public BulletinTests()
    {
        _rulebook = SampleRulebook.Instance with
        {
            Calendar = new WorkingDayCalendar(new Dictionary<int, CalendarYear>
            {
                [2026] = new(new HashSet<DateOnly>(), new HashSet<DateOnly>()),
            }),
        };
        _texts.Add(_rulebook.Policy);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Issued_bulletin_stands_and_corrections_come_beside_it()
    {
        var store = new InMemoryStore(_time, shardCount: 4);
        await using var engine = await OpenAsync(store);
        await FeedAsync(engine, Line(1, "P-1", "2026-09-08"), Line(2, "P-2", "2026-08-03"), Line(3, "P-3", "2026-09-09"));
        var bad = Line(4, "P-4", "2026-09-08").Replace("91990103", "92990103", StringComparison.Ordinal);
        await FeedAsync(engine, bad, Line(1, "P-5", "2026-09-08", document: "P-1"));
        await CountAsync(engine);
        var open = await FindAsync(engine, "2026-09");
        Assert.Equal(
            [("duplicate", 1), ("in-time", 2), ("late", 1), ("wrong-code", 1)],
            Department(open).Score.Rows.Select(count => (count.Key, (int)count.Value)));
        Assert.Equal((1L, 1L), (
            (await FindAsync(engine, "2026-08")).Departments[0].Score.Of(BulletinClasses.ReportedLater), open.Departments.Count));

        // Not over yet; then over and not counted.
        Assert.Equal(BulletinIssue.NotOver, (await engine.Bulletins.IssueAsync("2026-09", "ada", "r", Cancellation)).Outcome);
        _time.Now = new DateTimeOffset(2026, 10, 9, 2, 0, 0, TimeSpan.Zero);
        Assert.Equal(BulletinIssue.NotCounted, (await engine.Bulletins.IssueAsync("2026-09", "ada", "r", Cancellation)).Outcome);
        Assert.True(await engine.Bulletins.KeepOwnCountAsync(
            "2026-09", Source, new Dictionary<string, long> { ["penalty"] = 4 }, null, "ada", Cancellation));
        await CountAsync(engine);
        var (outcome, issued) = await engine.Bulletins.IssueAsync("2026-09", "ada", "as every month", Cancellation);
        Assert.Equal((BulletinIssue.Issued, 2L, 4L), (
            outcome, Department(issued!).Score.Reporting.Numerator, Department(issued!).Score.Reporting.Denominator));

        // A decision of September that comes now, a correction, a withdrawal: the figures stand.
        await FeedAsync(engine, Line(5, "P-6", "2026-09-30"), Line(1, "P-1", "2026-09-08", revision: 2));
        await CountAsync(engine);
        await CountAsync(engine);
        var after = await FindAsync(engine, "2026-09");
        Assert.Equal(issued!.RowsDigest, after.RowsDigest);
        Assert.Equal(Department(issued).Score.Rows, Department(after).Score.Rows);
        var corrections = await engine.Bulletins.CorrectionsAsync("2026-09", Cancellation);
        Assert.Equal(
            [("P-1", "corrected"), ("P-6", "reported-later")],
            corrections.Rows.Select(row => (row.Id, row.Class)).Order().ToList());
        Assert.Equal(BulletinIssue.AlreadyIssued, (await engine.Bulletins.IssueAsync("2026-09", "ada", "r", Cancellation)).Outcome);
        Assert.False(await engine.Bulletins.KeepOwnCountAsync(
            "2026-09", Source, new Dictionary<string, long> { ["penalty"] = 9 }, null, "ada", Cancellation));
        Assert.Equal(1, Department(await FindAsync(engine, "2026-10")).Score.Of(BulletinClasses.Corrected));
    }

    [Fact]
    public async Task Rows_are_read_by_pages_and_class()
    {
        var store = new InMemoryStore(_time, shardCount: 4);
        await using var engine = await OpenAsync(store);
        for (var day = 0; day < 3; day++)
        {
            var numbers = Enumerable.Range(day * 4, 4);
            await FeedAsync(engine, [.. numbers.Select(i => Line(i, $"P-{i}", i % 4 == 0 ? "2026-08-03" : "2026-09-08"))]);
            await CountAsync(engine);
            _time.Now += TimeSpan.FromDays(1);
        }

        var bulletin = await FindAsync(engine, "2026-09");
        Assert.Equal(3, Department(bulletin).Pieces.Count);
        var all = new List<string?>();
        for (long? after = 0; after is { } place;)
        {
            var (rows, next) = await engine.Bulletins.RowsAsync(bulletin, "SCJG", null, place, 5, Cancellation);
            Assert.InRange(rows.Count, 1, 5);
            all.AddRange(rows.Select(row => row.Id));
            after = next;
        }

        Assert.Equal(12, all.Distinct().Count());
        var (late, end) = await engine.Bulletins.RowsAsync(bulletin, "SCJG", BulletinClasses.Late, 0, 5, Cancellation);
        Assert.Equal((3, null), (late.Count, end));
        Assert.All(late, row => Assert.True(row.DaysLate > 0 && row.DueOn < row.On));
        Assert.Empty((await engine.Bulletins.RowsAsync(bulletin, "nobody", null, 0, 5, Cancellation)).Rows);
    }

    [Theory]
    [InlineData(FaultPoint.Before)]
    [InlineData(FaultPoint.AfterCommit)]
    public async Task Row_is_counted_once_though_the_store_fails_while_it_is_written(FaultPoint point)
    {
        var store = new InMemoryStore(_time, shardCount: 4);
        await using var engine = await OpenAsync(store);
        await FeedAsync(engine, Line(1, "P-1", "2026-09-08"), Line(2, "P-2", "2026-09-08"));
        var calls = 0;
        store.Fault = (call, at) =>
            call == "Jobs.Write" && at == point && ++calls == 3 ? new StoreException("down", StoreFault.Unavailable) : null;
        await engine.Bulletins.StartAsync("ada", Cancellation);
        await engine.Bulletins.Jobs.WaitAsync(Id());
        store.Fault = null;
        Assert.Equal(JobState.Failed, (await engine.Bulletins.Jobs.FindAsync(Id(), Cancellation))!.State);
        await CountAsync(engine);
        Assert.Equal(2, Department(await FindAsync(engine, "2026-09")).Score.Of(BulletinClasses.InTime));
    }

    private Task<CreditEngine> OpenAsync(IStore store) => CreditEngine.OpenAsync(
        store, _rulebook, _texts, TwoPolicies.Options, _time, NullLoggerFactory.Instance, CancellationToken.None);

    private string Id() => _rulebook.DateAt(_time.Now).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private async Task CountAsync(CreditEngine engine)
    {
        Assert.NotNull(await engine.Bulletins.StartAsync("ada", Cancellation));
        await engine.Bulletins.Jobs.WaitAsync(Id());
        var run = await engine.Bulletins.Jobs.FindAsync(Id(), Cancellation);
        Assert.True(run!.State == JobState.Finished, run.Error);
    }

    private static async Task<Bulletin> FindAsync(CreditEngine engine, string month)
    {
        var found = await engine.Bulletins.FindAsync(month, Cancellation);
        Assert.NotNull(found);
        return found;
    }

    private static DepartmentBulletin Department(Bulletin bulletin) => Assert.Single(bulletin.Departments);

    private static string Line(int subject, string id, string decided, int revision = 1, string? document = null) =>
        $$$"""{"id":"{{{id}}}","revision":{{{revision}}},"op":"put","subject":"{{{Invented.Code(subject + 1, "91")}}}","kind":"penalty","""
        + $$$""" "data":{"documentNumber":"{{{document ?? id}}}","penaltyTypes":["fine"],"fine":"{{{revision}}}","""
        + $$$""" "decidedOn":"{{{decided}}}","authority":"{{{Invented.Authority}}}"}}""";

    private static async Task FeedAsync(CreditEngine engine, params string[] lines)
    {
        var body = new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(string.Join('\n', lines)));
        await engine.Feed.SubmitAsync(Source, "tests", PipeReader.Create(body), new FeedOptions { AllLines = true }, Cancellation);
    }
}
