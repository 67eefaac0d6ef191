using CreditGrains.Api.Inspections;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Engine.Inspections;
using CreditGrains.Portal.Forms;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Department;

/// <summary>Inspections of a department under one plan.</summary>
/// <param name="Source">The department.</param>
/// <param name="Plans">Names of the newest plans that have a unit of its name.</param>
/// <param name="Plan">The plan that is shown; null where there is none.</param>
/// <param name="Inspections">A page of the plan's inspections of this unit, with their results.</param>
/// <param name="Total">All of the plan's inspections of this unit.</param>
/// <param name="MayReturn">The reader may return results.</param>
/// <param name="Done">Number of the inspection that was just returned; null for none.</param>
/// <param name="First">Address of the first page; null on it.</param>
/// <param name="Next">Address of the next page; null on the last.</param>
public sealed record InspectionsModel(
    string Source, IReadOnlyList<string> Plans, StoredPlan? Plan, IReadOnlyList<InspectionResponse> Inspections, int Total, bool MayReturn,
    int? Done, string? First, string? Next);

/// <summary>The form for the result of one inspection.</summary>
/// <param name="Source">The department.</param>
/// <param name="Plan">The plan.</param>
/// <param name="Inspection">The inspection, with the result that is known.</param>
/// <param name="Fields">Fields of the kind of record that answers inspections, without plan and number.</param>
/// <param name="Typed">As typed, by field.</param>
/// <param name="Errors">Mistakes; empty at first.</param>
public sealed record InspectionReturnModel(
    string Source, string Plan, InspectionResponse Inspection, IReadOnlyList<FieldDefinition> Fields,
    IReadOnlyDictionary<string, string> Typed, IReadOnlyList<FieldError> Errors)
{
    /// <summary>Field names on the page begin so, that none is taken for a field of the form itself.</summary>
    public const string FieldBegin = "data-";

    /// <summary>Title of a field; its name where the catalogue has none.</summary>
    public static Text LabelOf(FieldDefinition field)
    {
        ArgumentNullException.ThrowIfNull(field);
        var title = field.Title is { } given ? Text.Of(given) : new Text(field.Name, field.Name);
        return field.Required ? title : InspectionTexts.Optional.With(title);
    }

    /// <summary>Values of a code list, in words where the catalogue has an alias, the empty one first.</summary>
    public static IReadOnlyList<(string Value, Text Label)> OptionsOf(FieldDefinition field)
    {
        ArgumentNullException.ThrowIfNull(field);
        return
        [
            ("", InspectionTexts.Choose), .. field.Of.Select(code => (code, new Text(
                field.Aliases.FirstOrDefault(alias => alias.Value == code).Key ?? code, code))),
        ];
    }
}
