using CreditGrains.Engine;
using CreditGrains.Storage.Postgres;
using Microsoft.Extensions.Logging.Abstractions;

namespace CreditGrains.Cluster.Tests.Support;

/// <summary>One process alone on a PostgreSQL database.</summary>
internal sealed class OnePostgres(CreditEngine engine, PostgresStore store) : IAsyncDisposable
{
    public CreditEngine Engine => engine;

    public static async Task<OnePostgres> OpenAsync(string connection, EngineOptions options)
    {
        var store = await PostgresStore.OpenAsync(
            new PostgresStoreOptions { Connection = connection, LeaseMs = 1500, ConnectionsMax = 12 }, CancellationToken.None);
        var engine = await CreditEngine.OpenAsync(
            store, TestNodes.Rulebook, options, TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None);
        return new OnePostgres(engine, store);
    }

    public async ValueTask DisposeAsync()
    {
        await engine.DisposeAsync();
        await store.DisposeAsync();
    }
}
