using CreditGrains.Engine;

namespace CreditGrains.Benchmarks;

/// <summary>P10: bytes that one warm subject with 10 records takes, everything included; or a copy of one that another node owns.</summary>
/// <param name="copies">Whether copies are measured.</param>
public sealed class MemoryBenchmark(bool copies) : IBenchmark
{
    private const double OrleansActivationBytes = 2100;

    public string Name => copies ? "memory-copy" : "memory";

    public async Task<IReadOnlyList<BenchResult>> RunAsync(BenchOptions options)
    {
        var subjects = Math.Min(options.Subjects, 300_000);
        var store = new GivenStore();
        var templates = new TemplateSubjects(store.Symbols, exactRecords: 10);
        var rounds = new List<(double, double)>();
        var engines = new List<CreditEngine>();
        try
        {
            // All stay open: one that is closed becomes garbage some time later, in the middle of another round.
            for (var round = 0; round < options.Rounds; round++)
            {
                var before = Heap();
                engines.Add(
                    copies
                        ? await GivenOwners.OpenCopiesAsync(store, templates, subjects)
                        : await WarmEngine.OpenAsync(store, templates, subjects));
                rounds.Add(((Heap() - before) / (double)subjects, OrleansActivationBytes));
            }
        }
        finally
        {
            foreach (var engine in engines)
                await engine.DisposeAsync();
        }

        return
        [
            BenchResult.Of(
                Name, "bytes", rounds, copies ? "as P10: at most 1.2 KB" : "P10: at most 1.2 KB",
                _ => BenchResult.Median(rounds.Select(r => r.Item1)) <= 1228,
                $"{subjects} {(copies ? "copies of " : "")}subjects with exactly 10 records; the reference is the published cost of one "
                + "Orleans activation"),
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
