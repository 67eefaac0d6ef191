using CreditGrains.Benchmarks.Cluster;

namespace CreditGrains.Benchmarks;

/// <summary>All benchmarks, in the order of <c>credit bench --list</c>; docs/performance.md says what each compares.</summary>
public static class BenchmarkCatalogue
{
    public static IReadOnlyList<IBenchmark> All { get; } =
    [
        new CheckMemoryBenchmark(), new CheckHttpBenchmark(), new CheckBatchBenchmark(),
        new CheckVersusSqlBenchmark(), new FreshnessBenchmark(),
        new WebhookBenchmark(), new CaseStepBenchmark(), new DueListBenchmark(),
        new MemoryBenchmark(copies: false), new MemoryBenchmark(copies: true), new HotSubjectBenchmark(), new ReceiptBenchmark(),
        new ColdBenchmark(), new SearchNameBenchmark(), new PageBenchmark(),
        new IngestBenchmark(checkpoints: false), new IngestBenchmark(checkpoints: true),
        new IngestVersusRowBenchmark(),
        new RecomputeBenchmark(rows: false), new RecomputeBenchmark(rows: true),
        new RecomputeLiveBenchmark(), new CheckListLiveBenchmark(), new DayChangeBenchmark(), new RestartBenchmark(), new ScaleBenchmark(),
        .. ClusterBenchmarks.All,
    ];
}
