namespace CreditGrains.Benchmarks;

/// <summary>A server on an empty store of the kind asked for.</summary>
public static class FreshServer
{
    public static async Task<ServerProcess> StartAsync(BenchOptions options, string name)
    {
        var folder = Path.Combine(options.Work, name);
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        if (options.Store == "sqlite")
            return await ServerProcess.StartAsync(folder);
        var postgres = await BenchPostgres.OfAsync(options);
        return await ServerProcess.StartAsync(folder, await postgres.EmptyDatabaseAsync("bench_" + name.Replace('-', '_')));
    }
}
