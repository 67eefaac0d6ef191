using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using CreditGrains.Development.Synthetic;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Ingestion;
using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Contract;
using Microsoft.Extensions.Logging.Abstractions;

namespace CreditGrains.Engine.Tests.Ingestion;

/// <summary>Events of different shards are appended at once; of two events of one record, one comes first all the same.</summary>
public sealed class CommitLaneTests
{
    private static readonly SourceId Source = new("SCJG");
    private static readonly SyntheticOrganisations Organisations = new(7);

    // Codes of both lanes: with two shards the lane is the shard.
    private static readonly string First = CodeOfShard(0), Second = CodeOfShard(1);

    [Fact]
    public async Task Record_that_comes_again_with_a_subject_of_another_lane_is_refused_there()
    {
        await using var engine = await OpenAsync(NewStore());
        for (var i = 0; i < 100; i++)
        {
            var (first, second) = i % 2 == 0 ? (First, Second) : (Second, First);
            var receipt = await SubmitAsync(
                engine, Line($"A{i}", 1, first), Line($"B{i}", 1, second), Line($"A{i}", 2, second), Line($"B{i}", 2, second));
            Assert.Equal(
                [FeedOutcome.Accepted, FeedOutcome.Accepted, FeedOutcome.Rejected, FeedOutcome.Accepted],
                receipt.Lines.OrderBy(line => line.Line).Select(line => line.Outcome));
            Assert.Equal("subject-changed", receipt.Lines.Single(line => line.Line == 3).Rejection!.Code);
        }
    }

    [Fact]
    public async Task Append_that_hangs_holds_up_its_own_shards_and_its_own_records()
    {
        using var hung = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        var store = NewStore();
        await using var engine = await OpenAsync(store);
        var appends = 0;
        store.Fault = (call, point) =>
        {
            if (call == "Journal.Append" && point == FaultPoint.Before && Interlocked.Increment(ref appends) == 1)
            {
                hung.Set();
                goOn.Wait(TimeSpan.FromSeconds(30));
            }

            return null;
        };
        var held = Task.Run(() => SubmitAsync(engine, Line("A", 1, First)));
        hung.Wait(TestContext.Current.CancellationToken);
        Task<FeedReceipt> same;
        try
        {
            Assert.Equal(1, (await SubmitAsync(engine, Line("B", 1, Second))).Accepted);

            // Decided before the append under way has ended, it would be accepted as the first revision of its record.
            same = SubmitAsync(engine, Line("A", 2, Second));
            Assert.False(held.IsCompleted);
        }
        finally
        {
            goOn.Set();
        }

        Assert.Equal(1, (await held).Accepted);
        Assert.Equal("subject-changed", Assert.Single((await same).Lines).Rejection!.Code);
    }

    private static InMemoryStore NewStore() => new(TimeProvider.System, shardCount: 2) { AppendLanes = 2 };

    private static string CodeOfShard(int shard) => Enumerable.Range(0, 1000).Select(Organisations.CodeOf)
        .First(code => ShardMap.ShardOf(new SubjectId(code), 2) == shard);

    private static string Line(string id, int revision, string subject) =>
        $$$"""{"id":"{{{id}}}","revision":{{{revision}}},"subject":"{{{subject}}}","kind":"registration","data":"""
        + $$$"""{"name":"虚构{{{id}}}","status":"active","establishedOn":"2020-01-01"}}""";

    private static Task<FeedReceipt> SubmitAsync(CreditEngine engine, params string[] lines) => engine.Feed.SubmitAsync(
        Source, "test", PipeReader.Create(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(string.Join('\n', lines)))),
        new FeedOptions { AllLines = true }, CancellationToken.None);

    private static Task<CreditEngine> OpenAsync(InMemoryStore store) => CreditEngine.OpenAsync(
        store, SampleRulebook.Instance, new EngineOptions(), TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None);
}
