using System.Buffers;
using CreditGrains.Cluster.Contracts;
using CreditGrains.Cluster.Hosting;
using CreditGrains.Cluster.Placement;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Cases;
using CreditGrains.Engine.Checks;
using CreditGrains.Engine.Cluster;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;
using CreditGrains.Engine.Tokens;

namespace CreditGrains.Cluster.Grains;

/// <summary>
/// One organisation. Beside its shard's owner it answers from the owner's memory; elsewhere, while shards move, from snapshot and tail in
/// the store, and makes way for an activation in the right place.
/// </summary>
[GrainType("credit.subject"), SubjectPlacement]
internal sealed class SubjectGrain(ClusterNode node, ShardAssignment places, ActivationLimit admission) : Grain, ISubjectGrain
{
    private const int AnswerBytes = 2048;

    private SubjectId _subject;
    private int _shard;
    private bool _stays;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _stays = admission.Enter();
        _subject = new SubjectId(this.GetPrimaryKeyString());
        _shard = ShardMap.ShardOf(_subject, node.ShardCount);
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        admission.Leave();
        return Task.CompletedTask;
    }

    public ValueTask<SubjectReply> ReadAsync(ReadRequest request)
    {
        var found = FindAsync(request.Position, request.Latest);
        return found.IsCompletedSuccessfully ? ValueTask.FromResult(Reply(found.Result)) : AwaitAsync(found);

        async ValueTask<SubjectReply> AwaitAsync(ValueTask<SubjectView?> finding)
        {
            try
            {
                return Reply(await finding);
            }
            catch (Exception fault) when (fault is StoreException or TokenException)
            {
                return new SubjectReply { Fault = Wire.Out(fault) };
            }
        }
    }

    public async ValueTask<AnswerReply> AnswerAsync(AnswerRequest request)
    {
        if (node.Writer is not { } writer)
            return Refused(ErrorCatalogue.StoreUnavailable.Code, "This silo writes no answers.");
        try
        {
            if (Read(request.Consistency) is not { } consistency)
                return Refused(ErrorCatalogue.MalformedToken.Code, "consistency: any, latest or at-least:TOKEN");
            GoWhereItBelongs();
            if (request.Matter is null)
            {
                var view = await node.Engine.Subjects.FindAsync(_subject, consistency, CancellationToken.None);
                await node.Engine.Access.RecordAsync(
                    request.Actor, request.Purpose, "subject", _subject, null, CancellationToken.None);
                return new AnswerReply { Json = view is null ? [] : writer.Subject(view, request.Language) };
            }

            var question = new CheckRequest(_subject, request.Purpose, request.Matter, request.Stage, request.Actor)
            {
                Language = request.Language, Department = request.Department, Roles = request.Roles,
            };
            var written = new ArrayBufferWriter<byte>(AnswerBytes);
            return await node.Engine.Checks.AskAsync(question, consistency, written, CancellationToken.None) is not null
                ? new AnswerReply { Json = written.WrittenSpan.ToArray() }
                : Refused(node.Engine.Checks.WhyRefused(question) ?? new Rejection(ErrorCatalogue.UnknownMatter, "/matter"));
        }
        catch (TokenException token)
        {
            return Refused((token.Foreign ? ErrorCatalogue.ForeignToken : ErrorCatalogue.TokenAhead).Code, token.Message);
        }
        catch (StoreException fault)
        {
            return new AnswerReply { Fault = Wire.Out(fault) };
        }
    }

    public async Task<CaseStepReply> TakeStepAsync(CaseStepRequest request)
    {
        try
        {
            GoWhereItBelongs();
            var result = await node.Engine.CaseTurns.TakeAsync(
                _subject, request.Case is null ? null : CaseNumber.Parse(request.Case), CaseCommandText.Read(request.Command),
                null, request.Actor, CancellationToken.None);
            return Wire.Out(result);
        }
        catch (StoreException fault)
        {
            return new CaseStepReply { Fault = Wire.Out(fault) };
        }
    }

    public ValueTask<string> WhereAsync() => ValueTask.FromResult(RuntimeIdentity);

    private ValueTask<SubjectView?> FindAsync(long position, bool latest)
    {
        GoWhereItBelongs();
        return node.Shards.FindAsync(_subject, new Freshness(position, latest), CancellationToken.None);
    }

    private void GoWhereItBelongs()
    {
        if (!node.Shards.Owns(_shard) && !places.BelongsHere(_shard))
            MigrateOnIdle();
        else if (!_stays)
            DeactivateOnIdle();
    }

    /// <summary>Reads <c>any</c>, <c>latest</c> or <c>at-least:TOKEN</c>; null for what is none of them.</summary>
    private static Consistency? Read(string consistency)
    {
        const string AtLeast = "at-least:";
        return consistency switch
        {
            "any" => Consistency.Any,
            "latest" => Consistency.Latest,
            _ when consistency.StartsWith(AtLeast, StringComparison.Ordinal)
                && Token.TryParse(consistency[AtLeast.Length..], out var token) => Consistency.AtLeast(token),
            _ => null,
        };
    }

    private static AnswerReply Refused(Rejection rejection) => Refused(rejection.Code, rejection.Detail());

    private static AnswerReply Refused(string code, string message) =>
        new() { Fault = new FaultMessage { Kind = code, Message = message } };

    private SubjectReply Reply(SubjectView? view)
    {
        if (view is null)
            return new SubjectReply { Shard = _shard };
        var snapshot = node.Shards.SnapshotOf(view);
        return new SubjectReply
        {
            Shard = snapshot.Shard,
            Position = snapshot.Position,
            State = snapshot.State ?? [],
            IsTooLong = snapshot.State is null,
            AsOf = snapshot.AsOf.DayNumber,
            Rules = snapshot.Rules,
        };
    }
}
