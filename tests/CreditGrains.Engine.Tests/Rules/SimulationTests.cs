using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Policies;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Ingestion;
using CreditGrains.Engine.Jobs;
using CreditGrains.Engine.Simulation;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;
using CreditGrains.Storage.Contract;

namespace CreditGrains.Engine.Tests.Rules;

/// <summary>A simulation counts what an evaluation from scratch says, subject by subject, and touches nothing.</summary>
public sealed class SimulationTests
{
    private readonly TwoPolicies _world = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Simulation_of_all_equals_each_subject_by_itself_and_writes_nothing()
    {
        var store = await StoreAsync(200);
        await using var engine = await _world.OpenAsync(store);
        var rows = await TwoPolicies.RowsAsync(store);
        store.Fault = (call, _) => call is "Subjects.Write" or "Subjects.WriteAssessments" or "Control.Write" or "Journal.Append"
            ? new InvalidOperationException($"{call} by a simulation") : null;
        var reports = new List<long>();
        var outcome = await engine.Simulation.RunAsync(Request(store) with { Parallelism = 2 }, new Reports(reports), Cancellation);
        store.Fault = null;
        var moves = _world.Subjects.Select(subject => (
                _world.Expected(subject, _world.First, store.Symbols).Grade, _world.Expected(subject, _world.Second, store.Symbols).Grade))
            .GroupBy(pair => pair).ToDictionary(group => group.Key, group => (long)group.Count());
        Assert.Equal(moves, outcome.Result.Matrix.ToDictionary(cell => (cell.Old, cell.New), cell => cell.Share.Count));
        Assert.Equal((200L, 200L, 0L), (outcome.Result.Subjects, outcome.Result.Population, outcome.Unread.Count));
        Assert.Equal(200, reports.Max());
        Assert.Equal(10, outcome.Falls.Count);
        Assert.All(outcome.Falls, fall =>
        {
            Assert.Equal((fall.Mover.OldScoreMilli, fall.Mover.NewScoreMilli), (fall.Before.ScoreMilli, fall.After.ScoreMilli));
            Assert.Equal(("v1", "v2"), (fall.Before.Policy.Version, fall.After.Policy.Version));
        });
        Assert.Equal(
            rows.Select(row => (row.Subject, row.Grade)), (await TwoPolicies.RowsAsync(store)).Select(row => (row.Subject, row.Grade)));
        Assert.Equal(0, engine.Status().WarmSubjects);
    }

    [Fact]
    public async Task Simulation_of_a_sample_is_the_same_each_time_and_states_its_error()
    {
        var store = await StoreAsync(300);
        await using var engine = await _world.OpenAsync(store);
        var request = Request(store) with { SamplePercent = 30, Seed = 7 };
        var one = (await engine.Simulation.RunAsync(request, null, Cancellation)).Result;
        var other = (await engine.Simulation.RunAsync(request, null, Cancellation)).Result;
        Assert.Equal(_world.Subjects.Count(subject => Sampling.Takes(new SubjectId(subject), 7, 30)), one.Subjects);
        Assert.Equal(one.Matrix, other.Matrix);
        Assert.Equal(300, one.Population);
        Assert.True(one.Down.LowPercent < one.Down.HighPercent);
    }

    [Fact]
    public async Task Simulation_as_of_another_date_is_of_that_date()
    {
        var store = await StoreAsync(80);
        await using var engine = await _world.OpenAsync(store);
        var day = _world.Today.AddDays(200);
        var result = (await engine.Simulation.RunAsync(Request(store) with { AsOf = day }, null, Cancellation)).Result;
        _world.Time.Now = _world.Time.Now.AddDays(200);
        var grades = _world.Subjects.GroupBy(subject => _world.Expected(subject, _world.Second, store.Symbols).Grade ?? "")
            .ToDictionary(group => group.Key, group => (long)group.Count());
        Assert.Equal(
            grades,
            result.GradesAfter.Where(share => share.Share.Count > 0).ToDictionary(share => share.Grade ?? "", share => share.Share.Count));
    }

    [Fact]
    public async Task Simulation_that_is_cancelled_ends()
    {
        var store = await StoreAsync(50);
        await using var engine = await _world.OpenAsync(store);
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => engine.Simulation.RunAsync(Request(store), null, stop.Token));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Shadow_of_past_dates_knows_what_was_known_then_or_now(bool knownThen)
    {
        const string Subject = "91110105MA00003490";
        var store = new InMemoryStore(_world.Time, shardCount: 3);
        await using var engine = await _world.OpenAsync(store);
        var dates = new List<DateOnly>();
        for (var month = 0; month < 4; month++)
        {
            dates.Add(_world.Today);
            // Learned a month after it was decided: as of the earlier date it counts only for who looks back.
            await FeedAsync(engine, Subject, month, _world.Today.AddDays(-25));
            await engine.FlushAsync();
            _world.Time.Now = _world.Time.Now.AddDays(20);
        }

        var request = new ShadowRequest
        {
            Before = new Evaluator(_world.First, store.Symbols), After = new Evaluator(_world.Second, store.Symbols), Dates = dates,
            KnownThen = knownThen,
        };
        var results = await engine.Simulation.ShadowAsync(request, null, Cancellation);
        Assert.Equal(dates, results.Select(result => result.Date));
        var total = 0;
        foreach (var (date, result) in results)
        {
            var end = new DateTimeOffset(date.AddDays(1).ToDateTime(TimeOnly.MinValue), TimeSpan.FromHours(8)).AddTicks(-1);
            var view = await engine.Subjects.FindAsOfAsync(
                new SubjectId(Subject), date, knownThen ? new KnownAt(null, end) : null, Consistency.Latest, Cancellation);
            Assert.Equal(view!.Under(request.Before).Grade, Assert.Single(result.Matrix).Old);
            Assert.Equal(view.Under(request.After).Grade, result.Matrix[0].New);
            total += PackedRecords.Count(view.State);
        }

        Assert.Equal(knownThen ? 1 + 2 + 3 + 4 : 4 * 4, total);
    }

    private static async Task FeedAsync(CreditEngine engine, string subject, int number, DateOnly decided)
    {
        var line = $$"""
            {"id":"P{{number}}","revision":1,"op":"put","subject":"{{subject}}","kind":"penalty","data":{"documentNumber":"N{{number}}",
            "penaltyTypes":["fine"],"fine":"250000","decidedOn":"{{decided:yyyy-MM-dd}}","authority":"11120110000176778B"} }
            """.ReplaceLineEndings("");
        var body = PipeReader.Create(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(line)));
        var receipt = await engine.Feed.SubmitAsync(new SourceId("SCJG"), "test", body, new FeedOptions(), Cancellation);
        Assert.Equal(1, receipt.Accepted);
        await engine.Subjects.FindAsync(new SubjectId(subject), Consistency.AtLeast(receipt.Token), Cancellation);
    }

    private SimulationRequest Request(InMemoryStore store) => new()
    {
        Before = new Evaluator(_world.First, store.Symbols), After = new Evaluator(_world.Second, store.Symbols), AsOf = _world.Today,
    };

    private async Task<InMemoryStore> StoreAsync(int subjects)
    {
        var store = new InMemoryStore(_world.Time, shardCount: 3);
        await _world.FillAsync(store, subjects);
        return store;
    }

    private sealed class Reports(List<long> reports) : IJobProgress
    {
        public void Report(long done, long subjects)
        {
            lock (reports)
                reports.Add(done);
        }

        public Task GoOnAsync(CancellationToken cancellation) => Task.CompletedTask;
    }
}
