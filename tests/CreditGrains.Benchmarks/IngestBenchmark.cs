using CreditGrains.Engine.Synthetic;

namespace CreditGrains.Benchmarks;

/// <summary>
/// P4: events sent as NDJSON over HTTP until they are accepted, durable, folded and assessed, against binary COPY of the same lines into
/// one table with a primary key.
/// </summary>
public sealed class IngestBenchmark : IBenchmark
{
    public string Name => "ingest";

    /// <summary>Organisations without end.</summary>
    public static SyntheticOptions Feed(ulong seed) =>
        new() { Seed = seed, Subjects = 20_000_000, EndDate = DateOnly.FromDateTime(DateTime.UtcNow) };

    public async Task<IReadOnlyList<BenchResult>> RunAsync(BenchOptions options)
    {
        await using var server = await (await StorePlace.EmptyAsync(options, $"{options.Store}-{Name}")).ServeAsync();
        return await MeasureAsync(Name, server, options, "one server");
    }

    /// <summary>Measures a server, or a cluster by its gateway.</summary>
    public static async Task<IReadOnlyList<BenchResult>> MeasureAsync(string name, IServed server, BenchOptions options, string host)
    {
        var postgres = await BenchPostgres.OfAsync(options);
        await using var reference = await CopyReference.OpenAsync(await postgres.EmptyDatabaseAsync("bench_copy"));
        using var feed = new FeedBatches(Feed(4));
        var rounds = new List<(double, double)>();
        var atOnce = new List<(double, double)>();
        var drained = new List<(double, double)>();
        var runs = new List<FeedRun>();
        var (postgresCpu, copyCpu) = (TimeSpan.Zero, TimeSpan.Zero);
        for (var round = -1; round < options.Rounds; round++)
        {
            var batches = feed.Next(options.Events);
            await postgres.CheckpointAsync();
            var before = postgres.Cpu;
            var ours = await FeedLoad.RunAsync(server, batches);
            var used = postgres.Cpu - before;
            await postgres.CheckpointAsync();
            before = postgres.Cpu;
            var copied = await reference.BatchesAsync(batches, FeedLoad.Connections);
            var usedByCopy = postgres.Cpu - before;
            await postgres.CheckpointAsync();
            var whole = await reference.AtOnceAsync(batches);
            if (round < 0)
                continue;
            runs.Add(ours);
            postgresCpu += used;
            copyCpu += usedByCopy;
            rounds.Add((ours.Rate, copied));
            drained.Add((ours.DrainedRate, copied));
            atOnce.Add((ours.Rate, whole));
        }

        var accepted = runs.Sum(run => run.Accepted);
        double PerEvent(Func<FeedRun, TimeSpan> part) => runs.Sum(run => part(run).TotalMicroseconds) / accepted;
        double lines = runs.Sum(run => run.Lines);
        var notes = $"{host}, {options.Store}, {options.Events} lines a round in the generator's order, {accepted / lines:P1} accepted, "
            + $"batches of {FeedBatches.Lines}, {FeedLoad.Connections} connections; "
            + $"CPU us/event: server {PerEvent(run => run.ServerCpuDrained):0.0}, "
            + $"client {PerEvent(run => run.ClientCpu):0.0}, postgres {postgresCpu.TotalMicroseconds / accepted:0.0}; "
            + $"COPY {copyCpu.TotalMicroseconds / lines:0.0} us/row";
        return
        [
            BenchResult.Of(name, "events/s", rounds, "P4: at least 0.2 of COPY in batches", ratio => ratio >= 0.2, notes),
            BenchResult.Of(
                name + "-written-back", "events/s", drained, "P4, for information: until all rows are written back too, at least 0.2",
                ratio => ratio >= 0.2, notes),
            BenchResult.Of(
                name + "-one-copy", "events/s", atOnce, "P4, for information: at least 0.2 of one COPY in one go", ratio => ratio >= 0.2,
                notes),
        ];
    }
}
