namespace CreditGrains.Benchmarks;

/// <summary>One name on the command line; it may yield several lines of performance.md.</summary>
public interface IBenchmark
{
    string Name { get; }

    Task<IReadOnlyList<BenchResult>> RunAsync(BenchOptions options);
}
