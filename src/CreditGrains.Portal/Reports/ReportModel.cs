using CreditGrains.Engine.Reports;

namespace CreditGrains.Portal.Reports;

/// <summary>A report as a page shows it.</summary>
/// <param name="Issued">The report, which is public in all its parts.</param>
/// <param name="VerifyAddress">Where its number is verified.</param>
/// <param name="PdfPath">Where it can be had as PDF, with a number of its own.</param>
/// <param name="JsonPath">Where it can be had as a signed file, likewise.</param>
public sealed record ReportModel(IssuedReport Issued, string VerifyAddress, string PdfPath, string JsonPath);
