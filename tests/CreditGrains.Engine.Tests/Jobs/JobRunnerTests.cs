using System.Globalization;
using System.Text.Json.Serialization;
using CreditGrains.Engine.Jobs;
using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Contract;
using Microsoft.Extensions.Logging.Abstractions;

namespace CreditGrains.Engine.Tests.Jobs;

/// <summary>Durable steps: whatever becomes of the process, a job goes on from the last of them and has found each piece once.</summary>
public sealed class JobRunnerTests : IAsyncDisposable
{
    private const int Steps = 6;
    private const string Id = "count";
    private static readonly DateTimeOffset Start = new(2026, 3, 15, 2, 0, 0, TimeSpan.Zero);

    // No heartbeats by themselves: only what a test does moves a job.
    private static readonly EngineOptions Options = new() { JobBeatMs = 1_000_000, JobSilentMsMax = 20_000_000, RetryPauseMsMax = 1 };
    private static readonly JobKind<CountingRun> Kind = new("counting", CountingJson.Default.CountingRun, 8, 2, 2, static _ => []);

    private readonly SteppedTime _time = new(Start);
    private readonly InMemoryStore _store;

    public JobRunnerTests() => _store = new InMemoryStore(_time, shardCount: 1);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    public async Task Job_of_a_process_that_died_is_taken_over_at_its_last_step(int stepsBefore)
    {
        var dead = new Worker(this) { StopsAt = stepsBefore };
        await dead.BeginAsync();
        await dead.Stopped;
        await dead.Runner.AbandonAsync();
        await using var next = new Worker(this);
        await next.Runner.FollowAsync(Cancellation);
        Assert.Equal(0, next.Runner.OpenCount);
        Assert.Equal(JobState.Running, (await next.Runner.FindAsync(Id, Cancellation))!.State);
        BecomeSilent();
        await next.Runner.FollowAsync(Cancellation);
        await next.Runner.WaitAsync(Id);
        Assert.Equal(stepsBefore == 0 ? null : Text(stepsBefore), next.BegunAt);
        var run = await FinishedAsync(next);
        Assert.Equal((2, (long)Steps), (run.Attempt, run.Done));
    }

    [Fact]
    public async Task Job_of_a_process_that_stops_goes_on_at_the_next_start_without_a_wait()
    {
        var first = new Worker(this) { StopsAt = 2 };
        await first.BeginAsync();
        await first.Stopped;
        await first.DisposeAsync();
        Assert.Equal("queued", (await _store.Jobs.FindAsync(Kind.KeyOf(Id), Cancellation))!.State);
        await using var next = new Worker(this);
        await next.Runner.FollowAsync(Cancellation);
        await next.Runner.WaitAsync(Id);
        Assert.Equal("2", next.BegunAt);
        await FinishedAsync(next);
    }

    [Fact]
    public async Task Process_taken_for_dead_makes_no_step_once_another_has_taken_its_job_over()
    {
        await using var slow = new Worker(this) { StopsAt = 3 };
        await slow.BeginAsync();
        await slow.Stopped;
        var work = slow.Runner.WaitAsync(Id);
        BecomeSilent();
        await using var next = new Worker(this);
        await next.Runner.FollowAsync(Cancellation);
        slow.GoOn();
        await Task.WhenAll(work, next.Runner.WaitAsync(Id));
        Assert.Equal(("3", "3"), (next.BegunAt, slow.LastStep));
        await FinishedAsync(next);
    }

    [Theory]
    [InlineData(FaultPoint.Before)]
    [InlineData(FaultPoint.AfterCommit)]
    public async Task Step_whose_answer_is_lost_is_made_once(FaultPoint point)
    {
        await using var worker = new Worker(this) { StopsAt = 0 };
        await worker.BeginAsync();
        await worker.Stopped;
        var writes = 0;
        _store.Fault = (call, at) => call == "Jobs.Write" && at == point && Interlocked.Increment(ref writes) % 2 == 1
            ? new StoreException("lost", StoreFault.Unavailable) : null;
        var work = worker.Runner.WaitAsync(Id);
        worker.GoOn();
        await work;
        _store.Fault = null;
        await FinishedAsync(worker);
    }

