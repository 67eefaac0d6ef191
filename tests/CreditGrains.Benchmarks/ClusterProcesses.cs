namespace CreditGrains.Benchmarks;

/// <summary>Three silos as processes on one PostgreSQL store; each serves HTTP.</summary>
public sealed class ClusterProcesses : IServed, IAsyncDisposable
{
    public const int Silos = 3;
    public const string Name = "bench";
    private readonly List<BenchServer> _silos;

    private ClusterProcesses(List<BenchServer> silos) => _silos = silos;

    public Uri Address => _silos[0].Address;

    /// <summary>Of those that run.</summary>
    public IReadOnlyList<Uri> Addresses => [.. _silos.Select(silo => silo.Address)];

    public TimeSpan Cpu => _silos.Aggregate(TimeSpan.Zero, (sum, node) => sum + node.Cpu);

    /// <summary>Starts them; returns when all are ready.</summary>
    public static async Task<ClusterProcesses> StartAsync(StorePlace place)
    {
        string[] options = ["--cluster", Name];
        List<BenchServer> silos = [await BenchServer.StartAsync(place.Folder, place.Connection, options)];
        silos.AddRange(await Task.WhenAll(
            Enumerable.Range(1, Silos - 1).Select(_ => BenchServer.StartAsync(place.Folder, place.Connection, options))));
        return new ClusterProcesses(silos);
    }

    /// <summary>Ends the last of them at once, as a crash would.</summary>
    public async Task KillLastAsync()
    {
        await _silos[^1].KillAsync();
        await _silos[^1].DisposeAsync();
        _silos.RemoveAt(_silos.Count - 1);
    }

    public string Token(string role, string? source = null) => _silos[0].Token(role, source);

    public async Task<ServerStatus> StatusAsync()
    {
        var all = await Task.WhenAll(_silos.Select(node => node.StatusAsync()));
        return new ServerStatus(
            all.Sum(each => each.WarmSubjects), all.Sum(each => each.DirtySubjects), all.Sum(each => each.UnfoldedEvents), all[^1].Lag,
            all.Sum(each => each.Copies));
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_silos.Select(silo => silo.DisposeAsync().AsTask()));
    }
}
