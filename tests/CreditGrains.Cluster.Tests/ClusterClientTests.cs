using System.Buffers;
using System.Text.Json;
using CreditGrains.Api;
using CreditGrains.Client;
using CreditGrains.Client.Orleans;
using CreditGrains.Cluster.Hosting;
using CreditGrains.Cluster.Tests.Support;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Checks;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Tokens;
using Microsoft.Extensions.DependencyInjection;
using Freshness = CreditGrains.Engine.Subjects.Consistency;

namespace CreditGrains.Cluster.Tests;

/// <summary>
/// The client inside the network: the HTTP client's types, the engine's answers, and an entry in the access log for each.
/// </summary>
public sealed class ClusterClientTests
{
    private const ulong Seed = 33;
    private const string Actor = "approvals";
    private const string OwnRecord = "own-record";

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

    [ClusterFact]
    public async Task Matter_that_names_roles_or_departments_is_answered_for_them_and_refused_to_others_by_name_at_every_silo()
    {
        var usual = TestNodes.Rulebook.Matters.Values.First();
        var rules = TestNodes.Rulebook with
        {
            Matters = new Dictionary<string, Matter>
            {
                ["for-reviewers"] = usual with { Id = "for-reviewers", Askers = new Askers(["reviewer"], []) },
                ["for-police"] = usual with { Id = "for-police", Askers = new Askers([], ["GAJ"]) },
                ["for-all"] = usual with { Id = "for-all" },
            },
        };
        await using var nodes = await StartAsync(rules);
        var codes = Lines.Organisations(Seed);
        var owned = Enumerable.Range(0, 200).Select(codes.CodeOf).GroupBy(code => OwnerOf(nodes, code)).ToList();
        Assert.Equal(nodes.Silos.Count, owned.Count);

        // From outside the cluster and from each of its silos, of subjects of every silo.
        var factories = nodes.Cluster.Silos.Select(silo => nodes.Cluster.GetSiloServiceProvider(silo.SiloAddress))
            .Select(services => services.GetRequiredService<IGrainFactory>()).Append(nodes.Cluster.Client);
        foreach (var grains in factories)
        {
            var none = new CreditClusterClient(grains);
            var reviewer = new CreditClusterClient(grains, new CreditClusterClientOptions { Roles = ["checker", "reviewer"] });
            var police = new CreditClusterClient(grains, new CreditClusterClientOptions { Roles = ["checker"], Department = "GAJ" });
            foreach (var subject in owned.Select(each => each.First()))
            {
                await AnsweredAsync(reviewer, subject, "for-reviewers");
                await RefusedAsync(none, subject, "for-reviewers", "matter-not-allowed");
                await RefusedAsync(police, subject, "for-reviewers", "matter-not-allowed");
                await AnsweredAsync(police, subject, "for-police");
                await RefusedAsync(none, subject, "for-police", "matter-not-allowed");
                await RefusedAsync(reviewer, subject, "for-police", "matter-not-allowed");
                await AnsweredAsync(none, subject, "for-all");
            }

            // A purpose is kept for some as a matter is.
            var own = new CreditClusterClient(grains, new CreditClusterClientOptions { Roles = ["subject"] });
            await AnsweredAsync(own, codes.CodeOf(0), "for-all", OwnRecord);
            await RefusedAsync(none, codes.CodeOf(0), "for-all", "purpose-not-allowed", OwnRecord);
        }

        static async Task AnsweredAsync(CreditClusterClient client, string subject, string matter, string purpose = "approval")
        {
            var answer = await client.CheckAsync(
                new CheckQuestion(subject, matter, Purpose: purpose), Actor, cancellation: Cancellation);
            Assert.StartsWith("CK-", answer.Check, StringComparison.Ordinal);
        }

        static async Task RefusedAsync(
            CreditClusterClient client, string subject, string matter, string code, string purpose = "approval")
        {
            var told = await Assert.ThrowsAsync<CreditProblemException>(() => client.CheckAsync(
                new CheckQuestion(subject, matter, Purpose: purpose), Actor, cancellation: Cancellation));
            Assert.Equal((403, code), ((int)told.Status, told.Code));
        }
    }

    [Fact]
    public void Role_that_there_is_not_is_refused_before_anything_is_asked()
    {
        var told = Assert.Throws<ArgumentException>(() => new CreditClusterClientOptions { Roles = ["checker", "Reviewer"] });
        Assert.Contains("'Reviewer'", told.Message, StringComparison.Ordinal);
    }

    private static int OwnerOf(TestNodes nodes, string code) =>
        nodes.Silos.Index().Single(silo => silo.Item.Shards.Owns(ShardMap.ShardOf(new SubjectId(code), silo.Item.ShardCount))).Index;

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

    private static async Task<TestNodes> StartAsync(Rulebook? rules = null)
    {
        var nodes = await TestNodes.StartAsync(rules: rules);
        foreach (var silo in nodes.Silos)
        {
            var answers = new InsideAnswers(silo.Engine, TimeProvider.System);
            silo.Writer = new AnswerWriter(answers.Subject);
        }

        return nodes;
    }
}
