namespace CreditGrains.Benchmarks;

/// <summary>P2: checks over loopback HTTP, authenticated and access-logged, against the same server's empty endpoint.</summary>
public sealed class CheckHttpBenchmark : IBenchmark
{
    private const int Connections = 32;
    private const int WarmUpSeconds = 10;

    /// <summary>Share of the measured rate of checks at which the tails of both sides are compared.</summary>
    private const double TailLoad = 0.25;

    public string Name => "check-http";

    public async Task<IReadOnlyList<BenchResult>> RunAsync(BenchOptions options)
    {
        await using var server = await PreparedStore.ServeAsync(options);
        return await MeasureAsync(Name, server, options, "one server");
    }

    /// <summary>Measures a server, or the silos of a cluster.</summary>
    public static async Task<IReadOnlyList<BenchResult>> MeasureAsync(string name, IServed server, BenchOptions options, string host)
    {
        await server.WaitWarmAsync(options.Subjects);
        var check = new CheckQuestions(options.Subjects).With(server.Token("checker"));

        static Func<ReadOnlyMemory<byte>> Empty(int number)
        {
            var request = RawHttpLoad.Request("GET", "/livez", null, null);
            return () => request;
        }

        await RawHttpLoad.RunAsync(server.Addresses, Connections, WarmUpSeconds, check);
        await RawHttpLoad.RunAsync(server.Addresses, Connections, 2, Empty);
        var warm = (double)(await server.StatusAsync()).WarmSubjects / options.Subjects;
        var rates = new List<(double, double)>();
        var tails = new List<(double, double)>();
        var pacedTails = new List<(double, double)>();
        for (var round = 0; round < options.Rounds; round++)
        {
            var ours = await RawHttpLoad.RunAsync(server.Addresses, Connections, options.Seconds, check);
            var reference = await RawHttpLoad.RunAsync(server.Addresses, Connections, options.Seconds, Empty);
            rates.Add((ours.Rate, reference.Rate));
            tails.Add((ours.P99Us, reference.P99Us));
        }

        var load = BenchResult.Median(rates.Select(rate => rate.Item1)) * TailLoad;
        for (var round = 0; round < options.Rounds; round++)
        {
            var ours = await RawHttpLoad.RunAtAsync(server.Addresses, Connections, options.Seconds, load, check);
            var reference = await RawHttpLoad.RunAtAsync(server.Addresses, Connections, options.Seconds, load, Empty);
            pacedTails.Add((ours.P99Us, reference.P99Us));
        }

        var notes = $"{host}, {options.Store}, {options.Subjects} stored subjects, Zipf(1), {warm:P0} in memory, "
            + $"{Connections} connections, client on the same machine";
        return
        [
            BenchResult.Of(
                name, "checks/s", rates, "P2: at least 0.6 of the empty endpoint's rate", ratio => ratio >= 0.6, notes + ", closed loop"),
            BenchResult.Of(
                name + "-p99", "us", tails, "P2: p99 at most 1.5x the empty endpoint's", ratio => ratio <= 1.5,
                notes + ", closed loop, the same rounds"),
            BenchResult.Of(
                name + "-p99-paced", "us", pacedTails, "as P2: p99 at most 1.5x the empty endpoint's", ratio => ratio <= 1.5,
                $"{notes}, open loop, both sides at {load:0}/s, a quarter of the rate above"),
        ];
    }
}
