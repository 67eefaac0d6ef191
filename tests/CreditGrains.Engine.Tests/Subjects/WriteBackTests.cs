using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json.Nodes;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Feeds;
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

        // It has read its last page, on which the subject is not yet, and waits for the write-back.
        _goOn.SetResult();
        var run = await engine.Recomputation.WaitAsync(Cancellation);
        Assert.Equal(RecomputationState.Finished, run!.State);
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
        Assert.Equal((RecomputationState.Finished, first.Rules), (second.State, second.Rules));
        Assert.True(engine.IsCurrent(await RowAsync()));
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
