using CreditGrains.Engine.Storage;
using Orleans.Runtime;

namespace CreditGrains.Cluster.Hosting;

/// <summary>
/// The way of one node to the grains. Whatever Orleans throws means that the outcome is not known: every call may be repeated.
/// </summary>
internal sealed class GrainCalls
{
    private volatile IGrainFactory? _grains;

    /// <exception cref="StoreException">The node is not connected yet.</exception>
    public IGrainFactory Grains
    {
        get => _grains ?? throw new StoreException("This node has not joined the cluster yet.", StoreFault.Busy);
        set => _grains = value;
    }

    public bool IsConnected => _grains is not null;

    /// <exception cref="StoreException">The outcome is not known, or nobody could be asked.</exception>
    public static async Task<T> AskAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (TimeoutException late)
        {
            throw new StoreException("The owner did not answer in time, the outcome is not known: send the same again.", late);
        }
        catch (Exception fault) when (fault is OrleansException or OperationCanceledException or InvalidOperationException
            or ObjectDisposedException or System.Net.Sockets.SocketException or StoreException)
        {
            throw fault as StoreException
                ?? new StoreException("The owner cannot be reached at the moment: " + fault.Message, StoreFault.Busy, fault);
        }
    }
}
