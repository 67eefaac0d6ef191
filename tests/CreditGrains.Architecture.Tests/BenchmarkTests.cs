using CreditGrains.Benchmarks;

namespace CreditGrains.Architecture.Tests;

/// <summary>
/// Benchmarks over a store made on the spot open an engine on it, so that a part that the engine has come to need is missed here and not
/// on the day of a measurement.
/// </summary>
public sealed class BenchmarkTests
{
    [Theory]
    [InlineData("check-memory")]
    [InlineData("memory")]
    [InlineData("memory-copy")]
    public async Task Benchmark_in_memory_runs_on_the_store_made_on_the_spot(string name)
    {
        var benchmark = BenchmarkCatalogue.All.Single(each => each.Name == name);
        var options = new BenchOptions(Subjects: 4000, Rounds: 2, Seconds: 0.01, Work: "", Events: 0, Store: "sqlite");
        Assert.Equal(name, Assert.Single(await benchmark.RunAsync(options)).Name);
    }
}
