namespace CreditGrains.Domain.Records;

/// <summary>
/// The effect of a procedure on the record it concerns (semantics, section 9). From its facts' <c>Date</c> to its <c>Until</c>
/// an objection marks the target disputed; from <paramref name="SuspendedFrom"/> to <c>Until</c> it suspends it. A repair
/// takes effect on its <c>Date</c>, for good.
/// </summary>
/// <param name="Procedure">Which procedure.</param>
/// <param name="Target">The record it acts on; it need not be known yet.</param>
/// <param name="SuspendedFrom">Objections only: first day on which the target takes no part; null when it is not suspended.</param>
public sealed record ProcedureMark(Procedure Procedure, RecordId Target, DateOnly? SuspendedFrom);

/// <summary>Procedures whose events change how another record counts.</summary>
public enum Procedure : byte
{
    /// <summary>异议: disputed, perhaps suspended.</summary>
    Objection = 1,

    /// <summary>信用修复: publicity, use, measures and weight end together.</summary>
    Repair = 2,

    /// <summary>办件: a case itself, which marks nothing; its marks are records of their own.</summary>
    Case = 3,

    /// <summary>终止公示: publicity ends, use goes on.</summary>
    PublicityEnd = 4,

    /// <summary>数据核验: the platform has verified the record; its publicity begins where its kind asks for that.</summary>
    Verification = 5,

    /// <summary>破产重整: as if repaired for as long as the plan that a court has approved runs.</summary>
    Plan = 6,
}
