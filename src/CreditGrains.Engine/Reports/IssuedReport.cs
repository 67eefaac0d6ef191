using CreditGrains.Domain.Reports;

namespace CreditGrains.Engine.Reports;

/// <summary>A report as it was issued.</summary>
/// <param name="Report">Content of the report.</param>
/// <param name="Canonical">Its canonical bytes, over which it is signed.</param>
/// <param name="Signature">The signature.</param>
public sealed record IssuedReport(CreditReport Report, ReadOnlyMemory<byte> Canonical, ReportSignature Signature)
{
    /// <summary>Its JSON file.</summary>
    public byte[] ToJson() => ReportFile.Json(Canonical.Span, Signature);

    /// <summary>SHA-256 over the canonical bytes.</summary>
    public string Digest => ReportFile.DigestOf(Canonical.Span);
}
