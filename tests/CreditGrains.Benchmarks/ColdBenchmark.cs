using System.Diagnostics;
using CreditGrains.Engine;
using CreditGrains.Engine.Checks;
using CreditGrains.Engine.Subjects;
using Microsoft.Extensions.Logging.Abstractions;

namespace CreditGrains.Benchmarks;

/// <summary>
/// P12: the check of a subject that is only stored, against one prepared read of a row by its primary key, in the same store.
/// </summary>
public sealed class ColdBenchmark : IBenchmark
{
    private const int BatchSize = 50;

    public string Name => "cold";

    public async Task<IReadOnlyList<BenchResult>> RunAsync(BenchOptions options)
    {
        var place = await PreparedStore.EnsureAsync(options);
        await using var store = await place.OpenAsync();
        var templates = new TemplateSubjects(store.Symbols, null);
        await using var engine = await CreditEngine.OpenAsync(
            store, templates.Rulebook, new EngineOptions { WarmSubjectsMax = 64, SweepEveryMs = int.MaxValue, WarmUpPage = 0 },
            TimeProvider.System, NullLoggerFactory.Instance, default);
        await using var row = await ColdReference.OpenAsync(place, store.ShardCount);

        var random = new Random(7);
        var rounds = new List<(double, double)>();
        for (var round = -1; round < options.Rounds; round++)
        {
            var ours = await TimeAsync(options, random, async number =>
            {
                var request = new CheckRequest(templates.Subject(number), "approval", "public-funds", null, "bench");
                if ((await engine.Checks.CheckAsync(request, Consistency.Any, default))!.View.Position == 0)
                    throw new InvalidOperationException("not stored");
            });
            var reference = await TimeAsync(options, random, async number =>
            {
                if ((await row.ReadAsync(templates.Subject(number), number)).Length == 0)
                    throw new InvalidOperationException("not stored");
            });
            if (round >= 0)
                rounds.Add((ours, reference));
        }

        return
        [
            BenchResult.Of(Name, "us", rounds, "P12: at most 3x the latency", ratio => ratio <= 3,
                $"{options.Store}, {options.Subjects} stored subjects, uniform keys, nothing warm, one call at a time; "
                    + "the data are in the page cache"),
        ];
    }

    private static async Task<double> TimeAsync(BenchOptions options, Random random, Func<int, Task> act)
    {
        var done = 0L;
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed.TotalSeconds < options.Seconds)
        {
            for (var i = 0; i < BatchSize; i++)
                await act(random.Next(options.Subjects));
            done += BatchSize;
        }

        return watch.Elapsed.TotalMicroseconds / done;
    }
}
