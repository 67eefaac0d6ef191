namespace CreditGrains.Engine.Checks;

/// <summary>Names of the figures of checks in the store and on the wire: by day, department and matter.</summary>
public static class CheckFigures
{
    /// <summary>Checks of a day, by outcome.</summary>
    public const string Checks = "checks";

    /// <summary>Mandatory measures that checks of a day have shown, and of how many of them something was fed back.</summary>
    public const string Feedback = "feedback";

    /// <summary>Mandatory measures that feedback was asked for.</summary>
    public const string Due = "due";

    /// <summary>Of these, fed back on or before the last day.</summary>
    public const string InTime = "in-time";

    /// <summary>Of these, fed back later.</summary>
    public const string Late = "late";

    /// <summary>The whole, in one part without a name.</summary>
    public const string All = "all";

    /// <summary>By the department that asked; without a name where the credentials named none.</summary>
    public const string Department = "department";

    /// <summary>By the matter of the rulebook.</summary>
    public const string Matter = "matter";
}
