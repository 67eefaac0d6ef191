namespace CreditGrains.Benchmarks;

/// <summary>P5: the same feeding as P4, against one statement per event that writes a whole state row of 1 KB.</summary>
public sealed class IngestVersusRowBenchmark : IBenchmark
{
    public string Name => "ingest-vs-row";

    public async Task<IReadOnlyList<BenchResult>> RunAsync(BenchOptions options)
    {
        var postgres = await BenchPostgres.OfAsync(options);
        await using var server = await (await StorePlace.EmptyAsync(options, $"{options.Store}-{Name}")).ServeAsync();

        // As many organisations as have been reported on after all rounds, at ten records each.
        var subjects = options.Events * (options.Rounds + 1) / 10;
        await using var reference = await RowReference.OpenAsync(await postgres.EmptyDatabaseAsync("bench_rows"), subjects);
        using var feed = new FeedBatches(IngestBenchmark.Feed(5));
        var rounds = new List<(double, double)>();
        for (var round = -1; round < options.Rounds; round++)
        {
            var batches = feed.Next(options.Events);
            await postgres.CheckpointAsync();
            var ours = await FeedLoad.RunAsync(server, batches);
            await postgres.CheckpointAsync();
            var rows = await reference.RunAsync(options.Seconds);
            if (round >= 0)
                rounds.Add((ours.Rate, rows));
        }

        return
        [
            BenchResult.Of(
                Name, "events/s", rounds, "P5: at least 4x one statement per event", ratio => ratio >= 4,
                $"{options.Store}, {options.Events} lines a round as in P4; reference: upserts of 1 KB rows of {subjects} subjects by "
                    + "primary key, 200 at once, multiplexed over 8 connections, prepared"),
        ];
    }
}
