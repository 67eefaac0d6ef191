namespace CreditGrains.Samples.Approvals;

/// <summary>Where an application stands.</summary>
public enum ApprovalState
{
    /// <summary>Accepted; to be decided.</summary>
    Accepted,

    /// <summary>To be looked at by a clerk before it is decided.</summary>
    WithClerk,

    /// <summary>Decided in favour; to be handed over.</summary>
    Granted,

    /// <summary>Handed over.</summary>
    Finished,

    /// <summary>Not granted: a mandatory measure stood against it, or the clerk decided so.</summary>
    Refused,
}
