using System.Security.Cryptography;
using System.Text;
using CreditGrains.Portal.Forms;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Cases;

/// <summary>
/// The question that has a text signed. Its answer is the digest of the text that was shown, so that a signature does not outlive another
/// choice before it, or a new text in the rulebook.
/// </summary>
internal static class FilingSignature
{
    public const string Name = "signed";

    /// <param name="scope">The answers.</param>
    /// <param name="title">The question.</param>
    /// <param name="shown">All that is signed.</param>
    public static FilingQuestion Ask(FilingScope scope, Text title, IReadOnlyList<(Text Label, Text Content)> shown) => new(Name, title,
    [
        new FormInput(Name, FormInputKind.Signature, title)
        {
            Hint = CommitmentTexts.SignHint, Missing = CommitmentTexts.SignMissing, Value = scope.AnswerTo(Name),
            Options = [new FormOption(DigestOf(shown), CommitmentTexts.Sign)],
        },
    ])
    {
        Shown = shown,
    };

    private static string DigestOf(IEnumerable<(Text Label, Text Content)> shown) => Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', shown.Select(part => part.Content.Zh)))));
}
