namespace CreditGrains.Benchmarks;

/// <summary>P10: bytes that one warm subject with 10 records takes, everything included.</summary>
public sealed class MemoryBenchmark : IBenchmark
{
    private const double OrleansActivationBytes = 2100;

    public string Name => "memory";

    public async Task<IReadOnlyList<BenchResult>> RunAsync(BenchOptions options)
    {
        var subjects = Math.Min(options.Subjects, 300_000);
        var store = new GivenStore();
        var templates = new TemplateSubjects(store.Symbols, exactRecords: 10);
        var rounds = new List<(double, double)>();
        for (var round = 0; round < options.Rounds; round++)
        {
            var before = Heap();
            await using var engine = await WarmEngine.OpenAsync(store, templates, subjects);
            rounds.Add(((Heap() - before) / (double)subjects, OrleansActivationBytes));
            GC.KeepAlive(engine);
        }

        return
        [
            BenchResult.Of(Name, "bytes", rounds, "P10: at most 1.2 KB", _ => BenchResult.Median(rounds.Select(r => r.Item1)) <= 1228,
                $"{subjects} subjects with exactly 10 records; the reference is the published cost of one Orleans activation"),
        ];
    }

    private static long Heap()
    {
        for (var i = 0; i < 3; i++)
        {
            GC.Collect(2, GCCollectionMode.Forced, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
