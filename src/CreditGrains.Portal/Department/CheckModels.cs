using CreditGrains.Api.Checks;
using CreditGrains.Portal.Forms;
using CreditGrains.Portal.Organisation;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Department;

/// <summary>The form for one check, or for a list of them.</summary>
/// <param name="Codes">One code, or one a line, as typed.</param>
/// <param name="Matter">As chosen.</param>
/// <param name="Stage">As chosen.</param>
/// <param name="Matters">Matters to choose from.</param>
/// <param name="Purpose">The session's purpose, which goes into the log.</param>
/// <param name="Errors">Mistakes; empty at first.</param>
public sealed record CheckFormModel(
    string Codes, string Matter, string Stage, IReadOnlyList<(string Value, Text Label)> Matters, Text Purpose,
    IReadOnlyList<FieldError> Errors);

/// <summary>The answer to one check, as the interface writes it.</summary>
/// <param name="Answer">The answer.</param>
/// <param name="Matter">Title of the matter.</param>
/// <param name="Status">Of the registration, in words; null for none.</param>
/// <param name="Records">Entries that the check shows.</param>
/// <param name="MayOpenFile">The reader may see the whole file.</param>
public sealed record CheckResultModel(
    CheckResponse Answer, Text Matter, Text? Status, IReadOnlyList<CheckRecordModel> Records, bool MayOpenFile);

/// <summary>An entry that a check shows.</summary>
public sealed record CheckRecordModel(
    Text Kind, string Source, string Id, Text? Severity, DateOnly? Date, DateOnly? Until, bool IsDisputed);

/// <summary>The answers to a list of checks, in the order of its lines.</summary>
/// <param name="Matter">Title of the matter.</param>
/// <param name="Rows">One for each line.</param>
public sealed record CheckListModel(Text Matter, IReadOnlyList<CheckRowModel> Rows)
{
    /// <summary>How many lines have an outcome; null counts the codes that are none.</summary>
    public int Count(string? outcome) => Rows.Count(row => row.Answer?.Outcome == outcome);
}

/// <summary>One line of a list of checks.</summary>
/// <param name="Typed">The code as typed.</param>
/// <param name="Answer">The answer; null when the code is none.</param>
/// <param name="Fault">The fault in the code; null for none.</param>
public sealed record CheckRowModel(string Typed, CheckResponse? Answer, Text? Fault);
