namespace CreditGrains.Benchmarks;

/// <summary>
/// P9: the 99th percentile of checks at a fixed rate while everything is recomputed under another policy, against the same idle.
/// </summary>
public sealed class RecomputeLiveBenchmark : IBenchmark
{
    private const int Connections = 32;
    private const int WarmUpSeconds = 8;

    /// <summary>Share of the closed loop's rate at which checks are asked.</summary>
    private const double Load = 0.25;

    public string Name => "recompute-live";

    public async Task<IReadOnlyList<BenchResult>> RunAsync(BenchOptions options)
    {
        var place = await (await PreparedStore.EnsureAsync(options)).CopyAsync(options, $"{options.Store}-{Name}");
        await using var server = await place.HostAsync();
        var warm = await server.WaitWarmAsync(options.Subjects);
        var check = new CheckQuestions(options.Subjects).With(server.Token("checker"));
        await RawHttpLoad.RunAsync(server.Addresses, Connections, WarmUpSeconds, check);
        var rate = (await RawHttpLoad.RunAsync(server.Addresses, Connections, 2, check)).Rate * Load;
        var tails = new List<(double, double)>();
        var lengths = new List<double>();
        for (var round = -1; round < options.Rounds; round++)
        {
            await SettleAsync(options, place);
            var idle = await RawHttpLoad.RunAtAsync(server.Addresses, Connections, options.Seconds, rate, check);
            var watch = System.Diagnostics.Stopwatch.StartNew();
            var recomputed = server.AskAsync(HostedServer.Recompute);
            var busy = await RawHttpLoad.RunAtAsync(server.Addresses, Connections, options.Seconds, rate, check);
            if (recomputed.IsCompleted)
                throw new InvalidOperationException("The recomputation was over first: give more --subjects or fewer --seconds.");

            // The checks go on to its end: when they stop, it would hurry.
            while (!recomputed.IsCompleted)
                await RawHttpLoad.RunAtAsync(server.Addresses, Connections, 1, rate, check);
            await recomputed;
            if (round < 0)
                continue;
            tails.Add((busy.P99Us, idle.P99Us));
            lengths.Add(watch.Elapsed.TotalSeconds);
        }

        return
        [
            BenchResult.Of(
                Name, "us p99", tails, "P9: check p99 at most 2x while everything is recomputed", ratio => ratio <= 2,
                $"{options.Store}, {options.Subjects} stored subjects, Zipf(1), {warm:P0} in memory, open loop at {rate:0}/s, {Load:P0} "
                    + $"of the closed loop's rate; a recomputation takes {BenchResult.Median(lengths):0.0} s beside it"),
        ];
    }

    /// <summary>Vacuums after the recomputation before: idle means that nothing runs beside the checks.</summary>
    private static async Task SettleAsync(BenchOptions options, StorePlace place)
    {
        if (options.Store != "postgres")
            return;
        await BenchPostgres.VacuumAsync(place.Connection!);
        await (await BenchPostgres.OfAsync(options)).CheckpointAsync();
    }
}
