using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Contract;

namespace CreditGrains.Storage.Sqlite.Tests;

/// <summary>Stores in memory.</summary>
internal sealed class InMemoryHost : IStoreHost
{
    public Task<IStore> CreateAsync(TimeProvider time, int shardCount) => Task.FromResult<IStore>(new InMemoryStore(time, shardCount));

    public Task<IStore> ReopenAfterKillAsync(IStore store) => Task.FromResult<IStore>(((InMemoryStore)store).Reopen());

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
