using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Ingestion;
using CreditGrains.Engine.Jobs;
using CreditGrains.Engine.Retention;
using CreditGrains.Engine.Rules;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;
using CreditGrains.Engine.Tests.Rules;
using CreditGrains.Engine.Tests.Simulation;
using CreditGrains.Storage.Contract;
using Microsoft.Extensions.Logging.Abstractions;

namespace CreditGrains.Engine.Tests.Retention;

/// <summary>Destruction after retention: only what is due, a fold afterwards too, and the past refused by name.</summary>
public sealed class RetentionTests
{
    private static readonly SourceId Source = new("SCJG");
    private static readonly SubjectId Subject = new(Invented.Code(1, "91"));
    private readonly SteppedTime _time = new(new DateTimeOffset(2026, 9, 10, 2, 0, 0, TimeSpan.Zero));
    private readonly SimulatedPolicies _texts = new();
    private readonly Rulebook _rulebook;

    public RetentionTests()
    {
        _rulebook = SampleRulebook.Instance with
        {
            Clocks = SampleRulebook.Instance.Clocks with
            {
                Retention = new Dictionary<string, Domain.Rulebooks.Retention> { ["penalty"] = new(5, "date", "test") },
            },
        };
        _texts.Add(_rulebook.Policy);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static IEnumerable<(string, RetainedKind)> Kinds(RetentionRun run) =>
        run.Progress.Kinds.Select(kind => (kind.Key, kind.Value));

    [Invariant(3), Invariant(8)]
    [Fact]
    public async Task Content_that_is_due_goes_and_the_subject_is_a_fold_afterwards_too()
    {
        var store = new InMemoryStore(_time, shardCount: 4);
        await using var engine = await OpenAsync(store);
        await FeedAsync(engine, Line("OLD", "2021-09-10"), Line("OLD", "2021-09-10", 2), Line("YOUNG", "2021-09-11"));
        await FeedAsync(engine, Line("TAKEN", "2019-01-01"));
        await FeedAsync(engine, Withdrawal("TAKEN", 2));
        var before = (await engine.Subjects.FindAsync(Subject, Consistency.Latest, Cancellation))!;

        var counted = await RunAsync(engine, engine.Retention.CountAsync("count", "ada", "monthly", Cancellation));
        Assert.Equal((2L, 0L), (counted.Progress.Due, counted.Progress.Destroyed));

        // The withdrawn one has been due since January 2024, which only the journal tells.
        Assert.Equal([("penalty", new RetainedKind(2, 0, new DateOnly(2024, 1, 1)))], Kinds(counted));
        Assert.DoesNotContain(await EntriesAsync(store), entry => entry.IsDestroyed);
        await Assert.ThrowsAsync<ArgumentException>(() => engine.Retention.CarryOutAsync("run", counted, "ada", "r", Cancellation));

        var carried = await RunAsync(engine, engine.Retention.CarryOutAsync("run", counted, "bob", "monthly", Cancellation));
        Assert.Equal((2L, 2L), (carried.Progress.Due, carried.Progress.Destroyed));
        Assert.Equal([("penalty", new RetainedKind(2, 2, new DateOnly(2024, 1, 1)))], Kinds(carried));
        var entries = await EntriesAsync(store);
        Assert.Equal(["OLD 1", "OLD 2", "TAKEN 1"], entries.Where(entry => entry.IsDestroyed)
            .Select(entry => $"{entry.Record.Id} {entry.Revision}").Order(StringComparer.Ordinal));
        Assert.Equal(Enumerable.Range(1, entries.Count).Select(i => (long)i), entries.Select(entry => entry.Position));

        // Live, stored and folded again from the beginning: the same, and nothing of it is left.
        var live = (await engine.Subjects.FindAsync(Subject, Consistency.Latest, Cancellation))!;
        var standing = live.Evaluator.Standings(live.State, live.AsOf).Where(each => !each.Withdrawn);
        Assert.Equal(["YOUNG"], standing.Select(each => each.Record.Id));
        var reader = new SubjectReader(store, new FactsReaders(SampleRulebook.NoExceptions));
        var (folded, position) = await reader.RefoldAsync(live.Evaluator, Subject, PackedRecords.Empty, 0, long.MaxValue);
        Assert.Equal(live.Position, position);
        Assert.Equal(Words(live.Evaluator, live.State, live.AsOf), Words(live.Evaluator, folded, live.AsOf));

        // The past needs it, and says so; an old revision is still known.
        await Assert.ThrowsAsync<ContentDestroyedException>(
            () => reader.RefoldPastAsync(live.Evaluator, Subject, before.Position));
        Assert.Equal(live.Position, (await reader.RefoldPastAsync(live.Evaluator, Subject, live.Position)).Position);
        Assert.Equal((1, 0), await FeedAsync(engine, Line("OLD", "2021-09-10", 2)));

        // Nothing is left for another run.
        Assert.Equal(0, (await RunAsync(engine, engine.Retention.CountAsync("again", "ada", "r", Cancellation))).Progress.Due);
    }

    [Fact]
    public async Task Run_that_is_lost_between_withdrawal_and_destruction_is_finished_by_the_next()
    {
        var store = new InMemoryStore(_time, shardCount: 4);
        var engine = await OpenAsync(store);
        await FeedAsync(engine, Line("OLD", "2021-09-10"), Line("YOUNG", "2021-09-11"));
        var counted = await RunAsync(engine, engine.Retention.CountAsync("count", "ada", "monthly", Cancellation));
        store.Fault = (call, _) => call == "Journal.Destroy" ? new StoreException("down", StoreFault.Corrupt) : null;
        Assert.NotNull(await engine.Retention.CarryOutAsync("run", counted, "bob", "monthly", Cancellation));
        await engine.Retention.Jobs.WaitAsync("run");
        Assert.NotEqual(JobState.Finished, (await engine.Retention.Jobs.FindAsync("run", Cancellation))!.State);
        Assert.DoesNotContain(await EntriesAsync(store), entry => entry.IsDestroyed);
        await engine.AbandonAsync();

        store = store.Reopen();
        store.Fault = null;
        await using var again = await OpenAsync(store);
        var recounted = await RunAsync(again, again.Retention.CountAsync("count-2", "ada", "monthly", Cancellation));
        Assert.Equal(1, recounted.Progress.Due);
        await RunAsync(again, again.Retention.CarryOutAsync("run-2", recounted, "bob", "monthly", Cancellation));
        Assert.Equal("OLD", Assert.Single(await EntriesAsync(store), entry => entry.IsDestroyed).Record.Id);
    }

    [Fact]
    public async Task Record_that_an_objection_reaches_after_the_count_is_kept()
    {
        var store = new InMemoryStore(_time, shardCount: 4);
        await using var engine = await OpenAsync(store);

        // So many that the stored state is renewed every sixteen events only: it does not know of the objection.
        await FeedAsync(engine, [.. Enumerable.Range(0, 100).Select(i => Line($"OLD-{i}", "2019-03-01"))]);
        var counted = await RunAsync(engine, engine.Retention.CountAsync("count", "ada", "monthly", Cancellation));
        Assert.Equal(100, counted.Progress.Due);
        _time.Now += TimeSpan.FromDays(2);
        await FeedAsync(engine, SourceId.Platform, Objection("OLD-7", "2026-09-11"));

        var carried = await RunAsync(engine, engine.Retention.CarryOutAsync("run", counted, "bob", "monthly", Cancellation));
        Assert.Equal((99L, 99L), (carried.Progress.Due, carried.Progress.Destroyed));
        var live = (await engine.Subjects.FindAsync(Subject, Consistency.Latest, Cancellation))!;
        var kept = Assert.Single(live.Evaluator.Standings(live.State, live.AsOf), each => each is { Withdrawn: false, Kind: "penalty" });
        Assert.Equal("OLD-7", kept.Record.Id);
        Assert.DoesNotContain(await EntriesAsync(store, 400), entry => entry.IsDestroyed && entry.Record.Id == "OLD-7");
    }

    private Task<CreditEngine> OpenAsync(IStore store) => CreditEngine.OpenAsync(
        store, _rulebook, _texts, TwoPolicies.Options, _time, NullLoggerFactory.Instance, CancellationToken.None);

    private static async Task<RetentionRun> RunAsync(CreditEngine engine, Task<RetentionRun?> begun)
    {
        var run = await begun;
        Assert.NotNull(run);
        await engine.Retention.Jobs.WaitAsync(run.Id);
        run = await engine.Retention.Jobs.FindAsync(run.Id, Cancellation);
        Assert.True(run!.State == JobState.Finished, run.Error);
        return run;
    }

    private static async Task<IReadOnlyList<JournalEntry>> EntriesAsync(InMemoryStore store, int limit = 100) =>
        await store.Journal.ReadShardAsync(ShardMap.ShardOf(Subject, store.ShardCount), 0, limit, Cancellation);

    private static string Words(Evaluator evaluator, byte[] state, DateOnly day) =>
        string.Join('\n', evaluator.Standings(state, day).Select(each => each.ToString()).Order(StringComparer.Ordinal))
        + NaiveAssessment.Describe(evaluator.Assess(Subject, state, day));

    private static string Line(string id, string decided, int revision = 1) =>
        $$$"""{"id":"{{{id}}}","revision":{{{revision}}},"op":"put","subject":"{{{Subject}}}","kind":"penalty","""
        + $$$""" "data":{"documentNumber":"{{{id}}}","penaltyTypes":["fine"],"fine":"{{{revision}}}","decidedOn":"{{{decided}}}","""
        + $$$""" "authority":"{{{Invented.Authority}}}"}}""";

    private static string Objection(string id, string from) =>
        $$$"""{"id":"YY-{{{id}}}","revision":1,"op":"put","subject":"{{{Subject}}}","kind":"objection","""
        + $$$""" "data":{"targetSource":"{{{Source}}}","targetId":"{{{id}}}","from":"{{{from}}}"}}""";

    private static string Withdrawal(string id, int revision) => Invented.Withdrawal(Subject.Value, id, "penalty", revision);

    private static Task<(int Duplicate, int Accepted)> FeedAsync(CreditEngine engine, params string[] lines) =>
        FeedAsync(engine, Source, lines);

    private static async Task<(int Duplicate, int Accepted)> FeedAsync(CreditEngine engine, SourceId source, params string[] lines)
    {
        var body = new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(string.Join('\n', lines)));
        var receipt = await engine.Feed.SubmitAsync(
            source, "tests", PipeReader.Create(body),
            new FeedOptions { AllLines = true, MayBePlatform = source == SourceId.Platform }, Cancellation);
        return ((int)(receipt.Duplicate + receipt.Stale), (int)receipt.Accepted);
    }
}
