using System.Text.Json.Nodes;
using CreditGrains.Engine.Jobs;
using CreditGrains.Engine.Recomputation;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Tests.Rules;
using CreditGrains.Storage.Sqlite.Tests;

namespace CreditGrains.Engine.Tests.Recomputation;

/// <summary>A run that dies ten times on SQLite: each row is under the old version or the new one, and nobody is told twice.</summary>
public sealed class RecomputationCrashTests(ITestOutputHelper output)
{
    private const int Subjects = 300;
    private const int Crashes = 10;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Run_killed_ten_times_leaves_old_or_new_rows_and_ends_with_each_change_told_once(bool afterCommit)
    {
        var world = new TwoPolicies();
        await using var host = new SqliteHost();
        var sqlite = await host.CreateAsync(world.Time, 4);
        await world.FillAsync(sqlite, Subjects);
        await using (var first = await world.OpenAsync(sqlite))
            await TwoPolicies.ActivateAsync(first, "v2");
        var documents = 0L;
        for (var crash = 1; crash <= Crashes; crash++)
        {
            var dying = new DyingStore(sqlite);
            var engine = await world.OpenAsync(dying);
            // The first start writes the run itself; every later one goes on from its cursors, two pages further.
            dying.DieAt(crash == 1 ? 4 : 2, afterCommit);
            await engine.Recomputation.EnsureAsync(CancellationToken.None);
            await dying.Death.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            await engine.AbandonAsync();
            sqlite = await host.ReopenAfterKillAsync(sqlite);
            var run = await RunAsync(sqlite);
            Assert.Equal(JobState.Running, run.State);
            Assert.True(run.Done > documents, $"crash {crash}: nothing was kept of the last life");
            documents = run.Done;
            await OldOrNewAsync(world, sqlite, run);
        }

        Assert.True(documents < Subjects, "the run was over before the last crash");
        var last = await world.OpenAsync(sqlite);
        await last.Recomputation.EnsureAsync(CancellationToken.None);
        var finished = await last.Recomputation.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Equal((JobState.Finished, (long)Subjects), (finished!.State, finished.Done));
        Assert.Equal(Subjects, finished.Matrix.Sum(move => move.Count));
        await last.DisposeAsync();
        await OldOrNewAsync(world, sqlite, finished);
        var told = await ToldOnceAsync(world, sqlite);
        Assert.Equal(finished.GradesChanged, told);
        output.WriteLine($"{Crashes} crashes, {finished.Written} rows written, {told} changes told");
        await sqlite.DisposeAsync();
    }

    private static async Task<RecomputationRun> RunAsync(IStore store)
    {
        var runs = await store.Jobs.ListAsync(RecomputationJob.Name, null, 10, CancellationToken.None);
        return (await RecomputationJob.Kind.FindAsync(store.Jobs, runs[^1].Key.Id, CancellationToken.None))!.Run;
    }

    /// <summary>Rows that the cursor has passed are under the new version, those before it under the old one.</summary>
    private static async Task OldOrNewAsync(TwoPolicies world, IStore store, RecomputationRun run)
    {
        foreach (var row in await TwoPolicies.RowsAsync(store))
        {
            var passed = run.Shards[row.Shard].Covers(row.Subject.Value);
            var expected = world.Expected(row.Subject.Value, passed ? world.Second : world.First, store.Symbols);
            Assert.Equal(expected, (row.ScoreMilli, row.Grade));
        }
    }

    private static async Task<long> ToldOnceAsync(TwoPolicies world, IStore store)
    {
        var changes = (await TwoPolicies.ChangesAsync(store)).ToLookup(change => change.Subject.Value);
        foreach (var subject in world.Subjects)
        {
            var (old, now) = (world.Expected(subject, world.First, store.Symbols), world.Expected(subject, world.Second, store.Symbols));
            var told = changes[subject].Select(change => JsonNode.Parse(change.Data)!)
                .Select(data => ((string?)data["old"], (string?)data["new"], (string?)data["policy"]));
            Assert.Equal(old.Grade == now.Grade ? [] : [(old.Grade, now.Grade, "v2")], told);
        }

        return changes.Sum(group => group.Count());
    }
}
