using CreditGrains.Portal.Forms;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Cases;

/// <summary>The page that asks a department of which organisation a case is to be.</summary>
/// <param name="Name">In the address.</param>
/// <param name="Title">Kind of case.</param>
/// <param name="Source">The department; null for the platform.</param>
/// <param name="Code">The code as typed.</param>
/// <param name="Question">The question; null where the department cannot open such a case.</param>
/// <param name="Obstacle">Why it cannot; null where it can.</param>
/// <param name="Errors">Mistakes.</param>
public sealed record DepartmentFilingStartModel(
    string Name, Text Title, string? Source, string Code, Text? Question, Text? Obstacle, IReadOnlyList<FieldError> Errors);
