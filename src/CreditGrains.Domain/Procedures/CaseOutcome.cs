namespace CreditGrains.Domain.Procedures;

/// <summary>The closed set of results; the tables say which belong to which step.</summary>
public enum CaseOutcome : byte
{
    /// <summary>更正.</summary>
    Corrected = 1,

    /// <summary>补充: fields that were empty are filled.</summary>
    Supplemented = 2,

    /// <summary>删除: the record is withdrawn.</summary>
    Deleted = 3,

    /// <summary>终止公示: it is not shown to the public any more, and counts as before.</summary>
    PublicityEnded = 4,

    /// <summary>移出名单: the entry ends today, by an objection's decision or by the body that listed it.</summary>
    RemovedFromList = 5,

    /// <summary>不予采纳.</summary>
    Rejected = 6,

    /// <summary>准予修复.</summary>
    Granted = 7,

    /// <summary>不予修复.</summary>
    Refused = 8,

    /// <summary>列入.</summary>
    Listed = 9,

    /// <summary>不予列入.</summary>
    Dropped = 10,

    /// <summary>全部履行.</summary>
    Full = 11,

    /// <summary>部分履行.</summary>
    Partial = 12,

    /// <summary>全部未履行.</summary>
    None = 13,

    /// <summary>核验通过.</summary>
    Verified = 14,

    /// <summary>核验不实.</summary>
    Refuted = 15,

    /// <summary>违约.</summary>
    Breached = 16,

    /// <summary>严重违约.</summary>
    SeriouslyBreached = 17,

    /// <summary>部分准予修复: of several records some were repaired and others not; each has its own decision.</summary>
    PartlyGranted = 18,

    /// <summary>撤销列入决定: the decision was undone.</summary>
    Revoked = 19,

    /// <summary>重整失败: what was suspended under the plan holds again.</summary>
    PlanFailed = 30,

    /// <summary>重整计划执行完毕: what was suspended under the plan is repaired for good.</summary>
    PlanFulfilled = 31,
}
