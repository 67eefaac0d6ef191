namespace CreditGrains.Domain.Procedures;

/// <summary>Steps of a case; each is a revision of its record.</summary>
public enum CaseStep : byte
{
    Submit = 1,
    Accept = 2,
    Refer = 3,
    Answer = 4,
    Suspend = 5,
    Resume = 6,
    Decide = 7,
    Review = 8,
    Withdraw = 9,
    Return = 10,
    Complete = 11,
    Extend = 12,
    Notify = 13,
    Hear = 14,
    Remove = 15,
    Revoke = 16,
    Supervise = 17,
    Assess = 18,
    Rectify = 19,
    Close = 20,
    Perform = 21,
    Breach = 22,

    /// <summary>A contract's record has arrived in the other party's file.</summary>
    Mirror = 23,


    /// <summary>The court's plan has been carried out.</summary>
    Fulfil = 30,

    /// <summary>The court's plan has failed.</summary>
    Fail = 31,

    /// <summary>Materials were false: no further application for the years of the rulebook.</summary>
    Ban = 32,

    /// <summary>修复信息同步: another site has repaired, and its result is taken over.</summary>
    Synchronise = 33,
}
