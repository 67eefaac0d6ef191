using CreditGrains.Domain.Reports;
using CreditGrains.Engine.Storage;
using CreditGrains.Portal.Forms;

namespace CreditGrains.Portal.Reports;

/// <summary>The page that verifies a report by its number or by its file.</summary>
/// <param name="Number">As typed.</param>
/// <param name="Errors">Faults in the input.</param>
/// <param name="Known">Record of the number; null where no question was asked, or no record exists.</param>
/// <param name="Verdict">On the file; null where none was given.</param>
public sealed record ReportVerifyModel(
    string Number, IReadOnlyList<FieldError> Errors, StoredReport? Known, ReportVerdict? Verdict)
{
    /// <summary>Of the key that signed it; null while that is trusted.</summary>
    public KeyRevocation? Revocation { get; init; }

    /// <summary>
    /// A file of a revoked key is what was issued where the register holds its number with the same digest; of a PDF the register has none.
    /// </summary>
    public bool IsConfirmed => Verdict?.Digest is { } digest && Known is not null
        && digest == $"sha256:{Convert.ToHexStringLower(Known.Digest)}";

    public static ReportVerifyModel Empty { get; } = new("", [], null, null);
}
