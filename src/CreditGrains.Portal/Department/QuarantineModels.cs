using CreditGrains.Portal.Forms;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Department;

/// <summary>A page of a source's returned lines, oldest first.</summary>
/// <param name="Source">Whose.</param>
/// <param name="State">Which are listed.</param>
/// <param name="Lines">The page.</param>
/// <param name="Open">How many wait in all.</param>
/// <param name="MayRepair">The reader may send lines again.</param>
/// <param name="Done">What the reader has just done; null for nothing.</param>
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
/// <param name="State">What has become of it.</param>
/// <param name="IsOpen">It waits.</param>
public sealed record QuarantineLineModel(
    long Number, string? RecordId, string Code, string Detail, string Pointer, DateTimeOffset At, Text State, bool IsOpen);

/// <summary>A returned line to be put right.</summary>
/// <param name="Source">Whose.</param>
/// <param name="Line">What is wrong with it.</param>
/// <param name="Advice">What to do about it.</param>
/// <param name="Text">The line as it is being edited; empty where it was not kept.</param>
/// <param name="IsKept">What it said was kept.</param>
/// <param name="MayRepair">The reader may send it again.</param>
/// <param name="Errors">Mistakes; empty at first.</param>
public sealed record QuarantineEditModel(
    string Source, QuarantineLineModel Line, Text Advice, string Text, bool IsKept, bool MayRepair, IReadOnlyList<FieldError> Errors);
