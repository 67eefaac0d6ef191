using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Cases;
using CreditGrains.Engine.Ingestion;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;

namespace CreditGrains.Cluster.Contracts;

/// <summary>Between the engine's types and what goes over the wire.</summary>
internal static class Wire
{
    private const string TokenAhead = "TokenAhead";

    public static FeedEventMessage Out(RecordEvent e) => new()
    {
        Subject = e.Subject.Value,
        Source = e.Record.Source.Value,
        Record = e.Record.Id,
        Revision = e.Revision,
        Op = (byte)e.Op,
        Kind = e.Kind,
        Payload = e.Payload.ToArray(),
        DigestHigh = e.Digest.High,
        DigestLow = e.Digest.Low,
        NaturalKey = e.NaturalKey,
    };

    /// <param name="e">The message.</param>
    /// <param name="factsOf">Reads the facets out of a kind's canonical content.</param>
    public static RecordEvent In(FeedEventMessage e, Func<string, ReadOnlyMemory<byte>, RecordFacts> factsOf) => new()
    {
        Subject = new SubjectId(e.Subject),
        Record = new RecordId(new SourceId(e.Source), e.Record),
        Revision = e.Revision,
        Op = (EventOp)e.Op,
        Kind = e.Kind,
        Payload = e.Payload,
        Digest = new ContentDigest(e.DigestHigh, e.DigestLow),
        NaturalKey = e.NaturalKey,
        Facts = factsOf(e.Kind, e.Payload),
    };

    public static VerdictMessage Out(Verdict verdict) => new()
    {
        Outcome = (byte)verdict.Outcome,
        Code = verdict.Rejection?.Code,
        Pointer = verdict.Rejection?.Pointer,
        Found = verdict.Rejection?.Found,
    };

    public static Verdict In(VerdictMessage verdict) => new(
        (FeedOutcome)verdict.Outcome,
        verdict.Code is null
            ? null
            : new Rejection(
                ErrorCatalogue.All.GetValueOrDefault(verdict.Code) ?? ErrorCatalogue.Internal,
                verdict.Pointer ?? "", verdict.Found));

    public static CaseStepReply Out(CaseResult result) => result.Case is { } taken
        ? new CaseStepReply
        {
            Case = taken.Number.ToString(), Revision = taken.Revision, Content = taken.File.ToJson(), Head = result.Head,
        }
        : new CaseStepReply
        {
            Code = result.Rejection?.Code, Pointer = result.Rejection?.Pointer, Found = result.Rejection?.Found, Head = result.Head,
        };

    public static CaseResult In(CaseStepReply reply, SubjectId subject) => CaseNumber.Parse(reply.Case) is { } number
        ? new CaseResult(new StoredCase(number, subject, reply.Revision, CaseFile.Parse(reply.Content)), null, reply.Head)
        : new CaseResult(
            null,
            new Rejection(
                ErrorCatalogue.All.GetValueOrDefault(reply.Code ?? "") ?? ErrorCatalogue.Internal, reply.Pointer ?? "", reply.Found),
            reply.Head);

    public static FaultMessage Out(Exception fault) => fault switch
    {
        TokenException => new FaultMessage { Kind = TokenAhead, Message = fault.Message },
        StoreException store => new FaultMessage { Kind = store.Fault.ToString(), Message = store.Message },
        _ => new FaultMessage { Kind = nameof(StoreFault.Unavailable), Message = fault.Message },
    };

    /// <exception cref="StoreException">Fault that the owner reported.</exception>
    /// <exception cref="TokenException">Likewise.</exception>
    public static void Throw(FaultMessage? fault)
    {
        if (fault is null)
            return;
        if (fault.Kind == TokenAhead)
            throw new TokenException(false, fault.Message);
        throw new StoreException(
            fault.Message, Enum.TryParse<StoreFault>(fault.Kind, out var kind) ? kind : StoreFault.Unavailable);
    }
}
