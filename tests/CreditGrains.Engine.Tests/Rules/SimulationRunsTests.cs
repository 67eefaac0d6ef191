using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Policies;
using CreditGrains.Engine.Jobs;
using CreditGrains.Engine.Simulation;
using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Contract;

namespace CreditGrains.Engine.Tests.Rules;

/// <summary>
/// Simulations are kept in the store: another node tells how they stand, a restart forgets none, and nobody waits for one whose
/// node is gone.
/// </summary>
public sealed class SimulationRunsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly EngineOptions Options = TwoPolicies.Options with { JobBeatMs = 10 };

    private readonly TwoPolicies _world = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Simulation_is_told_by_another_node_and_after_a_restart()
    {
        var store = await StoreAsync(200);
        SimulationRun begun;
        SimulationFindings findings;
        await using (var engine = await _world.OpenAsync(store, Options))
        await using (var other = await _world.OpenAsync(store, Options))
        {
            begun = await MakeAsync(engine, Order(store));
            findings = await FindingsAsync(engine, begun);
            var shown = await other.SimulationRuns.Jobs.FindAsync(begun.Id, Cancellation);
            Assert.Equal(await engine.SimulationRuns.Jobs.FindAsync(begun.Id, Cancellation), shown);
            Assert.Equal(
                (JobState.Finished, 200L, 200L, "ada", "v2", "v1", 1),
                (shown!.State, shown.Done, shown.Subjects, shown.Actor, shown.Version, shown.Against, shown.Attempt));
            Assert.Equal([begun.Id], (await other.SimulationRuns.Jobs.ListAsync(Cancellation)).Select(run => run.Id));
        }

        await using var again = await _world.OpenAsync(store, Options);
        var direct = await again.Simulation.RunAsync(
            new SimulationRequest { Before = Of(store, first: true), After = Of(store, first: false), AsOf = _world.Today }, null,
            Cancellation);
        var kept = await FindingsAsync(again, begun);
        var dated = Assert.Single(kept.Dates);
        Assert.Equal(direct.Result.Matrix, dated.Result.Matrix);
        Assert.Equal(direct.Result.Supervision, dated.Result.Supervision);
        Assert.Equal(direct.Result.Scores, dated.Result.Scores);
        Assert.Equal(
            direct.Result.Regions.Select(group => (group.Name, group.Down)),
            dated.Result.Regions.Select(group => (group.Name, group.Down)));
        Assert.Equal(direct.Falls.Take(3).Select(fall => fall.Mover), kept.Falls.Select(fall => fall.Mover));
        Assert.Equal(
            findings.Falls.Select(fall => fall.Reasons[0].In("en")), kept.Falls.Select(fall => fall.Reasons[0].In("en")));
        Assert.Contains("The base goes from", kept.Falls[0].Reasons[0].In("en"), StringComparison.Ordinal);
        Assert.Contains("基础分", kept.Falls[0].Reasons[0].In("zh"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Simulation_whose_process_was_killed_is_interrupted_once_it_has_been_silent_and_starts_again_under_its_id()
    {
        var store = await StoreAsync(60);
        using var gate = new Gate(store);
        var engine = await _world.OpenAsync(store, Options);
        var begun = await engine.SimulationRuns.BeginAsync(Order(store), Cancellation);
        gate.WaitUntilReached();
        var abandoned = engine.SimulationRuns.Jobs.AbandonAsync().AsTask();
        gate.Open();
        await abandoned.WaitAsync(Patience, Cancellation);
        await engine.AbandonAsync();

        await using var next = await _world.OpenAsync(store, Options);
        Assert.Equal(JobState.Running, (await next.SimulationRuns.Jobs.FindAsync(begun!.Id, Cancellation))!.State);
        Assert.Null(await next.SimulationRuns.StartAgainAsync(begun.Id, Order(store), Cancellation));
        _world.Time.Now = _world.Time.Now.AddMilliseconds(Options.JobSilentMsMax + 1);
        Assert.Equal(JobState.Interrupted, Assert.Single(await next.SimulationRuns.Jobs.ListAsync(Cancellation)).State);
        var found = await next.SimulationRuns.Jobs.FindAsync(begun.Id, Cancellation);
        Assert.Equal(JobState.Interrupted, found!.State);
        Assert.NotNull(found.Error);
        Assert.NotNull(found.EndedAt);

        Assert.NotNull(await next.SimulationRuns.StartAgainAsync(begun.Id, Order(store) with { Actor = "bob" }, Cancellation));
        await next.SimulationRuns.Jobs.WaitAsync(begun.Id).WaitAsync(Patience, Cancellation);
        found = await next.SimulationRuns.Jobs.FindAsync(begun.Id, Cancellation);
        Assert.Equal((JobState.Finished, 2, "bob", null), (found!.State, found.Attempt, found.Actor, found.Error));
        Assert.Equal(60, (await FindingsAsync(next, found)).Dates[0].Result.Subjects);
        Assert.Null(await next.SimulationRuns.StartAgainAsync(begun.Id, Order(store), Cancellation));
        var acts = await store.Control.EventsAsync("simulation", null, 0, 100, Cancellation);
        Assert.Equal([("asked", "ada"), ("started", "bob")], acts.Select(act => (act.Act.Action, act.Act.Actor)));
    }

    [Fact]
    public async Task Process_that_was_only_slow_finds_its_simulation_made_by_another_and_writes_nothing()
    {
        var store = await StoreAsync(60);
        using var gate = new Gate(store);
        // A stuck run sends no heartbeat.
        await using var slow = await _world.OpenAsync(store, Options with { JobBeatMs = 1_000_000 });
        var begun = await slow.SimulationRuns.BeginAsync(Order(store), Cancellation);
        var work = slow.SimulationRuns.Jobs.WaitAsync(begun!.Id);
        gate.WaitUntilReached();
        _world.Time.Now = _world.Time.Now.AddMilliseconds(Options.JobSilentMsMax + 1);
        await using var other = await _world.OpenAsync(store, Options);
        Assert.Equal(JobState.Interrupted, (await other.SimulationRuns.Jobs.FindAsync(begun.Id, Cancellation))!.State);
        gate.Open();
        await work.WaitAsync(Patience, Cancellation);
        Assert.Equal(JobState.Interrupted, (await slow.SimulationRuns.Jobs.FindAsync(begun.Id, Cancellation))!.State);
        Assert.NotNull(await other.SimulationRuns.StartAgainAsync(begun.Id, Order(store), Cancellation));
        await other.SimulationRuns.Jobs.WaitAsync(begun.Id).WaitAsync(Patience, Cancellation);
        Assert.Equal(JobState.Finished, (await slow.SimulationRuns.Jobs.FindAsync(begun.Id, Cancellation))!.State);
    }

    [Fact]
    public async Task Simulation_is_cancelled_from_another_node()
    {
        var store = await StoreAsync(60);
        using var gate = new Gate(store);
        await using var engine = await _world.OpenAsync(store, Options);
        await using var other = await _world.OpenAsync(store, Options);
        var begun = await engine.SimulationRuns.BeginAsync(Order(store), Cancellation);
        var work = engine.SimulationRuns.Jobs.WaitAsync(begun!.Id);
        gate.WaitUntilReached();
        var cancelled = await other.SimulationRuns.Jobs.CancelAsync(begun.Id, "bob", Cancellation);
        Assert.Equal(JobState.Cancelled, cancelled!.State);
        gate.Open();
        await work.WaitAsync(Patience, Cancellation);
        foreach (var node in new[] { engine, other })
            Assert.Equal(JobState.Cancelled, (await node.SimulationRuns.Jobs.FindAsync(begun.Id, Cancellation))!.State);
        Assert.Null(await engine.SimulationRuns.Jobs.CancelAsync("0000000000000000", "bob", Cancellation));
    }

    [Fact]
    public async Task Simulation_is_held_while_it_is_paused_from_another_node_and_goes_on_from_where_it_was()
    {
        var store = await StoreAsync(60);
        using var gate = new Gate(store);
        await using var engine = await _world.OpenAsync(store, Options);
        await using var other = await _world.OpenAsync(store, Options);
        var begun = (await engine.SimulationRuns.BeginAsync(Order(store), Cancellation))!;
        var work = engine.SimulationRuns.Jobs.WaitAsync(begun.Id);
        gate.WaitUntilReached();
        Assert.Equal(JobState.Paused, (await other.SimulationRuns.Jobs.PauseAsync(begun.Id, "bob", Cancellation))!.State);
        Assert.Equal(JobState.Paused, (await other.SimulationRuns.Jobs.PauseAsync(begun.Id, "bob", Cancellation))!.State);

        // Its node has taken note with the next heartbeat.
        var noted = (await store.Jobs.FindAsync(new JobKey("simulation", begun.Id), Cancellation))!.Version;
        while ((await store.Jobs.FindAsync(new JobKey("simulation", begun.Id), Cancellation))!.Version == noted)
            await Task.Yield();
        gate.Open();
        while ((await engine.SimulationRuns.Jobs.FindAsync(begun.Id, Cancellation))!.Done == 0)
            await Task.Yield();
        Assert.False(work.IsCompleted);
        Assert.Equal(JobState.Running, (await other.SimulationRuns.Jobs.ResumeAsync(begun.Id, "bob", Cancellation))!.State);
        await work.WaitAsync(Patience, Cancellation);
        var ended = (await engine.SimulationRuns.Jobs.FindAsync(begun.Id, Cancellation))!;
        Assert.Equal((JobState.Finished, 60L, 1), (ended.State, ended.Done, ended.Attempt));
        var acts = await store.Control.EventsAsync("simulation", null, 0, 100, Cancellation);
        Assert.Equal(["asked", "paused", "resumed"], acts.Select(act => act.Act.Action));
    }

    [Fact]
    public async Task Simulations_behind_one_under_way_are_queued_and_a_stopped_node_says_that_it_interrupts_them()
    {
        var store = await StoreAsync(60);
        using var gate = new Gate(store);
        var engine = await _world.OpenAsync(store, Options);
        var begun = new List<SimulationRun>();
        for (var i = 0; i < SimulationRuns.OpenMax; i++)
            begun.Add((await engine.SimulationRuns.BeginAsync(Order(store), Cancellation))!);
        Assert.Null(await engine.SimulationRuns.BeginAsync(Order(store), Cancellation));
        gate.WaitUntilReached();
        var states = (await engine.SimulationRuns.Jobs.ListAsync(Cancellation)).Select(run => run.State).Order().ToList();
        Assert.Equal(
            [JobState.Queued, JobState.Queued, JobState.Queued, JobState.Running], states);
        var stopping = engine.SimulationRuns.DisposeAsync().AsTask();
        gate.Open();
        await stopping.WaitAsync(Patience, Cancellation);
        await engine.DisposeAsync();

        await using var next = await _world.OpenAsync(store, Options);
        Assert.All(await next.SimulationRuns.Jobs.ListAsync(Cancellation), run => Assert.Equal(JobState.Interrupted, run.State));
    }

    [Fact]
    public async Task Simulations_beyond_those_kept_take_the_place_of_the_one_that_ended_first()
    {
        var store = await StoreAsync(3);
        await using var engine = await _world.OpenAsync(store, Options);
        var made = new List<SimulationRun>();
        for (var i = 0; i < SimulationRuns.KeptMax + 2; i++)
        {
            made.Add(await MakeAsync(engine, Order(store)));
            _world.Time.Now = _world.Time.Now.AddSeconds(1);
        }

        Assert.Null(await engine.SimulationRuns.Jobs.FindAsync(made[0].Id, Cancellation));
        Assert.Null(await engine.SimulationRuns.Jobs.FindAsync(made[1].Id, Cancellation));
        Assert.Null(await engine.SimulationRuns.FindingsAsync(made[0] with { Parts = 1 }, Cancellation));
        Assert.Equal(
            made.Skip(2).Select(run => run.Id).Reverse(), (await engine.SimulationRuns.Jobs.ListAsync(Cancellation)).Select(run => run.Id));
        Assert.Equal(3, (await FindingsAsync(engine, made[2])).Dates[0].Result.Subjects);
    }

    [Theory]
    [InlineData(FaultPoint.Before)]
    [InlineData(FaultPoint.AfterCommit)]
    public async Task Simulation_ends_once_though_the_store_loses_every_first_answer(FaultPoint point)
    {
        var store = await StoreAsync(20);
        await using var engine = await _world.OpenAsync(store, Options);
        var calls = 0;
        // The first is the asking itself, whose answer its caller must get.
        store.Fault = (call, at) => call == "Jobs.Write" && at == point && Interlocked.Increment(ref calls) % 2 == 0
            ? new StoreException("lost", StoreFault.Unavailable) : null;
        var begun = await engine.SimulationRuns.BeginAsync(Order(store), Cancellation);
        await engine.SimulationRuns.Jobs.WaitAsync(begun!.Id).WaitAsync(Patience, Cancellation);
        store.Fault = null;
        var ended = (await engine.SimulationRuns.Jobs.FindAsync(begun.Id, Cancellation))!;
        Assert.True(calls > 2, $"{calls}");
        Assert.Equal(JobState.Finished, ended.State);
        Assert.Equal(20, (await FindingsAsync(engine, ended)).Dates[0].Result.Subjects);
    }

    [Fact]
    public async Task Period_keeps_few_enough_groups_for_its_dates_and_loses_no_subject()
    {
        var store = await StoreAsync(80);
        await using var engine = await _world.OpenAsync(store, Options);
        var dates = Enumerable.Range(0, 30).Select(day => _world.Today.AddDays(-day)).Order().ToList();
        var made = await MakeAsync(engine, Order(store) with { Dates = dates, KnownThen = false });
        var findings = await FindingsAsync(engine, made);
        Assert.Equal(dates, findings.Dates.Select(found => found.AsOf));
        Assert.Empty(findings.Falls);
        Assert.All(findings.Dates, found =>
        {
            Assert.Equal(found.Result.Subjects, found.Result.Regions.Sum(group => group.Subjects));
            Assert.Empty(found.Result.Falls);
        });

        var groups = Enumerable.Range(0, 1000).Select(i => new SimulationGroup(
            $"R{i:D4}", 3, Share.Of(1, 3, 3), Share.Of(0, 3, 3), [1, 2], [2, 1])).ToList();
        var result = findings.Dates[0].Result with { Regions = groups, Subjects = 3000, Population = 3000 };
        var bounded = SimulationFindings.Of([.. dates.Select(date => (date, result))]).Dates[0].Result.Regions;
        Assert.Equal(10_000 / 30, bounded.Count);
        var others = bounded[^1];
        Assert.Equal((SimulationGroup.Others, 3000L), (others.Name, bounded.Sum(group => group.Subjects)));
        Assert.Equal(1000, bounded.Sum(group => group.Down.Count));
        Assert.Equal([1000L, 2000L], [bounded.Sum(group => group.Before[0]), bounded.Sum(group => group.Before[1])]);
    }

    private async Task<SimulationRun> MakeAsync(CreditEngine engine, SimulationCommand order)
    {
        var begun = await engine.SimulationRuns.BeginAsync(order, Cancellation);
        Assert.NotNull(begun);
        await engine.SimulationRuns.Jobs.WaitAsync(begun.Id).WaitAsync(Patience, Cancellation);
        var ended = (await engine.SimulationRuns.Jobs.FindAsync(begun.Id, Cancellation))!;
        Assert.True(ended.State == JobState.Finished, ended.Error);
        return ended;
    }

    private static async Task<SimulationFindings> FindingsAsync(CreditEngine engine, SimulationRun run)
    {
        var findings = await engine.SimulationRuns.FindingsAsync(run, Cancellation);
        Assert.NotNull(findings);
        return findings;
    }

    private Evaluator Of(InMemoryStore store, bool first) => new(first ? _world.First : _world.Second, store.Symbols);

    private SimulationCommand Order(InMemoryStore store) => new()
    {
        Actor = "ada", Before = Of(store, first: true), After = Of(store, first: false), AsOf = _world.Today, Movers = 3,
    };

    private async Task<InMemoryStore> StoreAsync(int subjects)
    {
        var store = new InMemoryStore(_world.Time, shardCount: 3);
        await _world.FillAsync(store, subjects);
        return store;
    }

    /// <summary>Holds a simulation where it reads states.</summary>
    private sealed class Gate : IDisposable
    {
        private readonly ManualResetEventSlim _reached = new();
        private readonly ManualResetEventSlim _open = new();

        public Gate(InMemoryStore store) => store.Fault = (call, point) =>
        {
            if (call == "Subjects.ReadStates" && point == FaultPoint.Before)
            {
                _reached.Set();
                _open.Wait(Patience);
            }

            return null;
        };

        public void WaitUntilReached() => Assert.True(_reached.Wait(Patience), "The simulation has read nothing.");

        public void Open() => _open.Set();

        public void Dispose() => _open.Set();
    }
}
