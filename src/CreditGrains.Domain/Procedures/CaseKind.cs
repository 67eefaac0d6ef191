namespace CreditGrains.Domain.Procedures;

/// <summary>The procedures that run as cases (办件).</summary>
public enum CaseKind : byte
{
    /// <summary>异议: a record is said to be wrong.</summary>
    Objection = 1,

    /// <summary>信用修复: the organisation has put things right.</summary>
    Repair = 2,

    /// <summary>名单列入: an organisation is put on a list that law provides.</summary>
    Listing = 3,

    /// <summary>信用承诺: a promise is signed, supervised and judged.</summary>
    Commitment = 4,

    /// <summary>自主申报: an organisation says something of itself, which counts once it is verified.</summary>
    Declaration = 5,

    /// <summary>合同履约: one contract in both parties' files.</summary>
    Contract = 6,
}
