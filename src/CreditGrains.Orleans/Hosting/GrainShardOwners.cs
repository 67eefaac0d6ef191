using CreditGrains.Cluster.Contracts;
using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Cases;
using CreditGrains.Engine.Cluster;
using CreditGrains.Engine.Ingestion;

namespace CreditGrains.Cluster.Hosting;

/// <summary>Reaches owners by grain calls.</summary>
internal sealed class GrainShardOwners(GrainCalls calls) : IShardOwners
{
    public async Task<ShardReceipt> CommitAsync(
        int shard, IReadOnlyList<RecordEvent> events, string actor, Guid operation, CancellationToken cancellation)
    {
        var request = new AppendRequest { Events = [.. events.Select(Wire.Out)], Actor = actor, Operation = operation };
        var reply = await GrainCalls.AskAsync(() => calls.Grains.GetGrain<IShardGrain>(shard).AppendAsync(request)).ConfigureAwait(false);
        Wire.Throw(reply.Fault);
        return new ShardReceipt([.. reply.Verdicts.Select(Wire.In)], reply.Head);
    }

    public async Task<CaseResult> TakeStepAsync(
        SubjectId subject, CaseNumber? number, CaseCommand command, string actor, CancellationToken cancellation)
    {
        var request = new CaseStepRequest { Case = number?.ToString(), Command = CaseCommandText.Write(command), Actor = actor };
        var reply = await GrainCalls.AskAsync(
            () => calls.Grains.GetGrain<ISubjectGrain>(subject.Value).TakeStepAsync(request)).ConfigureAwait(false);
        Wire.Throw(reply.Fault);
        return Wire.In(reply, subject);
    }

    public async ValueTask<SubjectSnapshot?> ReadAsync(SubjectId subject, Freshness freshness, CancellationToken cancellation)
    {
        var request = new ReadRequest { Position = freshness.Position, Latest = freshness.Latest };
        var reply = await GrainCalls.AskAsync(
            () => calls.Grains.GetGrain<ISubjectGrain>(subject.Value).ReadAsync(request).AsTask()).ConfigureAwait(false);
        Wire.Throw(reply.Fault);
        return reply.Position == 0
            ? null
            : new SubjectSnapshot(
                reply.Shard, reply.Position, reply.IsTooLong ? null : reply.State, DateOnly.FromDayNumber(reply.AsOf), reply.Rules);
    }
}
