using System.Collections.Concurrent;
using System.Diagnostics;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine;
using CreditGrains.Engine.Checks;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;
using Microsoft.Extensions.Logging.Abstractions;

namespace CreditGrains.Benchmarks;

/// <summary>P1: in-process checks of warm subjects against look-ups of the same keys in a dictionary, on one thread.</summary>
public sealed class CheckMemoryBenchmark : IBenchmark
{
    private const int BatchSize = 1000;

    public string Name => "check-memory";

    public async Task<IReadOnlyList<BenchResult>> RunAsync(BenchOptions options)
    {
        var store = new GivenStore();
        var templates = new TemplateSubjects(store.Symbols, null);
        await using var engine = await WarmEngine.OpenAsync(store, templates, options.Subjects);
        var heap = GC.GetTotalMemory(forceFullCollection: true) / options.Subjects;
        var dictionary = new ConcurrentDictionary<string, SubjectView>(StringComparer.Ordinal);
        var keys = new string[options.Subjects];
        for (var i = 0; i < keys.Length; i++)
        {
            keys[i] = templates.Subject(i).Value;
            dictionary[keys[i]] = (await engine.Subjects.FindAsync(new SubjectId(keys[i]), Consistency.Any, default))!;
        }

        new Random(1).Shuffle(keys);
        var outcomes = 0L;
        double Checks(double seconds) => Rate(keys, seconds, key =>
        {
            var request = new CheckRequest(new SubjectId(key), "approval", "public-funds", "accept", "bench");
            var answer = engine.Checks.CheckAsync(request, Consistency.Any, default);
            outcomes += answer.IsCompletedSuccessfully ? (int)answer.Result!.Outcome : throw new InvalidOperationException("not warm");
        });
        double LookUps(double seconds) => Rate(keys, seconds, key => outcomes += dictionary[key].Position);
        Checks(1);
        LookUps(1);
        var rounds = new List<(double, double)>();
        for (var round = 0; round < options.Rounds; round++)
            rounds.Add((Checks(options.Seconds), LookUps(options.Seconds)));
        Trace.WriteLine(outcomes);
        return
        [
            BenchResult.Of(Name, "checks/s", rounds, "P1: at least 1/4 of the look-ups' rate", ratio => ratio >= 0.25,
                $"{options.Subjects} subjects, mean {templates.MeanRecords:0.0} records, {heap} bytes of heap each before the reference, "
                + "uniform keys, all warm, one thread"),
        ];
    }

    private static double Rate(string[] keys, double seconds, Action<string> act)
    {
        var done = 0L;
        var at = 0;
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed.TotalSeconds < seconds)
        {
            for (var i = 0; i < BatchSize; i++)
            {
                act(keys[at]);
                at = at + 1 == keys.Length ? 0 : at + 1;
            }

            done += BatchSize;
        }

        return done / watch.Elapsed.TotalSeconds;
    }
}

/// <summary>An engine whose subjects all come from templates.</summary>
internal static class WarmEngine
{
    public static async Task<CreditEngine> OpenAsync(GivenStore store, TemplateSubjects templates, int subjects)
    {
        var engine = await CreditEngine.OpenAsync(
            store, templates.Rulebook, new EngineOptions { WarmSubjectsMax = subjects * 2 }, TimeProvider.System,
            NullLoggerFactory.Instance, default);
        var rules = engine.Status().Rules;
        var next = 0;
        store.Give = _ => templates.Row(next, ShardMap.DefaultShardCount, rules);
        for (; next < subjects; next++)
            await engine.Subjects.FindAsync(templates.Subject(next), Consistency.Any, default);
        store.Give = _ => null;
        return engine;
    }
}
