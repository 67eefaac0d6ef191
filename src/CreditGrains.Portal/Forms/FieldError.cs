using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Forms;

/// <summary>One mistake in a form: shown in the summary, which leads to the field, and at the field.</summary>
/// <param name="Field">Id of the field; empty for the form as a whole.</param>
/// <param name="Message">The fault and the advice.</param>
public sealed record FieldError(string Field, Text Message)
{
    /// <summary>The form is not of this session, or too old: everything typed is kept, and it may be sent again.</summary>
    public static FieldError Stale { get; } = new("", FormTexts.Stale);
}
