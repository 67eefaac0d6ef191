using CreditGrains.Portal.Forms;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Department;

/// <summary>A page of a source's returned lines, oldest first.</summary>
/// <param name="Source">The source.</param>
/// <param name="State">Which are listed.</param>
/// <param name="Lines">The page.</param>
/// <param name="Open">How many wait in all.</param>
/// <param name="MayRepair">The reader may send lines again.</param>
/// <param name="Done">Step that the reader has just made; null for none.</param>
/// <param name="First">Address of the first page; null on it.</param>
/// <param name="Next">Address of the next page; null on the last.</param>
public sealed record QuarantineModel(
    string Source, string State, IReadOnlyList<QuarantineLineModel> Lines, long Open, bool MayRepair, Text? Done, string? First,
    string? Next);

/// <summary>One returned line.</summary>
/// <param name="Number">Its number in the source's quarantine.</param>
/// <param name="RecordId">The record's id, where it could be read.</param>
/// <param name="Code">Why it was returned.</param>
/// <param name="Detail">The same in the language of the request.</param>
/// <param name="Pointer">JSON pointer to the field; empty for the whole line.</param>
/// <param name="At">When.</param>
/// <param name="State">State of the line.</param>
/// <param name="IsOpen">The line waits.</param>
public sealed record QuarantineLineModel(
    long Number, string? RecordId, string Code, string Detail, string Pointer, DateTimeOffset At, Text State, bool IsOpen);

/// <summary>A returned line to be put right.</summary>
/// <param name="Source">The source.</param>
/// <param name="Line">The fault in the line.</param>
/// <param name="Advice">Advice.</param>
/// <param name="Text">The line as it is being edited; empty where it was not kept.</param>
/// <param name="IsKept">The line's content was kept.</param>
/// <param name="MayRepair">The reader may send it again.</param>
/// <param name="Errors">Mistakes; empty at first.</param>
public sealed record QuarantineEditModel(
    string Source, QuarantineLineModel Line, Text Advice, string Text, bool IsKept, bool MayRepair, IReadOnlyList<FieldError> Errors);
