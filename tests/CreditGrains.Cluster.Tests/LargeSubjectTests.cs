using CreditGrains.Cluster.Contracts;
using CreditGrains.Cluster.Tests.Support;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine;
using CreditGrains.Engine.Recomputation;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;

namespace CreditGrains.Cluster.Tests;

/// <summary>
/// A read of another node's subject carries its records: up to a bound in one message, beyond it they come from the store.
/// </summary>
public sealed class LargeSubjectTests(ITestOutputHelper output)
{
    private const int Records = 5_000;
    private const int Reads = 20;

    [Theory(Timeout = 90_000)]
    [InlineData(1024 * 1024, true)]
    [InlineData(16 * 1024, false)]
    public async Task Latest_of_a_subject_with_many_records_is_one_bounded_message(int bytesMax, bool isSent)
    {
        await using var nodes = await TestNodes.StartAsync(options: new EngineOptions
        {
            OwnerReplyBytesMax = bytesMax, Recomputation = new RecomputationOptions { Automatic = false },
        });
        var code = Lines.Organisations(2049).CodeOf(1);
        var receipt = await TestNodes.FeedAsync(nodes.Gateway, "SCJG", Enumerable.Range(0, Records).Select(id => Lines.Penalty(code, id)));
        Assert.Equal(Records, receipt.Accepted);
        var reply = await nodes.Cluster.Client.GetGrain<ISubjectGrain>(code).ReadAsync(new ReadRequest { Latest = true });
        Assert.Equal((!isSent, isSent), (reply.IsTooLong, reply.State.Length > 0));
        Assert.InRange(reply.State.Length, 0, bytesMax);
        var began = TimeProvider.System.GetTimestamp();
        var position = receipt.Token.PositionOf(ShardMap.ShardOf(new SubjectId(code), nodes.Gateway.ShardCount));
        for (var i = 0; i < Reads; i++)
        {
            var view = await nodes.Gateway.Engine.Subjects.FindAsync(
                new SubjectId(code), Consistency.Latest, TestContext.Current.CancellationToken);
            Assert.Equal(position, view?.Position);
        }

        var took = TimeProvider.System.GetElapsedTime(began).TotalMilliseconds / Reads;
        output.WriteLine($"{Records} records, {reply.State.Length} bytes in the message: {took:0.0} ms a read");
    }
}
