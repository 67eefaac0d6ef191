using System.Threading.RateLimiting;
using CreditGrains.Api.Errors;
using CreditGrains.Domain.Errors;

namespace CreditGrains.Api.Limits;

/// <summary>
/// Something of which a node has only so much at a time (I13), and of which each caller has only a share, so that others always get in.
/// Whoever finds nothing free waits in a bounded queue for a bounded time, and is then asked to come again.
/// </summary>
internal sealed class SharedCapacity : IAsyncDisposable
{
    private readonly string _name;
    private readonly TimeSpan _waitMax;
    private readonly int _callerMax;
    private readonly PartitionedRateLimiter<string> _ofCaller;
    private readonly ConcurrencyLimiter _ofNode;

    /// <param name="name">Name of the capacity in a word or two, for callers that are refused.</param>
    /// <param name="nodeMax">At once on this node.</param>
    /// <param name="callerMax">At once for one caller.</param>
    /// <param name="callerQueue">How many more of one caller wait.</param>
    /// <param name="waitMax">How long; nothing for no waiting.</param>
    public SharedCapacity(string name, int nodeMax, int callerMax, int callerQueue = 0, TimeSpan waitMax = default)
    {
        _name = name;
        _waitMax = waitMax;
        _callerMax = Math.Min(callerMax, nodeMax);
        _ofCaller = PartitionedRateLimiter.Create<string, string>(
            caller => RateLimitPartition.GetConcurrencyLimiter(
                caller, _ => new ConcurrencyLimiterOptions { PermitLimit = _callerMax, QueueLimit = callerQueue }),
            StringComparer.Ordinal);

        // As many callers as there are places may each wait with their share.
        _ofNode = new ConcurrencyLimiter(new ConcurrencyLimiterOptions
        {
            PermitLimit = nodeMax, QueueLimit = callerQueue == 0 ? 0 : nodeMax * 4,
        });
    }

    /// <summary>Takes a place, to be disposed of.</summary>
    /// <param name="caller">Caller whose share is used.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="RequestRefusedException">The caller's share is used up (429), or the node's (503).</exception>
    public async ValueTask<IDisposable> AcquireAsync(string caller, CancellationToken cancellation)
    {
        var own = _ofCaller.AttemptAcquire(caller);
        var shared = own.IsAcquired ? _ofNode.AttemptAcquire() : null;
        if (shared is { IsAcquired: true })
            return new Place(own, shared);
        if (_waitMax == TimeSpan.Zero)
        {
            own.Dispose();
            throw Refused(shared is not null);
        }

        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        late.CancelAfter(_waitMax);
        try
        {
            if (!own.IsAcquired)
                own = await _ofCaller.AcquireAsync(caller, 1, late.Token);
            shared = own.IsAcquired ? await _ofNode.AcquireAsync(1, late.Token) : null;
            if (shared is { IsAcquired: true })
                return new Place(own, shared);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // Waited long enough.
        }
        catch
        {
            own.Dispose();
            throw;
        }

        var isOfNode = own.IsAcquired;
        own.Dispose();
        throw Refused(isOfNode);
    }

    public async ValueTask DisposeAsync()
    {
        await _ofCaller.DisposeAsync();
        await _ofNode.DisposeAsync();
    }

    private RequestRefusedException Refused(bool isOfNode) => isOfNode
        ? new RequestRefusedException(ErrorCatalogue.Overloaded, "", $"{_name} of this node")
        : new RequestRefusedException(ErrorCatalogue.TooManyRequests, "", $"{_callerMax} {_name} at once for one caller");

    private sealed class Place(RateLimitLease own, RateLimitLease shared) : IDisposable
    {
        public void Dispose()
        {
            shared.Dispose();
            own.Dispose();
        }
    }
}
