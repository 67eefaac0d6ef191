using System.Security.Cryptography;
using System.Text;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Rulebooks.Reading;

namespace CreditGrains.Domain.Policies;

/// <summary>Reads a new <c>policy.yaml</c> against the other files of a rulebook.</summary>
public static class PolicyText
{
    /// <summary>All mistakes at once, the legal gates of semantics section 7 among them; else the rulebook with the new policy.</summary>
    /// <param name="rulebook">A rulebook read from files.</param>
    /// <param name="text">The new text.</param>
    /// <exception cref="ArgumentException">The rulebook was not read from files.</exception>
    public static PolicyReading Read(Rulebook rulebook, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var result = RulebookReader.WithPolicy(rulebook, text);
        return new PolicyReading(text, DigestOf(text), result.Rulebook, result.Mistakes);
    }

    /// <summary>SHA-256 of the text in UTF-8, in hex.</summary>
    public static string DigestOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}

/// <summary>A policy text and what came of reading it.</summary>
/// <param name="Text">The text.</param>
/// <param name="Digest">SHA-256 of the text, in hex.</param>
/// <param name="Rulebook">The rulebook with this policy; null exactly when there are mistakes.</param>
/// <param name="Mistakes">Everything that is wrong, by file and line.</param>
public sealed record PolicyReading(string Text, string Digest, Rulebook? Rulebook, IReadOnlyList<RulebookMistake> Mistakes);
