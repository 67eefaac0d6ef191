using CreditGrains.Domain.Errors;

namespace CreditGrains.FeedFiles;

/// <summary>A row of a file that is refused before it is sent.</summary>
/// <param name="Row">1-based row in the file.</param>
/// <param name="Error">Why; the catalogue's entry.</param>
/// <param name="Detail">Detail, with the column where there is one.</param>
internal sealed record RefusedRow(long Row, ErrorDescription Error, string Detail);
