using System.Text.Json.Nodes;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Records;

namespace CreditGrains.Domain.Procedures;

/// <summary>
/// Result of a step: the case after it and the events appended with it in one transaction; or the reason of its refusal.
/// </summary>
/// <param name="Next">The case after the step; null when it is refused.</param>
/// <param name="Role">In whose place it was taken.</param>
/// <param name="Events">Effects on records, before the step's own revision, in this order.</param>
/// <param name="Rejection">Null when the step is taken.</param>
public sealed record CaseDecision(CaseFile? Next, CaseRoles Role, IReadOnlyList<CaseEvent> Events, Rejection? Rejection)
{
    public static CaseDecision Refused(ErrorDescription error, string pointer = "", string? found = null) =>
        new(null, CaseRoles.None, [], new Rejection(error, pointer, found));
}

/// <summary>A revision of a record that a step makes.</summary>
/// <param name="Record">Of the platform or of a source.</param>
/// <param name="Revision">One more than the newest.</param>
/// <param name="Op">Put or withdraw.</param>
/// <param name="Kind">The record's kind.</param>
/// <param name="Data">The content; null for a withdrawal.</param>
public sealed record CaseEvent(RecordId Record, int Revision, EventOp Op, string Kind, JsonObject? Data);
