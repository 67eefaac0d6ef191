namespace CreditGrains.Engine.Storage;

/// <summary>The processes that have a shared store open together. Nothing depends on this list but which of them may start.</summary>
public interface INodeRegistry
{
    /// <summary>Raised on any thread when this process's clock goes beyond <see cref="StoreNode.AheadMax"/>, and when it is back.</summary>
    event Action<TimeSpan>? AheadChanged;

    /// <summary>Joins, unless a process that lives differs; waits for those that may be gone to be forgotten.</summary>
    /// <param name="me">This process.</param>
    /// <param name="succeeds">Wait until those with another rulebook or contract have ended, and take over from them.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="NodeRefusedException">Another cluster works on the store, or with another rulebook or contract.</exception>
    /// <exception cref="StoreException">The store cannot be reached.</exception>
    Task JoinAsync(StoreNode me, bool succeeds, CancellationToken cancellation);

    /// <summary>Those that live, in the order of their names.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    Task<IReadOnlyList<StoreNode>> ListAsync(CancellationToken cancellation);
}
