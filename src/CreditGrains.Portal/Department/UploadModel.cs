using CreditGrains.Portal.Forms;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Department;

/// <summary>The form for a file.</summary>
/// <param name="Source">Source that reports.</param>
/// <param name="MegabytesMax">Most megabytes of a file.</param>
/// <param name="Mappings">Mappings to choose from.</param>
/// <param name="Mapping">As chosen.</param>
/// <param name="Encoding">As chosen.</param>
/// <param name="Sheet">As typed.</param>
/// <param name="HeaderRow">As typed.</param>
/// <param name="IsCsv">The answer is to be a CSV file.</param>
/// <param name="Errors">Mistakes; empty at first.</param>
public sealed record UploadModel(
    string Source, long MegabytesMax, IReadOnlyList<(string Value, Text Label)> Mappings, string Mapping, string Encoding, string Sheet,
    string HeaderRow, bool IsCsv, IReadOnlyList<FieldError> Errors);
