using CreditGrains.Cluster.Hosting;
using CreditGrains.Cluster.Tests.Support;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Subjects;

namespace CreditGrains.Cluster.Tests;

/// <summary>
/// R4: writes through one node, checks through another. Without the token an answer may be older than the write; with it, never. Each
/// pair of nodes is met hundreds of times; CREDIT_PAIRS changes how often (the campaign: 10,000).
/// </summary>
[Invariant(6)]
public sealed class StaleReadTests(ITestOutputHelper output)
{
    private const int Pairs = 2_000;
    private const int Subjects = 2_000;
    private const int AtOnce = 16;
    private const ulong Seed = 815;

    [ClusterFact]
    public async Task Answer_with_the_token_of_a_write_reflects_it_on_every_node()
    {
        var pairs = TestVariable.Number("CREDIT_PAIRS") ?? Pairs;
        await using var nodes = await TestNodes.StartAsync();
        var without = await CountStaleAsync(nodes, withToken: false, Subjects, firstRevision: 1);
        var with = await CountStaleAsync(nodes, withToken: true, pairs, firstRevision: 2);
        output.WriteLine($"seed {Seed}: without token {without} of {Subjects} answers were stale, with token {with} of {pairs}");
        Assert.True(without > 0, "no answer without a token was stale: the test would not notice one");
        Assert.Equal(0, with);
    }

    private static async Task<int> CountStaleAsync(TestNodes nodes, bool withToken, int pairs, int firstRevision)
    {
        List<ClusterNode> entrances = [.. nodes.Silos, nodes.Gateway];
        var codes = Lines.Organisations(Seed);
        var stale = 0;
        await Parallel.ForEachAsync(
            Enumerable.Range(0, AtOnce), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (worker, cancellation) =>
            {
                for (var pair = worker; pair < pairs; pair += AtOnce)
                {
                    var code = codes.CodeOf(pair % Subjects);
                    var revision = firstRevision + (pair / Subjects);
                    var receipt = await TestNodes.FeedAsync(entrances[pair % entrances.Count], "SCJG", Lines.Registration(code, revision));
                    Assert.Equal(1, receipt.Accepted);
                    var view = await entrances[(pair + 1 + (pair / 7 % 3)) % entrances.Count].Engine.Subjects.FindAsync(
                        new SubjectId(code), withToken ? Consistency.AtLeast(receipt.Token) : Consistency.Any, cancellation);
                    if (view?.Description?.Name != $"虚构{revision}号公司")
                        Interlocked.Increment(ref stale);
                }
            });
        return stale;
    }
}
