using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Jobs;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;
using CreditGrains.Engine.Tests.Rules;
using CreditGrains.Storage.Contract;
using Microsoft.Extensions.Logging.Abstractions;

namespace CreditGrains.Engine.Tests.Recomputation;

/// <summary>Publicity (公示) that another rulebook begins or ends of the same records.</summary>
public sealed class PublicityChangeTests
{
    private readonly TwoPolicies _world = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Publicity_that_another_rulebook_ends_and_the_former_one_begins_again_is_told_once_each(bool warm)
    {
        var store = new InMemoryStore(_world.Time, shardCount: 3);
        await _world.FillAsync(store, 60);
        _world.Texts.Add(_world.First);
        var hidden = _world.First with
        {
            Digest = new string('1', 64),
            Clocks = _world.First.Clocks with
            {
                Publicity = _world.First.Clocks.Publicity.ToDictionary(
                    tiers => tiers.Key,
                    IReadOnlyList<PublicityTier> (tiers) => [.. tiers.Value.Select(tier => tier with { Published = false })]),
            },
        };
        _world.Texts.Add(hidden);
        var ended = await RunAsync(store, hidden, warm);
        Assert.InRange(ended.Count, 5, 200);
        Assert.All(ended, change => Assert.Equal("publicity.ended", change.Type));
        Assert.Equal(ended.Count, ended.DistinctBy(change => (change.Subject, change.Data)).Count());
        Assert.Equal(ended.Count, (await RunAsync(store, hidden, warm)).Count);

        var again = await RunAsync(store, _world.First, warm);
        var begun = again.Where(change => change.Type == "publicity.begun").Select(change => (change.Subject, change.Data));
        Assert.Equal(ended.Select(change => (change.Subject, change.Data)).ToHashSet(), begun.ToHashSet());
        Assert.Equal(ended.Count * 2, again.Count);
    }

    /// <summary>Opens the store with a rulebook, recomputes, and gives all changes of publicity told so far.</summary>
    private async Task<List<SubjectChange>> RunAsync(InMemoryStore store, Rulebook rulebook, bool warm)
    {
        await using (var engine = await CreditEngine.OpenAsync(
            store, rulebook, _world.Texts, TwoPolicies.Options, _world.Time, NullLoggerFactory.Instance, Cancellation))
        {
            if (warm)
            {
                foreach (var subject in _world.Subjects)
                    await engine.Subjects.FindAsync(new SubjectId(subject), Consistency.Any, Cancellation);
            }

            await engine.Recomputation.EnsureAsync(Cancellation);
            Assert.Equal(JobState.Finished, (await engine.Recomputation.WaitAsync(Cancellation))!.State);
            await engine.FlushAsync();
        }

        var changes = new List<SubjectChange>();
        for (var shard = 0; shard < store.ShardCount; shard++)
            changes.AddRange(await store.Subjects.ReadChangesAsync(shard, 0, 100_000, Cancellation));
        return [.. changes.Where(change => change.Type.StartsWith("publicity.", StringComparison.Ordinal))];
    }
}
