using CreditGrains.Cluster.Contracts;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Cluster;
using CreditGrains.Engine.Storage;
using Orleans.Runtime;

namespace CreditGrains.Cluster.Hosting;

/// <summary>
/// Reaches owners by grain calls. Whatever Orleans throws means that the outcome is not known: every call may be repeated.
/// </summary>
internal sealed class GrainShardOwners : IShardOwners
{
    private volatile IGrainFactory? _grains;

    /// <exception cref="StoreException">The node is not connected yet.</exception>
    public IGrainFactory Grains
    {
        get => _grains ?? throw new StoreException("This node has not joined the cluster yet.", StoreFault.Busy);
        set => _grains = value;
    }

    public async Task<ShardReceipt> CommitAsync(
        int shard, IReadOnlyList<RecordEvent> events, string actor, CancellationToken cancellation)
    {
        var request = new AppendRequest { Events = [.. events.Select(Wire.Out)], Actor = actor };
        var reply = await AskAsync(() => Grains.GetGrain<IShardGrain>(shard).AppendAsync(request)).ConfigureAwait(false);
        Wire.Throw(reply.Fault);
        return new ShardReceipt([.. reply.Verdicts.Select(Wire.In)], reply.Head);
    }

    public async ValueTask<SubjectSnapshot?> ReadAsync(SubjectId subject, Freshness freshness, CancellationToken cancellation)
    {
        var request = new ReadRequest { Position = freshness.Position, Latest = freshness.Latest };
        var reply = await AskAsync(() => Grains.GetGrain<ISubjectGrain>(subject.Value).ReadAsync(request).AsTask()).ConfigureAwait(false);
        Wire.Throw(reply.Fault);
        return reply.Position == 0
            ? null
            : new SubjectSnapshot(reply.Shard, reply.Position, reply.State, DateOnly.FromDayNumber(reply.AsOf), reply.Rules);
    }

    private static async Task<T> AskAsync<T>(Func<Task<T>> call)
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
