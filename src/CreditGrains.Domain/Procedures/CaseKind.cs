namespace CreditGrains.Domain.Procedures;

/// <summary>The procedures that run as cases (办件).</summary>
public enum CaseKind : byte
{
    /// <summary>异议: a record is said to be wrong.</summary>
    Objection = 1,

    /// <summary>信用修复: the organisation has put things right.</summary>
    Repair = 2,
}
