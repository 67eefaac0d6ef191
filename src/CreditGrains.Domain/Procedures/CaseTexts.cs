using System.Security.Cryptography;
using System.Text;

namespace CreditGrains.Domain.Procedures;

/// <summary>Texts that are signed: what the signer sends must be the catalogue's, or he has signed something else.</summary>
internal static class CaseTexts
{
    /// <summary>To the letter, but for how a form ends its lines and whether the text ends with one.</summary>
    public static bool AreSame(string signed, string shown) => Lines(signed) == Lines(shown);

    /// <summary>SHA-256 of the text with its lines ended by one character, as <c>sha256:</c> and hex.</summary>
    public static string DigestOf(string text) =>
        "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Lines(text))));

    private static string Lines(string text) => text.ReplaceLineEndings("\n").TrimEnd('\n');
}
