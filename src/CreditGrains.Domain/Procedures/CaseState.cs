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

    /// <summary>告知: the organisation knows what is intended and may be heard.</summary>
    Notified = 10,

    /// <summary>陈述申辩: it has been heard.</summary>
    Heard = 11,

    /// <summary>列入: on the list until the day of the decision, or until it is removed.</summary>
    Listed = 12,

    /// <summary>移出: removed before its end.</summary>
    Removed = 13,

    /// <summary>撤销: the decision itself was undone.</summary>
    Revoked = 14,

    /// <summary>监管中.</summary>
    Supervised = 15,

    /// <summary>履行.</summary>
    Performed = 16,

    /// <summary>违诺, 违约.</summary>
    Breached = 17,

    /// <summary>限期整改.</summary>
    Rectifying = 18,

    /// <summary>核验中.</summary>
    Verifying = 19,

    /// <summary>核验通过: counts until its end.</summary>
    Verified = 20,

    /// <summary>核验不实: a breach of the truth commitment.</summary>
    Refuted = 21,

    /// <summary>到期: past the end of its term. Never stored: it follows from the day.</summary>
    Expired = 22,

    /// <summary>履约中.</summary>
    InPerformance = 23,

    /// <summary>重整计划执行中: as if repaired until the plan is carried out or has failed.</summary>
    InPlan = 30,

    /// <summary>限制申请: closed, and no further application for a time.</summary>
    Banned = 31,
}