    [Fact]
    public async Task Paused_job_stays_paused_through_a_takeover_and_goes_on_when_it_is_resumed()
    {
        var first = new Worker(this) { StopsAt = 2 };
        await first.BeginAsync();
        await first.Stopped;
        Assert.Equal(JobState.Paused, (await first.Runner.PauseAsync(Id, "operator", Cancellation))!.State);
        await first.DisposeAsync();
        await using var next = new Worker(this);
        await next.Runner.FollowAsync(Cancellation);
        Assert.Equal(1, next.Runner.OpenCount);
        Assert.Equal(JobState.Paused, (await next.Runner.FindAsync(Id, Cancellation))!.State);
        Assert.Equal(JobState.Running, (await next.Runner.ResumeAsync(Id, "operator", Cancellation))!.State);
        await next.Runner.WaitAsync(Id);
        Assert.Equal("2", next.BegunAt);
        await FinishedAsync(next);
    }

    [Fact]
    public async Task Job_that_was_cancelled_goes_on_at_its_last_step_when_it_is_started_again()
    {
        await using var worker = new Worker(this) { StopsAt = 4 };
        await worker.BeginAsync();
        await worker.Stopped;
        Assert.Equal(JobState.Cancelled, (await worker.Runner.CancelAsync(Id, "operator", Cancellation))!.State);
        worker.StopsAt = null;
        Assert.NotNull(await worker.Runner.StartAgainAsync(Id, "operator", Cancellation));
        await worker.Runner.WaitAsync(Id);
        Assert.Equal("4", worker.BegunAt);
        Assert.Equal("operator", (await FinishedAsync(worker)).Actor);
        Assert.Null(await worker.Runner.StartAgainAsync(Id, "operator", Cancellation));
        var acts = await _store.Control.EventsAsync(Kind.Name, Id, 0, 10, Cancellation);
        Assert.Equal(["asked", "cancelled", "started"], acts.Select(act => act.Act.Action));
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private void BecomeSilent() => _time.Now = _time.Now.AddMilliseconds(Options.JobSilentMsMax + 1);

    private async Task<CountingRun> FinishedAsync(Worker worker)
    {
        var run = (await worker.Runner.FindAsync(Id, Cancellation))!;
        Assert.Equal((JobState.Finished, Text(Steps), Steps + 1), (run.State, run.Cursor, run.Parts));
        var pieces = await worker.Runner.ResultsAsync(run, Cancellation);
        Assert.Equal([1, 2, 3, 4, 5, 6, 99], pieces!.Select(piece => (int)Assert.Single(piece)));
        return run;
    }

    /// <summary>A process whose jobs count to six, a step a number, and add a last piece at the end.</summary>
    private sealed class Worker : IAsyncDisposable
    {
        private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Worker(JobRunnerTests test) => Runner = new JobRunner<CountingRun>(
            Kind, test._store.Jobs, Options, test._time, new StoreFaultLog(NullLogger.Instance, test._time), NullLogger.Instance,
            CountAsync);

        public JobRunner<CountingRun> Runner { get; }

        /// <summary>After so many steps it waits.</summary>
        public int? StopsAt { get; set; }

        public string? BegunAt { get; private set; }

        public string? LastStep { get; private set; }

        public Task Stopped => _stopped.Task.WaitAsync(Cancellation);

        public void GoOn() => _goOn.TrySetResult();

        public Task<CountingRun?> BeginAsync() =>
            Runner.BeginAsync(new CountingRun { Id = Id, Actor = "ada", AskedAt = default }, CountAsync, Cancellation);

        public ValueTask DisposeAsync() => Runner.DisposeAsync();

        private async Task<JobOutcome> CountAsync(JobHold<CountingRun> job, CancellationToken stop)
        {
            BegunAt = job.Cursor;
            for (var number = int.Parse(job.Cursor ?? "0", CultureInfo.InvariantCulture); number < Steps; number++)
            {
                if (number == StopsAt)
                {
                    _stopped.TrySetResult();
                    await _goOn.Task.WaitAsync(stop);
                }

                await job.GoOnAsync(stop);
                job.Report(number + 1, Steps);
                await job.StepAsync(Text(number + 1), [[(byte)(number + 1)]], stop);
                LastStep = job.Cursor;
            }

            return JobOutcome.Finished([[99]]);
        }
    }
}

/// <summary>A job of the test.</summary>
public sealed record CountingRun : JobRun;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CountingRun))]
internal sealed partial class CountingJson : JsonSerializerContext;
