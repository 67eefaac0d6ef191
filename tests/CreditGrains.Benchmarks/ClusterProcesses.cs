namespace CreditGrains.Benchmarks;

/// <summary>Three silos and a gateway as processes on one PostgreSQL store.</summary>
public sealed class ClusterProcesses : IServed, IAsyncDisposable
{
    public const int Silos = 3;
    public const string Name = "bench";
    private readonly List<ServerProcess> _silos = [];
    private readonly ServerProcess _gateway;

    private ClusterProcesses(List<ServerProcess> silos, ServerProcess gateway) => (_silos, _gateway) = (silos, gateway);

    public Uri Address => _gateway.Address;

    public TimeSpan Cpu => _silos.Append(_gateway).Aggregate(TimeSpan.Zero, (sum, node) => sum + node.Cpu);

    /// <summary>Starts them; returns when the gateway is ready.</summary>
    public static async Task<ClusterProcesses> StartAsync(StorePlace place)
    {
        string[] options = ["--cluster", Name];
        List<ServerProcess> silos = [await ServerProcess.StartAsync(place.Folder, place.Connection, options)];
        silos.AddRange(await Task.WhenAll(
            Enumerable.Range(1, Silos - 1).Select(_ => ServerProcess.StartAsync(place.Folder, place.Connection, options))));
        return new ClusterProcesses(silos, await ServerProcess.StartAsync(place.Folder, place.Connection, [.. options, "--gateway"]));
    }

    public string Token(string role, string? source = null) => _gateway.Token(role, source);

    public async Task<ServerStatus> StatusAsync()
    {
        var all = await Task.WhenAll(_silos.Append(_gateway).Select(node => node.StatusAsync()));
        return new ServerStatus(
            all.Sum(each => each.WarmSubjects), all.Sum(each => each.DirtySubjects), all.Sum(each => each.UnfoldedEvents), all[^1].Lag);
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await Task.WhenAll(_silos.Select(silo => silo.DisposeAsync().AsTask()));
    }
}
