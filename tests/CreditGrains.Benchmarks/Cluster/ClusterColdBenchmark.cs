using System.Diagnostics;

namespace CreditGrains.Benchmarks.Cluster;

/// <summary>
/// Three silos started on a full store while checks are asked: how long until they answer, and how long answers take while little is in
/// memory, against the same load once all is.
/// </summary>
public sealed class ClusterColdBenchmark : IBenchmark
{
    private const int Connections = 32;
    private const double Rate = 500;

    public string Name => "cluster-cold";

    public async Task<IReadOnlyList<BenchResult>> RunAsync(BenchOptions options)
    {
        var place = await PreparedStore.EnsureAsync(options);
        var questions = new CheckQuestions(options.Subjects);
        var (tails, medians) = (new List<(double, double)>(), new List<(double, double)>());
        var (starts, warmings, firsts, lasts) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round < options.Rounds; round++)
        {
            var watch = Stopwatch.StartNew();
            await using var cluster = await ClusterProcesses.StartAsync(place);
            starts.Add(watch.Elapsed.TotalSeconds);
            watch.Restart();
            var check = questions.With(cluster.Token("checker"));
            var cold = await RawHttpLoad.RunAtAsync(cluster.Address, Connections, options.Seconds, Rate, check);
            firsts.Add((double)(await cluster.StatusAsync()).WarmSubjects / options.Subjects);
            lasts.Add(await cluster.WaitWarmAsync(options.Subjects));
            warmings.Add(watch.Elapsed.TotalSeconds);
            await RawHttpLoad.RunAsync(cluster.Address, Connections, options.Seconds, check);
            var warm = await RawHttpLoad.RunAtAsync(cluster.Address, Connections, options.Seconds, Rate, check);
            tails.Add((cold.P99Us, warm.P99Us));
            medians.Add((cold.MedianUs, warm.MedianUs));
        }

        var notes = $"{options.Subjects} stored subjects, Zipf(1), {Rate:0} checks/s through the gateway from the moment it is ready, "
            + $"which is {BenchResult.Median(starts):0.0} s after the first of four processes was started; "
            + $"{BenchResult.Median(firsts):P0} were in memory after the first {options.Seconds:0.#} s, "
            + $"{BenchResult.Median(lasts):P0} after {BenchResult.Median(warmings):0.0} s";
        return
        [
            BenchResult.Of(Name, "us", medians, "for information: median of the first checks against later ones", _ => true, notes),
            BenchResult.Of(Name + "-p99", "us", tails, "for information: p99 of the first checks against later ones", _ => true, notes),
        ];
    }
}
