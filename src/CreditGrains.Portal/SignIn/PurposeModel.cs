using CreditGrains.Api.Authorization;
using CreditGrains.Engine;
using CreditGrains.Portal.Forms;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.SignIn;

/// <summary>The question what data that are not public are looked at for.</summary>
/// <param name="Offered">Purposes to choose from: those that the rulebook lets the person have.</param>
/// <param name="Return">Where to go on.</param>
/// <param name="Chosen">The chosen purpose, if any.</param>
/// <param name="OtherText">Text typed for another purpose.</param>
/// <param name="Errors">Mistakes; empty at first.</param>
public sealed record PurposeModel(
    IReadOnlyList<(string Value, Text Label)> Offered, string Return, string Chosen, string OtherText, IReadOnlyList<FieldError> Errors)
{
    internal const string Other = "other";

    /// <summary>As they stand in the access log.</summary>
    internal static readonly (string Value, Text Label)[] Choices =
    [
        ("own-record", SessionTexts.PurposeOwn),
        ("approval", SessionTexts.PurposeApproval),
        ("supervision", SessionTexts.PurposeSupervision),
        ("data-quality", SessionTexts.PurposeQuality),
        ("policy", SessionTexts.PurposePolicy),
        ("audit", SessionTexts.PurposeAudit),
        ("operation", SessionTexts.PurposeOperation),
    ];

    /// <summary>A purpose that the rulebook keeps for others, such as looking at one's own data, is refused with every check.</summary>
    internal static IReadOnlyList<(string Value, Text Label)> OfferedTo(Caller caller, CreditEngine engine)
    {
        var purposes = engine.Rulebook.Purposes;
        return [.. Choices.Where(choice =>
            !purposes.TryGetValue(choice.Value, out var purpose) || purpose.Askers.Include(caller.RoleNames, caller.Source))];
    }

    /// <summary>Words of a purpose; as it stands where there are none.</summary>
    internal static Text LabelOf(string purpose) =>
        Choices.FirstOrDefault(choice => choice.Value == purpose).Label ?? new Text(purpose, purpose);
}
