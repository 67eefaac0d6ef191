using System.Security.Cryptography;
using CreditGrains.Portal.Forms;

namespace CreditGrains.Portal.Cases;

/// <summary>
/// A mark of a form, so that one sent twice is one step: letters only, because digits might be taken for a number of a person.
/// </summary>
internal static class CaseOperation
{
    private const int Length = 32;

    public static string New() => RandomNumberGenerator.GetString("abcdefghijklmnop", Length);

    /// <summary>Of a form; a new one where it carries none.</summary>
    public static string Of(PortalForm form) =>
        form["operation"] is { Length: Length } known && known.All(letter => letter is >= 'a' and <= 'p') ? known : New();
}
