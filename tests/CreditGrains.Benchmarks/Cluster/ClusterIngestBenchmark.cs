namespace CreditGrains.Benchmarks.Cluster;

/// <summary>P17: P4 on three silos, events sent to all of them, against binary COPY of the same lines.</summary>
public sealed class ClusterIngestBenchmark : IBenchmark
{
    public string Name => "cluster-ingest";

    public async Task<IReadOnlyList<BenchResult>> RunAsync(BenchOptions options)
    {
        await using var cluster = await ClusterProcesses.StartAsync(await StorePlace.EmptyAsync(options, $"{options.Store}-{Name}"));
        return await IngestBenchmark.MeasureAsync(Name, cluster, options, "3 silos", checkpoints: false);
    }
}
