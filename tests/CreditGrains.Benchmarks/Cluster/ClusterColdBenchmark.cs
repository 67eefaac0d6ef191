using System.Diagnostics;

namespace CreditGrains.Benchmarks.Cluster;

/// <summary>
/// Three silos started on a full store while checks are asked: how long until they answer, and how long answers take while little is in
/// memory and while the rest comes, against the same load once all is.
/// </summary>
public sealed class ClusterColdBenchmark : IBenchmark
{
    private const int Connections = 32;
    private const double Rate = 500;

    /// <summary>By then silos have begun to bring their subjects into memory.</summary>
    private static readonly TimeSpan Warming = TimeSpan.FromSeconds(13);

    public string Name => "cluster-cold";

    public async Task<IReadOnlyList<BenchResult>> RunAsync(BenchOptions options)
    {
        var place = await PreparedStore.EnsureAsync(options);
        var questions = new CheckQuestions(options.Subjects);
        List<(double, double)> tails = [], medians = [], warmingTails = [], warmingMedians = [];
        List<double> starts = [], warmings = [], firsts = [], seconds = [], lasts = [];
        for (var round = 0; round < options.Rounds; round++)
        {
            var watch = Stopwatch.StartNew();
            await using var cluster = await ClusterProcesses.StartAsync(place);
            starts.Add(watch.Elapsed.TotalSeconds);
            watch.Restart();
            var check = questions.With(cluster.Token("checker"));
            var cold = await RawHttpLoad.RunAtAsync(cluster.Addresses, Connections, options.Seconds, Rate, check);
            firsts.Add((double)(await cluster.StatusAsync()).WarmSubjects / options.Subjects);
            await Task.Delay(Warming - watch.Elapsed);
            var warming = await RawHttpLoad.RunAtAsync(cluster.Addresses, Connections, options.Seconds, Rate, check);
            seconds.Add((double)(await cluster.StatusAsync()).WarmSubjects / options.Subjects);
            lasts.Add(await cluster.WaitWarmAsync(options.Subjects));
            warmings.Add(watch.Elapsed.TotalSeconds);
            await RawHttpLoad.RunAsync(cluster.Addresses, Connections, options.Seconds, check);
            var warm = await RawHttpLoad.RunAtAsync(cluster.Addresses, Connections, options.Seconds, Rate, check);
            tails.Add((cold.P99Us, warm.P99Us));
            medians.Add((cold.MedianUs, warm.MedianUs));
            warmingTails.Add((warming.P99Us, warm.P99Us));
            warmingMedians.Add((warming.MedianUs, warm.MedianUs));
            await Console.Error.WriteLineAsync(
                $"  round {round}: p99 {cold.P99Us:0} us cold, {warming.P99Us:0} while warming, {warm.P99Us:0} warm; medians "
                + $"{cold.MedianUs:0}, {warming.MedianUs:0}, {warm.MedianUs:0}; warm after {warmings[^1]:0.0} s");
        }

        var notes = $"{options.Subjects} stored subjects, Zipf(1), {Rate:0} checks/s over all silos from the moment they are ready, "
            + $"which is {BenchResult.Median(starts):0.0} s after the first of three processes was started; "
            + $"{BenchResult.Median(firsts):P0} were in memory after the first {options.Seconds:0.#} s, "
            + $"{BenchResult.Median(seconds):P0} after {Warming.TotalSeconds + options.Seconds:0.#} s, "
            + $"{BenchResult.Median(lasts):P0} after {BenchResult.Median(warmings):0.0} s";
        return
        [
            BenchResult.Of(Name, "us", medians, "for information: median of the first checks against later ones", _ => true, notes),
            BenchResult.Of(Name + "-p99", "us", tails, "for information: p99 of the first checks against later ones", _ => true, notes),
            BenchResult.Of(
                Name + "-warming", "us", warmingMedians, "for information: median while subjects come into memory", _ => true, notes),
            BenchResult.Of(
                Name + "-warming-p99", "us", warmingTails, "for information: p99 while subjects come into memory", _ => true, notes),
        ];
    }
}
