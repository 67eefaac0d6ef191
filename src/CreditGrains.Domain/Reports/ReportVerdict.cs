namespace CreditGrains.Domain.Reports;

/// <summary>What a file says of itself, and whether it is as it was issued.</summary>
/// <param name="Outcome">Whether it is.</param>
/// <param name="Number">The report's number; null where it cannot be read.</param>
/// <param name="KeyId">The key that it names; null where it cannot be read.</param>
public sealed record ReportVerdict(ReportOutcome Outcome, string? Number, string? KeyId);

/// <summary>Whether a file is a report as it was issued.</summary>
public enum ReportOutcome : byte
{
    /// <summary>It is: each byte is as it was signed.</summary>
    Genuine = 0,

    /// <summary>It names a key that is known, and is not what was signed.</summary>
    Altered = 1,

    /// <summary>It names a key that is not among those known: another issuer's, or the name of the key was altered.</summary>
    UnknownKey = 2,

    /// <summary>It is no signed report at all.</summary>
    NoReport = 3,
}
