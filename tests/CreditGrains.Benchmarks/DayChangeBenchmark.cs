using System.Diagnostics;
using System.Globalization;

namespace CreditGrains.Benchmarks;

/// <summary>
/// As P9, at midnight: with each day the publicity of one record of every tenth organisation ends. How long it takes until all of them
/// are assessed and stored anew, and the 99th percentile of checks at a fixed rate meanwhile, against the same idle.
/// </summary>
public sealed class DayChangeBenchmark : IBenchmark
{
    private const int Connections = 32;
    private const int WarmUpSeconds = 8;
    private const int Days = 10;
    private const double SecondsMax = 60;

    /// <summary>Share of the closed loop's rate at which checks are asked.</summary>
    private const double Load = 0.25;

    public string Name => "day-change";

    public async Task<IReadOnlyList<BenchResult>> RunAsync(BenchOptions options)
    {
        if (options.Rounds + 1 > Days)
            throw new ArgumentException($"At most {Days - 1} rounds: each is a day.", nameof(options));
        var place = await PreparedStore.MakeAsync(options, $"{options.Store}-{Name}", static (templates, number, row) =>
            templates.WithPenaltyUntil(row, templates.Rulebook.DateAt(DateTimeOffset.UtcNow).AddDays(1 + (number % Days))));
        await using var server = await place.HostAsync();
        var warm = await server.WaitWarmAsync(options.Subjects);
        var check = new CheckQuestions(options.Subjects).With(server.Token("checker"));
        await RawHttpLoad.RunAsync(server.Addresses, Connections, WarmUpSeconds, check);
        var rate = (await RawHttpLoad.RunAsync(server.Addresses, Connections, 2, check)).Rate * Load;
        var tails = new List<(double, double)>();
        var lengths = new List<(double, double)>();
        var changed = 0;
        for (var round = -1; round < options.Rounds; round++)
        {
            var idle = await RawHttpLoad.RunAtAsync(server.Addresses, Connections, options.Seconds, rate, check);
            var watch = Stopwatch.StartNew();
            var swept = TimedAsync(server, watch);
            var slow = new List<double>();
            while (!swept.IsCompleted)
                slow.AddRange(await DuringAsync(server, rate, check, swept));
            var (seconds, subjects) = await swept;
            if (subjects < options.Subjects / Days)
                throw new InvalidOperationException($"Only {subjects} organisations changed with the day.");
            if (round < 0)
                continue;
            slow.Sort();
            tails.Add((slow[(int)(slow.Count * 0.99)], idle.P99Us));
            lengths.Add((seconds, SecondsMax));
            changed = subjects;
        }

        var notes = $"{options.Store}, {options.Subjects} stored subjects, of which {changed} change with the last day; Zipf(1), {warm:P0} "
            + $"in memory, open loop at {rate:0}/s, {Load:P0} of the closed loop's rate";
        return
        [
            BenchResult.Of(Name, "s", lengths, "as P9: a day's change is stored within 60 s", ratio => ratio <= 1, notes),
            BenchResult.Of(
                $"{Name}-checks", "us p99", tails, "as P9: check p99 at most 2x while a day's change is swept", ratio => ratio <= 2, notes),
        ];
    }

    private static async Task<(double Seconds, int Subjects)> TimedAsync(BenchServer server, Stopwatch watch)
    {
        var answer = await server.AskAsync(HostedServer.Day);
        return (watch.Elapsed.TotalSeconds, int.Parse(answer.Split(' ')[1], CultureInfo.InvariantCulture));
    }

    /// <summary>Microseconds of the checks of a second that were due before the sweep was over.</summary>
    private static async Task<IEnumerable<double>> DuringAsync(
        BenchServer server, double rate, Func<int, Func<ReadOnlyMemory<byte>>> check, Task swept)
    {
        var over = swept.ContinueWith(static _ => Stopwatch.GetTimestamp(), TaskScheduler.Default);
        var (_, answers) = await RawHttpLoad.AnswersAtAsync(server.Addresses, Connections, 1, rate, check);
        var end = over.IsCompleted ? await over : long.MaxValue;
        return answers.SelectMany(each => each).Where(answer => answer.Due <= end)
            .Select(answer => Stopwatch.GetElapsedTime(answer.Due, answer.Answered).TotalMicroseconds);
    }
}
