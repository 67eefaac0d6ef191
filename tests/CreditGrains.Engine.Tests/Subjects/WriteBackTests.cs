using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json.Nodes;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Ingestion;
using CreditGrains.Engine.Jobs;
using CreditGrains.Engine.Recomputation;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;
using CreditGrains.Engine.Tests.Rules;
using CreditGrains.Storage.Contract;

namespace CreditGrains.Engine.Tests.Subjects;

/// <summary>Rows that are on their way to the store while the day, the rules or the subject change.</summary>
public sealed class WriteBackTests : IAsyncDisposable
{
    private const string Code = "52120110MJ01234562";
    private readonly TwoPolicies _world = new();
    private readonly InMemoryStore _store;
    private readonly TaskCompletionSource _collected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public WriteBackTests() => _store = new InMemoryStore(_world.Time, shardCount: 1);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    // Fault 28: the row was collected, its date came, the sweep asked which rows are due, and only then did the row arrive.
    [Fact]
    public async Task Row_whose_date_comes_while_it_is_on_its_way_is_written_again()
    {
        await using var engine = await _world.OpenAsync(_store);
        await FeedAsync(engine, ListedUntil("2026-03-25"));
        await _collected.Task.WaitAsync(Cancellation);
        _world.Time.Now = _world.Time.Now.AddDays(20);
        await engine.SweepAsync();
        _goOn.SetResult();
        await engine.FlushAsync();
        var row = await RowAsync();
        Assert.True(engine.IsCurrent(row), row.ToString());
        Assert.Equal(_world.Today, row.AsOf);
        Assert.Equal(0, engine.Status().DirtySubjects);
    }

    [Fact]
    public async Task Row_of_the_rules_before_that_arrives_behind_a_run_is_written_again()
    {
        await using var engine = await _world.OpenAsync(_store);
        await FeedAsync(engine, ListedUntil("2027-03-25"));
        await _collected.Task.WaitAsync(Cancellation);
        await TwoPolicies.ActivateAsync(engine, "v2");
        await engine.FollowAsync();
        await engine.Recomputation.EnsureAsync(Cancellation);

        // The run has read its last page, which lacks the subject, and waits for the write-back.
        _goOn.SetResult();
        var run = await engine.Recomputation.WaitAsync(Cancellation);
        Assert.Equal(JobState.Finished, run!.State);
        await engine.FlushAsync();
        var row = await RowAsync();
        Assert.StartsWith("v2@", row.PolicyVersion, StringComparison.Ordinal);
        Assert.Equal(0, engine.Status().DirtySubjects);
    }

    // Found by the simulator: seed 884.
    [Fact]
    public async Task Row_of_rules_in_between_is_not_covered_by_the_run_before_them()
    {
        _goOn.SetResult();
        await using var engine = await _world.OpenAsync(_store);
        await FeedAsync(engine, ListedUntil("2027-03-25"));
        await engine.Recomputation.EnsureAsync(Cancellation);
        var first = await engine.Recomputation.WaitAsync(Cancellation);
        await TwoPolicies.ActivateAsync(engine, "v2", _world.Time.Now.AddHours(1));
        await TwoPolicies.ActivateAsync(engine, "v1", _world.Time.Now.AddHours(2));
        await engine.FollowAsync();
        _world.Time.Now = _world.Time.Now.AddMinutes(90);
        await FeedAsync(engine, ListedUntil("2027-03-26", revision: 2));
        await engine.FlushAsync();
        Assert.StartsWith("v2@", (await RowAsync()).PolicyVersion, StringComparison.Ordinal);
        _world.Time.Now = _world.Time.Now.AddHours(1);
        Assert.False(engine.IsCurrent(await RowAsync()));
        await engine.Recomputation.EnsureAsync(Cancellation);
        var second = await engine.Recomputation.WaitAsync(Cancellation);
        Assert.NotEqual(first!.Id, second!.Id);
        Assert.Equal((JobState.Finished, first.Rules), (second.State, second.Rules));
        Assert.True(engine.IsCurrent(await RowAsync()));
    }

    // Found by the simulator: seed 5105. The position is the same before and after, so nothing else stops the second write.
    [Fact]
    public async Task Change_of_a_write_whose_answer_was_lost_is_told_once_though_the_store_cannot_be_read_then()
    {
        _goOn.SetResult();
        await using var engine = await _world.OpenAsync(_store);
        await FeedAsync(engine, ListedUntil("2026-03-25"));
        await engine.FlushAsync();
        var before = await RowAsync();
        _world.Time.Now = _world.Time.Now.AddDays(20);
        var (lost, unread) = (0, 0);
        _store.Fault = (call, point) => (call, point) switch
        {
            ("Subjects.Write", FaultPoint.AfterCommit) when Interlocked.Exchange(ref lost, 1) == 0 => new StoreException("lost"),
            ("Subjects.FindMany", FaultPoint.Before) when lost == 1 && Interlocked.Exchange(ref unread, 1) == 0 =>
                new StoreException("away"),
            _ => null,
        };
        await Assert.ThrowsAnyAsync<StoreException>(engine.SweepAsync);
        for (var attempt = 0; attempt < 10 && engine.Status().DirtySubjects > 0; attempt++)
            await Record.ExceptionAsync(engine.FlushAsync);
        Assert.Equal((1, 1, 0), (lost, unread, engine.Status().DirtySubjects));
        var after = await RowAsync();
        Assert.Equal(before.Position, after.Position);
        Assert.NotEqual(before.Grade, after.Grade);
        var told = (await _store.Subjects.ReadChangesAsync(0, 0, 100, Cancellation)).Where(change => change.Type == "grade");
        Assert.Equal(
            [(null, before.Grade), (before.Grade, after.Grade)],
            told.Select(change => JsonNode.Parse(change.Data)!).Select(data => ((string?)data["old"], (string?)data["new"])));
    }

    private async Task<StoredSubject> RowAsync() => (await _store.Subjects.FindAsync(new SubjectId(Code), Cancellation))!;

    /// <summary>Feeds one line; the first row that is written back waits until <see cref="_goOn"/>.</summary>
    private async Task FeedAsync(CreditEngine engine, string line)
    {
        _store.Pause = (call, point) =>
        {
            if (call != "Subjects.Write" || point != FaultPoint.Before)
                return Task.CompletedTask;
            _collected.TrySetResult();
            return _goOn.Task;
        };
        var body = PipeReader.Create(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(line)));
        var receipt = await engine.Feed.SubmitAsync(new SourceId("SCJG"), "test", body, new FeedOptions(), Cancellation);
        Assert.Equal(1, receipt.Accepted);

        // Accepted is not yet folded: a flush before would find nothing to write.
        Assert.NotNull(await engine.Subjects.FindAsync(new SubjectId(Code), Consistency.AtLeast(receipt.Token), Cancellation));
    }

    private static string ListedUntil(string until, int revision = 1) => new JsonObject
    {
        ["id"] = "L1", ["revision"] = revision, ["subject"] = Code, ["kind"] = "list-entry",
        ["data"] = new JsonObject { ["gravity"] = "serious", ["listedOn"] = "2026-03-01", ["until"] = until },
    }.ToJsonString();
}
