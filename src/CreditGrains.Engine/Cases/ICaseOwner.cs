using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Engine.Cases;

/// <summary>Takes steps of cases where their subject is owned: one at a time for each organisation.</summary>
internal interface ICaseOwner
{
    /// <summary>Judges a step on the subject as it stands and appends it with its effects in one transaction.</summary>
    /// <param name="subject">Subject of the case.</param>
    /// <param name="number">The case; null to open one.</param>
    /// <param name="command">The step. The same operation again gets the answer of the first time.</param>
    /// <param name="read">The case with its steps as the caller has read it, read again where it has gone on; null for unread.</param>
    /// <param name="actor">Actor, for the journal.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="Storage.StoreException">The outcome is not known, or the owner cannot be reached: send the same again.</exception>
    Task<CaseResult> TakeAsync(
        SubjectId subject, CaseNumber? number, CaseCommand command, StoredCase? read, string actor, CancellationToken cancellation);
}
