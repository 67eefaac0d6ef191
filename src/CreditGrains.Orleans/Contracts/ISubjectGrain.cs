using Orleans.Concurrency;
using Orleans.Runtime;

namespace CreditGrains.Cluster.Contracts;

/// <summary>One organisation (the key is its normalised code), where its shard is owned.</summary>
[Alias("credit.ISubjectGrain"), GrainInterfaceType("credit.subject")]
public interface ISubjectGrain : IGrainWithStringKey
{
    /// <summary>The subject's records as of today.</summary>
    [AlwaysInterleave]
    [ResponseTimeout("00:00:03")]
    [Alias("Read")]
    ValueTask<SubjectReply> ReadAsync(ReadRequest request);

    /// <summary>Answers of the HTTP interface, for callers inside the network.</summary>
    [AlwaysInterleave]
    [ResponseTimeout("00:00:03")]
    [Alias("Answer")]
    ValueTask<AnswerReply> AnswerAsync(AnswerRequest request);

    /// <summary>
    /// Takes a step of a case of this organisation: a turn of its own, so that two decisions at once are looked at one after the other. May
    /// be repeated: the same operation gets the answer of the first time.
    /// </summary>
    [Alias("TakeStep")]
    Task<CaseStepReply> TakeStepAsync(CaseStepRequest request);

    /// <summary>Which silo it lives on, for operators and tests.</summary>
    [AlwaysInterleave]
    [Alias("Where")]
    ValueTask<string> WhereAsync();
}
