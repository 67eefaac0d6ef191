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
    public static ReportVerifyModel Empty { get; } = new("", [], null, null);
}
