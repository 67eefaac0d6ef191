using System.Diagnostics;

namespace CreditGrains.Benchmarks.Cluster;

/// <summary>
/// P18: three silos are asked for checks at a steady rate, two of them, and the third is killed with all its shards. How long a surviving
/// node gives no answer at all, and how long the slowest single check takes.
/// </summary>
public sealed class FailoverReadBenchmark : IBenchmark
{
    private const int Connections = 16;
    private const double Rate = 1_000;
    private const double BeforeSeconds = 1.5;
    private const double Seconds = 10;

    public string Name => "failover-read";

    public async Task<IReadOnlyList<BenchResult>> RunAsync(BenchOptions options)
    {
        var place = await PreparedStore.EnsureAsync(options);
        var questions = new CheckQuestions(options.Subjects);
        var (gaps, slowest) = (new List<double>(), new List<double>());
        for (var round = 0; round < options.Rounds; round++)
        {
            await using var cluster = await ClusterProcesses.StartAsync(place);
            await cluster.WaitWarmAsync(options.Subjects);
            var check = questions.With(cluster.Token("checker"));
            var survivors = cluster.Addresses.Take(ClusterProcesses.Silos - 1).ToList();
            await RawHttpLoad.RunAsync(survivors, Connections, 3, check);
            var load = RawHttpLoad.AnswersAtAsync(survivors, Connections, Seconds, Rate, check);
            await Task.Delay(TimeSpan.FromSeconds(BeforeSeconds));
            var killed = Stopwatch.GetTimestamp();
            await cluster.KillLastAsync();
            var (_, answers) = await load;
            gaps.Add(Enumerable.Range(0, survivors.Count).Max(node => LongestGapMs(
                [.. answers.Where((_, connection) => connection % survivors.Count == node).SelectMany(each => each)
                    .Select(answer => answer.Answered).Where(at => at >= killed)], killed)));
            slowest.Add(answers.SelectMany(each => each).Where(answer => answer.Answered >= killed)
                .Max(answer => Stopwatch.GetElapsedTime(answer.Due, answer.Answered).TotalMilliseconds));
            await Console.Error.WriteLineAsync($"  round {round}: no answer for {gaps[^1]:0.0} ms, slowest check {slowest[^1]:0.0} ms");
        }

        var notes = $"3 silos, {options.Subjects} stored subjects, Zipf(1), all in memory and copied, {Rate:0} checks/s over two of them "
            + $"by {Connections} connections, the third killed, {Seconds - BeforeSeconds:0.#} s after it looked at";
        return
        [
            Fixed(Name, gaps, "P18: at most 100 ms without an answer of a surviving node", worst => worst <= 100, notes),
            Fixed(Name + "-slowest", slowest, "for information: the slowest check, waiting since it was due", _ => true, notes),
        ];
    }

    private static BenchResult Fixed(string name, List<double> rounds, string reach, Func<double, bool> reached, string notes) =>
        new(name, "ms", rounds.Max(), null, rounds.Max(), rounds.Min(), rounds.Max(), reach, reached(rounds.Max()),
            "worst of all rounds; " + notes);

    private static double LongestGapMs(List<long> answered, long from)
    {
        answered.Sort();
        var longest = 0.0;
        foreach (var at in answered)
        {
            longest = Math.Max(longest, Stopwatch.GetElapsedTime(from, at).TotalMilliseconds);
            from = at;
        }

        return longest;
    }
}
