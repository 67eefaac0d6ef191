namespace CreditGrains.Domain.Reports;

/// <summary>Statement of a file about itself, and whether it is unchanged since it was issued.</summary>
/// <param name="Outcome">Whether it is.</param>
/// <param name="Number">The report's number; null where it cannot be read.</param>
/// <param name="KeyId">The key that it names; null where it cannot be read.</param>
public sealed record ReportVerdict(ReportOutcome Outcome, string? Number, string? KeyId)
{
    /// <summary>Of a file that is signed with a revoked key: since when, and why.</summary>
    public KeyRevocation? Revocation { get; init; }

    /// <summary>
    /// Of such a file as JSON: its digest (<see cref="ReportFile.DigestOf"/>), for the register to compare; null of a PDF, whose bytes no
    /// register holds.
    /// </summary>
    public string? Digest { get; init; }
}

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

    /// <summary>
    /// Signed with a key that was revoked since: by itself it cannot be told from a forgery, whatever date it bears. The register of the
    /// platform, which holds number and digest, can.
    /// </summary>
    RevokedKey = 4,
}
