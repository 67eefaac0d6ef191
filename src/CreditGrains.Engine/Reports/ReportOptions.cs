using System.ComponentModel.DataAnnotations;
using CreditGrains.Engine.Signatures;

namespace CreditGrains.Engine.Reports;

/// <summary>How credit reports are issued, and their bounds (I13).</summary>
public sealed record ReportOptions
{
    /// <summary>Issuer as named on reports.</summary>
    public string Issuer { get; init; } = "公共信用信息平台";

    /// <summary>
    /// A private key of P-256 or SM2 as PEM that signs reports; null for the key that the store keeps for it, which all nodes share.
    /// </summary>
    public string? KeyFile { get; init; }

    /// <summary>Records that a report shows of one section, the newest; it says how many there are.</summary>
    [Range(1, 1000)]
    public int RecordsPerSectionMax { get; init; } = 200;

    /// <summary>Bytes of content that a report shows in all; it ends a section earlier, and says how many records there are.</summary>
    [Range(262_144, 67_108_864)]
    public int ContentBytesMax { get; init; } = 4 * 1024 * 1024;

    /// <summary>For how long the number of a report is known, in days.</summary>
    [Range(1, 36_500)]
    public int KeptDaysMax { get; init; } = 730;

    /// <summary>Most numbers that are known, at about 300 bytes each; beyond, the oldest are forgotten.</summary>
    [Range(1d, 1_000_000_000d)]
    public long KeptMax { get; init; } = 10_000_000;

    /// <summary>Signs reports; null where this process issues none.</summary>
    public IContentSigner? Signer { get; init; }
}
