namespace CreditGrains.Benchmarks.Cluster;

/// <summary>A build without the Orleans packages has no cluster to measure.</summary>
internal static class ClusterBenchmarks
{
    public static IBenchmark[] All => [];
}
