using System.Buffers;
using System.Text.Json;
using CreditGrains.Api;
using CreditGrains.Client;
using CreditGrains.Client.Orleans;
using CreditGrains.Cluster.Hosting;
using CreditGrains.Cluster.Tests.Support;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Checks;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Tokens;
using Freshness = CreditGrains.Engine.Subjects.Consistency;

namespace CreditGrains.Cluster.Tests;

/// <summary>
/// The client inside the network: the HTTP client's types, the engine's answers, and an entry in the access log for each.
/// </summary>
public sealed class ClusterClientTests
{
    private const ulong Seed = 33;
    private const string Actor = "approvals";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [ClusterFact]
    public async Task Check_and_subject_by_grain_calls_say_what_the_engine_says_and_are_logged()
    {
        await using var nodes = await StartAsync();
        var client = new CreditClusterClient(nodes.Cluster.Client, "en");
        var receipt = await TestNodes.FeedAsync(nodes.Gateway, "SCJG", Lines.Synthetic(Seed, 60));
        var matter = TestNodes.Rulebook.Matters.Keys.First();
        var codes = Lines.Organisations(Seed);
        for (var i = 0; i < 60; i++)
        {
            var subject = new SubjectId(codes.CodeOf(i));
            var expected = await nodes.Gateway.Engine.Checks.CheckAsync(
                new CheckRequest(subject, "approval", matter, null, "test"), Freshness.Latest, Cancellation);
            var answer = await client.CheckAsync(
                new CheckQuestion(subject.Value.ToLowerInvariant(), matter, Stage: "accept"), Actor,
                Consistency.AtLeast(receipt.Token.ToString()), Cancellation);
            Assert.StartsWith("CK-", answer.Check, StringComparison.Ordinal);
            Assert.Equal(expected!.Outcome.ToString(), answer.Outcome.Replace("-", "", StringComparison.Ordinal), ignoreCase: true);
            Assert.Equal(expected.Reasons.Select(reason => reason.Detail.In("en")), answer.Reasons.Select(reason => reason.Detail));
            Assert.Equal(expected.View.Grade, answer.Assessment?.Grade);
            var found = await client.FindSubjectAsync(subject.Value, Actor, "approval", Consistency.Latest, Cancellation);
            Assert.Equal(expected.View.Description?.Name, found?.Name);
            if (i % 10 == 0)
                await AssertAgainAsync(nodes, answer);
        }

        foreach (var silo in nodes.Silos)
            await silo.Engine.Access.FlushAsync(Cancellation);
        var logged = await nodes.Gateway.Engine.Store.AccessLog.ReadAsync(new SubjectId(codes.CodeOf(0)), null, 10, Cancellation);
        Assert.Equal(["check", "subject"], logged.Where(entry => entry.Actor == Actor).Select(entry => entry.Operation).Order());
    }

    [ClusterFact]
    public async Task Question_that_cannot_be_answered_is_refused_with_its_code()
    {
        await using var nodes = await StartAsync();
        var client = new CreditClusterClient(nodes.Cluster.Client);
        var code = Lines.Organisations(Seed).CodeOf(0);
        Assert.Null(await client.FindSubjectAsync(code, Actor, "approval", cancellation: Cancellation));
        var matter = TestNodes.Rulebook.Matters.Keys.First();
        var store = nodes.Gateway.Engine.Store;
        var shard = ShardMap.ShardOf(new SubjectId(code), store.ShardCount);
        var ahead = new Token(store.Incarnation, DateTimeOffset.UnixEpoch, [(shard, 1_000)]).ToString();
        (CheckQuestion Question, Consistency Consistency, int Status)[] wrong =
        [
            (new CheckQuestion(code, "no-such-matter"), default, 422),
            (new CheckQuestion(code, matter), Consistency.AtLeast("nonsense"), 400),
            (new CheckQuestion(code, matter), Consistency.AtLeast(ahead), 409),
        ];
        foreach (var (question, consistency, status) in wrong)
        {
            var told = await Assert.ThrowsAsync<CreditProblemException>(() =>
                client.CheckAsync(question, Actor, consistency, Cancellation));
            Assert.Equal((status, false), ((int)told.Status, told.Message.Length == 0));
        }
    }

    /// <summary>I8: whichever node has answered, every node gives the answer again.</summary>
    private static async Task AssertAgainAsync(TestNodes nodes, CreditGrains.Client.CheckAnswer answer)
    {
        foreach (var silo in nodes.Silos)
            await silo.Engine.Access.FlushAsync(Cancellation);
        foreach (var checks in nodes.Silos.Select(silo => silo.Engine.Checks).Append(nodes.Gateway.Engine.Checks))
        {
            var entry = await checks.FindReceiptAsync(answer.Check, Cancellation);
            Assert.Equal(("accept", "en"), (entry!.Receipt!.Stage, entry.Receipt.Language));
            var written = new ArrayBufferWriter<byte>();
            var replayed = await checks.ReplayAsync(entry, written, Cancellation);
            Assert.True(replayed.IsIdentical);
            using var again = JsonDocument.Parse(written.WrittenMemory);
            Assert.Equal(answer.Token, again.RootElement.GetProperty("token").GetString());
            Assert.Equal(answer.Check, again.RootElement.GetProperty("check").GetString());
        }
    }

    private static async Task<TestNodes> StartAsync()
    {
        var nodes = await TestNodes.StartAsync();
        foreach (var silo in nodes.Silos)
        {
            var answers = new InsideAnswers(silo.Engine, TimeProvider.System);
            silo.Writer = new AnswerWriter(answers.Subject);
        }

        return nodes;
    }
}
