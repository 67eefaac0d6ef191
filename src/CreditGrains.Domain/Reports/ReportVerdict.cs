namespace CreditGrains.Domain.Reports;

/// <summary>Statement of a file about itself, and whether it is unchanged since it was issued.</summary>
/// <param name="Outcome">Whether it is.</param>
/// <param name="Number">The report's number; null where it cannot be read.</param>
/// <param name="KeyId">The key that it names; null where it cannot be read.</param>
public sealed record ReportVerdict(ReportOutcome Outcome, string? Number, string? KeyId);

/// <summary>Whether a file is a report as it was issued.</summary>
public enum ReportOutcome : byte
{
    /// <summary>Unchanged: each byte is as it was signed.</summary>
    Genuine = 0,

    /// <summary>Changed: the file names a known key, and its signature does not hold.</summary>
    Altered = 1,

    /// <summary>Unknown key: another issuer's, or the name of the key was altered.</summary>
    UnknownKey = 2,

    /// <summary>No signed report at all.</summary>
    NoReport = 3,
}
