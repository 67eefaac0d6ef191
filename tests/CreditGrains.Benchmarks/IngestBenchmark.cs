using CreditGrains.Development.Synthetic;

namespace CreditGrains.Benchmarks;

/// <summary>
/// P4: events sent as NDJSON over HTTP until they are accepted, durable, folded and assessed, against binary COPY of the same lines into
/// one table with a primary key.
/// </summary>
/// <param name="checkpoints">
/// Whether everything is written out before each side of each round. Without, both sides soon write what they push out of the buffers, as
/// any server does that takes in more than it has memory; with it, neither does, and a round's COPY, over in less than a second, never
/// writes a page of its table.
/// </param>
public sealed class IngestBenchmark(bool checkpoints) : IBenchmark
{
    /// <summary>
    /// Rounds before those that count: a server that has just started compiles what turns out to be hot on one of the two cores for the
    /// first 25 seconds of load, and PostgreSQL's buffers take five rounds to fill.
    /// </summary>
    private const int WarmUpRounds = 8;

    public string Name => checkpoints ? "ingest-checkpointed" : "ingest";

    /// <summary>Organisations without end.</summary>
    public static SyntheticOptions Feed(ulong seed) =>
        new() { Seed = seed, Subjects = 20_000_000, EndDate = DateOnly.FromDateTime(DateTime.UtcNow) };

    public async Task<IReadOnlyList<BenchResult>> RunAsync(BenchOptions options)
    {
        await using var server = await (await StorePlace.EmptyAsync(options, $"{options.Store}-{Name}")).ServeAsync();
        return await MeasureAsync(Name, server, options, "one server", checkpoints);
    }

    /// <summary>Measures a server, or the silos of a cluster.</summary>
    public static async Task<IReadOnlyList<BenchResult>> MeasureAsync(
        string name, IServed server, BenchOptions options, string host, bool checkpoints)
    {
        var postgres = await BenchPostgres.OfAsync(options);
        await using var reference = await CopyReference.OpenAsync(await postgres.EmptyDatabaseAsync("bench_copy"));
        using var feed = new FeedBatches(Feed(4));
        var rounds = new List<(double, double)>();
        var atOnce = new List<(double, double)>();
        var drained = new List<(double, double)>();
        var runs = new List<FeedRun>();
        var (postgresCpu, copyCpu) = (TimeSpan.Zero, TimeSpan.Zero);
        for (var round = -WarmUpRounds; round < options.Rounds; round++)
        {
            var batches = feed.Next(options.Events);
            if (checkpoints)
                await postgres.CheckpointAsync();
            var before = postgres.Cpu;
            var ours = await FeedLoad.RunAsync(server, batches);
            var used = postgres.Cpu - before;
            if (checkpoints)
                await postgres.CheckpointAsync();
            before = postgres.Cpu;
            var copied = await reference.BatchesAsync(batches, FeedLoad.Connections);
            var usedByCopy = postgres.Cpu - before;
            if (checkpoints)
                await postgres.CheckpointAsync();
            var whole = await reference.AtOnceAsync(batches);
            Console.Error.WriteLine(
                $"{name} round {round}: {ours.Rate:0} of {copied:0} and {whole:0}, CPU us/event: "
                + $"server {ours.ServerCpuDrained.TotalMicroseconds / ours.Accepted:0.0}, "
                + $"postgres {used.TotalMicroseconds / ours.Accepted:0.0}");
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
            + $"batches of {FeedBatches.Lines}, {FeedLoad.Connections} connections, after {WarmUpRounds} rounds of warming up, "
            + $"{(checkpoints ? "a checkpoint before each side" : "no checkpoint forced")}; "
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
