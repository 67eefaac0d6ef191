using CreditGrains.Api.Errors;
using CreditGrains.Api.Requests;
using CreditGrains.Engine;
using CreditGrains.Portal.Forms;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Operation;

/// <summary>Reasons that people give for a step, by the interface's rules for such texts: nothing hidden, no personal data.</summary>
internal static class Reasons
{
    /// <summary>Faults in a form's text and its token.</summary>
    public static List<FieldError> ErrorsOf(PortalForm form, string field, bool isRequired, CreditEngine engine)
    {
        var errors = new List<FieldError>();
        if (!form.IsFresh)
            errors.Add(FieldError.Stale);
        var text = form[field];
        if (text.Length == 0 && isRequired)
            errors.Add(new FieldError(field, PolicyPageTexts.ReasonMissing));
        else if (text.Length > RequiredText.ReasonCharsMax)
            errors.Add(new FieldError(field, HomeTexts.TooLong.With(RequiredText.ReasonCharsMax)));
        else
        {
            try
            {
                CommandText.Require(text, $"/{field}", engine, hasLines: true);
            }
            catch (RequestRefusedException refused)
            {
                errors.Add(new FieldError(field, Text.Of(refused.Rejection.Error.Sentence)));
            }
        }

        return errors;
    }
}
