namespace CreditGrains.Engine.Keys;

/// <summary>Uses of keys that an operator can change.</summary>
public enum KeyUse
{
    /// <summary>Signs credit reports, files of checks and heads of the access log.</summary>
    Reports = 0,

    /// <summary>Signs summaries of recomputations.</summary>
    Summaries = 1,

    /// <summary>Marks cursors of lists.</summary>
    Cursors = 2,

    /// <summary>Protects sessions and forms of the portal.</summary>
    Sessions = 3,
}
