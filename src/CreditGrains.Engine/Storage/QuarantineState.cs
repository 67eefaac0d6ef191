namespace CreditGrains.Engine.Storage;

/// <summary>State of a rejected line. These words are stored and stand in answers.</summary>
public static class QuarantineState
{
    /// <summary>Waits for its source.</summary>
    public const string Open = "open";

    /// <summary>Closed without being sent again.</summary>
    public const string Dismissed = "dismissed";

    /// <summary>Sent again by its number, put right or as it was kept.</summary>
    public const string Resubmitted = "resubmitted";

    /// <summary>The same record came later with the same or a higher revision and was taken in.</summary>
    public const string Superseded = "superseded";

    /// <summary>Asks for lines of every state.</summary>
    public const string All = "all";

    /// <summary>States that a list may be asked for.</summary>
    public static IReadOnlyList<string> Filters { get; } = [Open, Dismissed, Resubmitted, Superseded, All];
}
