using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Engine.CheckLists;
using CreditGrains.Engine.Jobs;
using CreditGrains.Engine.Recomputation;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Tests.Rules;
using CreditGrains.Storage.Contract;
using Microsoft.Extensions.Logging.Abstractions;

namespace CreditGrains.Engine.Tests.Checks;

/// <summary>Lists of checks whose process dies or stops, and whose store fails: each line is in the file once.</summary>
public sealed class CheckListTests
{
    private const int Lines = 6000;
    private static readonly CheckListCommand Command = new("approval", "m", null, "en", false, "an officer", "CZJ");
    private readonly TwoPolicies _world = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task List_of_a_process_that_is_gone_goes_on_behind_its_last_step(bool isKilled)
    {
        var store = new InMemoryStore(_world.Time, shardCount: 4);
        var steps = 0;
        var stuck = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        store.Pause = (call, point) =>
        {
            if (call != "Jobs.Write" || point != FaultPoint.Before || ++steps != 4)
                return Task.CompletedTask;
            reached.SetResult();
            return stuck.Task;
        };
        var first = await OpenAsync(store);
        first.CheckLists.StepBytes = 50_000;
        var run = (await first.CheckLists.BeginAsync(Command, Codes(Lines), Cancellation))!;
        await reached.Task;
        if (isKilled)
        {
            var again = store.Reopen();
            stuck.SetResult();
            await first.AbandonAsync();
            store = again;
        }
        else
        {
            // Told to stop before its step goes on: else it may come to the end of the list meanwhile.
            var stopped = first.CheckLists.DisposeAsync();
            stuck.SetResult();
            await stopped;
            await first.DisposeAsync();
        }

        store.Pause = null;
        _world.Time.Now = _world.Time.Now.AddMilliseconds(TwoPolicies.Options.JobSilentMsMax + 1);
        await using var next = await OpenAsync(store);
        var left = (await next.CheckLists.Jobs.FindAsync(run.Id, Cancellation))!;
        await next.CheckLists.Jobs.FollowAsync(Cancellation);
        await next.CheckLists.Jobs.WaitAsync(run.Id);
        var finished = (await next.CheckLists.Jobs.FindAsync(run.Id, Cancellation))!;
        Assert.Equal(JobState.Finished, finished.State);
        Assert.True(finished.Attempt == 2 && left.Progress.Done > 0, $"attempt {finished.Attempt}, {left.Progress.Done} before");
        await AssertWholeAsync(next, finished);
    }

    [Theory]
    [InlineData(FaultPoint.Before)]
    [InlineData(FaultPoint.AfterCommit)]
    public async Task Step_whose_answer_is_lost_is_in_the_file_once(FaultPoint point)
    {
        var store = new InMemoryStore(_world.Time, shardCount: 4);
        var writes = 0;
        store.Fault = (call, at) => call == "Jobs.Write" && at == point && ++writes % 3 == 0
            ? new StoreException("away", StoreFault.Unavailable) : null;
        await using var engine = await OpenAsync(store);
        engine.CheckLists.StepBytes = 50_000;
        var run = await engine.CheckLists.BeginAsync(Command, Codes(Lines), Cancellation);
        await engine.CheckLists.Jobs.WaitAsync(run!.Id);
        var finished = (await engine.CheckLists.Jobs.FindAsync(run.Id, Cancellation))!;
        Assert.True(finished.State == JobState.Finished && finished.Progress.Lengths.Count > 3, finished.Error);
        await AssertWholeAsync(engine, finished);
    }

