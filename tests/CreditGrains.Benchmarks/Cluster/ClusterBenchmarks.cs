namespace CreditGrains.Benchmarks.Cluster;

/// <summary>The lines that are measured on three silos.</summary>
internal static class ClusterBenchmarks
{
    public static IBenchmark[] All =>
        [new ClusterCallBenchmark(), new ClusterCheckHttpBenchmark(), new ClusterIngestBenchmark(), new ClusterColdBenchmark(),
            new FailoverReadBenchmark()];
}
