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
}
