using CreditGrains.Portal.Forms;

namespace CreditGrains.Portal.Cases;

/// <summary>A form of a case that was sent, with what came of the files in it.</summary>
/// <param name="Form">Its fields.</param>
/// <param name="Digests">Files uploaded so far, this time's with them and those taken off without.</param>
/// <param name="Errors">Mistakes of files, at their field.</param>
/// <param name="Status">HTTP status of the page where there is a mistake: 413 where the upload was cut off.</param>
internal sealed record ProofForm(PortalForm Form, IReadOnlyList<string> Digests, IReadOnlyList<FieldError> Errors, int Status)
{
    /// <summary>Only files were added or taken off: the same page is shown again, and nothing else is judged.</summary>
    public bool IsAboutFiles => Form[ProofForms.AddField].Length > 0 || Form[ProofForms.DropField].Length > 0;
}
