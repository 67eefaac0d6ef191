using CreditGrains.Domain.Reports;
using CreditGrains.Engine.Storage;
using CreditGrains.Portal.Forms;

namespace CreditGrains.Portal.Reports;

/// <summary>The page that verifies a report by its number or by its file.</summary>
/// <param name="Number">As typed.</param>
/// <param name="Errors">What is wrong with what was given.</param>
/// <param name="Known">What the platform knows of the number; null where nothing was asked, or nothing is known.</param>
/// <param name="Verdict">On the file; null where none was given.</param>
public sealed record ReportVerifyModel(
    string Number, IReadOnlyList<FieldError> Errors, StoredReport? Known, ReportVerdict? Verdict)
{
    public static ReportVerifyModel Empty { get; } = new("", [], null, null);
}