    [Fact]
    public async Task Paused_list_goes_on_where_it_was()
    {
        var store = new InMemoryStore(_world.Time, shardCount: 4);
        await using var engine = await OpenAsync(store);
        var run = (await engine.CheckLists.BeginAsync(Command, Codes(Lines), Cancellation))!;
        var jobs = engine.CheckLists.Jobs;
        while (await jobs.PauseAsync(run.Id, "an operator", Cancellation) is { State: JobState.Queued })
            await Task.Yield();
        await jobs.ResumeAsync(run.Id, "an operator", Cancellation);
        await jobs.WaitAsync(run.Id);
        await AssertWholeAsync(engine, (await jobs.FindAsync(run.Id, Cancellation))!);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task List_rests_while_checks_are_asked_and_slow_and_only_then(bool isAsked)
    {
        // No sleeper is ever so late as the slow checks: the machine's load decides nothing here.
        var options = TwoPolicies.Options with
        {
            Recomputation = new RecomputationOptions { Automatic = false, LiveLatencyMsMax = 50_000, LiveLatencyRatioMax = 1000 },
        };
        var store = new InMemoryStore(_world.Time, shardCount: 4);
        await using var engine = await OpenAsync(store, options);
        var gaveWay = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (isAsked)
        {
            store.Pause = (call, _) => call == "AccessLog.Append" ? gaveWay.Task : Task.CompletedTask;
            Ask();
        }

        var run = (await engine.CheckLists.BeginAsync(Command, Codes(Lines), Cancellation))!;
        if (isAsked)
        {
            await UntilAsync(() => engine.CheckLists.Throttle is { Share: < 0.03 }, Ask);
            gaveWay.SetResult();
            await UntilAsync(() => engine.CheckLists.Throttle!.Rests > 2, Ask);
            Assert.True((await engine.CheckLists.Jobs.FindAsync(run.Id, Cancellation))!.IsOpen);
        }

        await engine.CheckLists.Jobs.WaitAsync(run.Id);
        Assert.True(engine.CheckLists.Throttle!.Rests > 0 == isAsked, $"{engine.CheckLists.Throttle.Rests} rests");
        await AssertWholeAsync(engine, (await engine.CheckLists.Jobs.FindAsync(run.Id, Cancellation))!);

        void Ask()
        {
            for (var check = 0; check < 50; check++)
                engine.CheckLatency.Add(TimeSpan.FromMilliseconds(check == 0 ? 100_000 : 1));
        }
    }

    [Fact]
    public void Lines_keep_their_numbers_and_what_is_too_long_is_cut()
    {
        var lines = new CheckListLines();
        Assert.True(lines.Add("a"u8));
        Assert.True(lines.Add(default));
        Assert.True(lines.Add(Encoding.ASCII.GetBytes(new string('9', 500))));
        Assert.Equal((3, 2), (lines.Lines, lines.Subjects));
        Assert.Equal(
            $"a\n\n{new string('9', CheckListLines.IdBytesMax + 1)}\n",
            Encoding.ASCII.GetString(CheckListLines.Open(Assert.Single(lines.Finish()))));
    }

    [Fact]
    public void Million_lines_are_held_in_a_few_pieces_and_no_more_are_taken()
    {
        var lines = new CheckListLines();
        for (var i = 0; i < CheckListLines.SubjectsMax; i++)
            Assert.True(lines.Add(Encoding.ASCII.GetBytes(Invented.Code(i, "91"))));
        Assert.False(lines.Add("a"u8));
        Assert.True(lines.Add(default));
        var pieces = lines.Finish();
        Assert.InRange(pieces.Count, 2, 40);
        Assert.True(pieces.Sum(piece => piece.Length) < 12_000_000);
    }

    private Task<CreditEngine> OpenAsync(IStore store, EngineOptions? options = null) => CreditEngine.OpenAsync(
        store, _world.First with { Matters = new Dictionary<string, Matter> { ["m"] = Plain } }, _world.Texts,
        options ?? TwoPolicies.Options, _world.Time, NullLoggerFactory.Instance, CancellationToken.None);

    private static async Task UntilAsync(Func<bool> isSo, Action meanwhile)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        while (!isSo())
        {
            meanwhile();
            await Task.Delay(5, patience.Token);
        }
    }

    private static Matter Plain => new()
    {
        Id = "m", Title = LocalisedText.Both("事项", "matter"), Outcomes = [new OutcomeRule(CheckOutcome.Proceed, null, null)],
    };

    private static CheckListLines Codes(int count)
    {
        var lines = new CheckListLines();
        for (var i = 0; i < count; i++)
            Assert.True(lines.Add(i % 100 == 7 ? default : Encoding.ASCII.GetBytes(Invented.Code(i, "91"))));
        return lines;
    }

    /// <summary>Every line that names an organisation has one row, in order, with a number of its own; digest and counts fit.</summary>
    private static async Task AssertWholeAsync(CreditEngine engine, CheckListRun run)
    {
        using var bytes = new MemoryStream();
        await engine.CheckLists.ResultOf(run).CopyToAsync(bytes, Cancellation);
        Assert.Equal(run.Progress.Length, bytes.Length);
        Assert.Equal(run.Progress.Digest, Convert.ToHexStringLower(SHA256.HashData(bytes.ToArray())));
        var rows = Encoding.UTF8.GetString(bytes.ToArray()).Split("\r\n", StringSplitOptions.RemoveEmptyEntries)[1..];
        Assert.Equal(
            Enumerable.Range(1, Lines).Where(line => line % 100 != 8).Select(line => line.ToString(CultureInfo.InvariantCulture)),
            rows.Select(row => row.Split(',')[0]));
        Assert.Equal(rows.Length, rows.Select(row => row.Split(',')[11]).Distinct().Count());
        Assert.Equal(rows.Length, run.Progress.Checked + run.Progress.Failed);
        Assert.Equal(rows.Length, run.Progress.Done);
    }
}
