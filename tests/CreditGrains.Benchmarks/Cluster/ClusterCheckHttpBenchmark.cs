namespace CreditGrains.Benchmarks.Cluster;

/// <summary>P16: P2 on three silos, connections spread over them, any silo's subject, against the same silos' empty endpoint.</summary>
public sealed class ClusterCheckHttpBenchmark : IBenchmark
{
    public string Name => "cluster-check-http";

    public async Task<IReadOnlyList<BenchResult>> RunAsync(BenchOptions options)
    {
        await using var cluster = await ClusterProcesses.StartAsync(await PreparedStore.EnsureAsync(options));
        return await CheckHttpBenchmark.MeasureAsync(Name, cluster, options, "3 silos");
    }
}
