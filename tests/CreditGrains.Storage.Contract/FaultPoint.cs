namespace CreditGrains.Storage.Contract;

/// <summary>Where in a call a simulated fault strikes.</summary>
public enum FaultPoint
{
    /// <summary>Nothing has happened yet.</summary>
    Before,

    /// <summary>The call's effect is durable, its answer gets lost.</summary>
    AfterCommit,
}
