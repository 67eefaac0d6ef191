using CreditGrains.Api.Errors;
using CreditGrains.Api.Requests;
using CreditGrains.Engine;
using CreditGrains.Portal.Forms;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Cases;

/// <summary>Texts that people write in cases, by the interface's rules: bounded, nothing hidden, no personal data.</summary>
internal static class CaseText
{
    public const int CharsMax = 4000;

    /// <param name="errors">Takes what is wrong.</param>
    /// <param name="form">The form.</param>
    /// <param name="field">Its field.</param>
    /// <param name="missing">The message where it is empty; null where it may be.</param>
    /// <param name="engine">Its rulebook says whose numbers are looked for.</param>
    public static void Require(List<FieldError> errors, PortalForm form, string field, Text? missing, CreditEngine engine)
    {
        var text = form[field];
        if (text.Length == 0)
        {
            if (missing is not null)
                errors.Add(new FieldError(field, missing));
        }
        else if (FaultOf(text, engine) is { } fault)
        {
            errors.Add(new FieldError(field, fault));
        }
    }

    /// <summary>Null for a text that is good.</summary>
    public static Text? FaultOf(string text, CreditEngine engine)
    {
        if (text.Length > CharsMax)
            return CaseFilingTexts.TextTooLong;
        try
        {
            CommandText.Require(text, "", engine, hasLines: true);
            return null;
        }
        catch (RequestRefusedException refused)
        {
            return Text.Of(refused.Rejection.Error.Sentence);
        }
    }
}
