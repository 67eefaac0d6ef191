namespace CreditGrains.Domain.Procedures;

/// <summary>Where a case stands. A closed state has no way out but an objection's review, which is asked for once.</summary>
public enum CaseState : byte
{
    Submitted = 1,

    /// <summary>受理.</summary>
    Accepted = 2,

    /// <summary>转办: the record's source is asked.</summary>
    Referred = 3,

    /// <summary>The source has answered.</summary>
    Answered = 4,

    /// <summary>退回补正: waits for the applicant.</summary>
    Returned = 5,

    /// <summary>办结: closed with an outcome.</summary>
    Decided = 6,

    /// <summary>复核: a rejection is looked at once more.</summary>
    InReview = 7,

    /// <summary>Closed after a review; nothing follows.</summary>
    Closed = 8,

    /// <summary>撤回: taken back by the one who filed it.</summary>
    Withdrawn = 9,

    /// <summary>重整计划执行中: as if repaired until the plan is carried out or has failed.</summary>
    InPlan = 30,

    /// <summary>限制申请: closed, and no further application for a time.</summary>
    Banned = 31,
}
