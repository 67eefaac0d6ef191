using CreditGrains.Engine.Storage;

namespace CreditGrains.Storage.Contract;

/// <summary>Makes one empty store for one test, and opens it again; its disposal removes what is left.</summary>
public interface IStoreHost : IAsyncDisposable
{
    /// <summary>A new, empty store.</summary>
    Task<IStore> CreateAsync(TimeProvider time, int shardCount);

    /// <summary>The same data as another process would find it if this one were killed now; the given store is not used any more.</summary>
    Task<IStore> ReopenAfterKillAsync(IStore store);
}
