namespace CreditGrains.Engine.Storage;

/// <summary>Result of copying uploads to a case.</summary>
public enum ProofNaming
{
    Done,

    /// <summary>One was never uploaded, or is gone.</summary>
    Missing,

    /// <summary>More than the party may have in a day.</summary>
    BeyondBounds,
}
