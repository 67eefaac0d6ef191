namespace CreditGrains.Benchmarks;

/// <summary>
/// P14: the cost of an event and of a check with more organisations, relative to 100,000. The events are about stored organisations, in no
/// order: the next event about the same one comes much later.
/// </summary>
public sealed class ScaleBenchmark : IBenchmark
{
    private const int Connections = 32;
    private const int WarmUpSeconds = 5;

    /// <summary>Tenths of the subjects asked for (1 M unless said otherwise): 100 k, 1 M, 5 M.</summary>
    private static readonly int[] Tenths = [1, 10, 50];

    public string Name => "scale";

    public async Task<IReadOnlyList<BenchResult>> RunAsync(BenchOptions options)
    {
        var sizes = new List<Size>();
        try
        {
            foreach (var tenths in Tenths)
                sizes.Add(await Size.OpenAsync(options with { Subjects = Math.Max(1, options.Subjects / 10 * tenths) }));
            var events = await RoundsAsync(sizes, options.Rounds, async size => 1e6 / (await size.FeedAsync(options.Events)).Rate);
            var checks = await RoundsAsync(
                sizes, options.Rounds,
                async size => 1e6 / (await RawHttpLoad.RunAsync(size.Server.Addresses, Connections, options.Seconds, size.Check)).Rate);
            return [.. Results(options, sizes, "event", events), .. Results(options, sizes, "check", checks)];
        }
        finally
        {
            foreach (var size in sizes)
                await size.DisposeAsync();
        }
    }

    /// <summary>Measures all sizes in turn, after a round that does not count.</summary>
    private static async Task<List<double[]>> RoundsAsync(List<Size> sizes, int rounds, Func<Size, Task<double>> measure)
    {
        var all = new List<double[]>();
        for (var round = -1; round < rounds; round++)
        {
            var costs = new double[sizes.Count];
            for (var i = 0; i < costs.Length; i++)
                costs[i] = await measure(sizes[i]);
            if (round >= 0)
                all.Add(costs);
        }

        return all;
    }

    private static IEnumerable<BenchResult> Results(BenchOptions options, List<Size> sizes, string what, List<double[]> rounds) =>
        sizes.Skip(1).Select((size, i) => BenchResult.Of(
            $"scale-{what}-{size.Subjects}", $"us/{what}", [.. rounds.Select(costs => (costs[i + 1], costs[0]))],
            $"P14: at most 1.5x the cost with {sizes[0].Subjects}", ratio => ratio <= 1.5,
            $"{options.Store}, {size.Warm:P0} in memory, "
                + (what == "event"
                    ? $"{options.Events} lines a round about stored organisations in no order"
                    : $"Zipf(1), {Connections} connections, closed loop")));

    private sealed class Size : IAsyncDisposable
    {
        private readonly FeedBatches _feed;

        private Size(BenchServer server, int subjects, double warm)
        {
            Server = server;
            Subjects = subjects;
            Warm = warm;
            _feed = new FeedBatches(IngestBenchmark.Feed(14), subjects);
            Check = new CheckQuestions(subjects).With(server.Token("checker"));
        }

        public BenchServer Server { get; }

        public int Subjects { get; }

        public double Warm { get; }

        public Func<int, Func<ReadOnlyMemory<byte>>> Check { get; }

        public static async Task<Size> OpenAsync(BenchOptions options)
        {
            var server = await PreparedStore.ServeCopyAsync(options, $"{options.Store}-scale-{options.Subjects}");
            var size = new Size(server, options.Subjects, await server.WaitWarmAsync(options.Subjects));
            await RawHttpLoad.RunAsync(server.Addresses, Connections, WarmUpSeconds, size.Check);
            return size;
        }

        public Task<FeedRun> FeedAsync(int events) => FeedLoad.RunAsync(Server, _feed.Next(events));

        public async ValueTask DisposeAsync()
        {
            _feed.Dispose();
            await Server.DisposeAsync();
        }
    }
}
