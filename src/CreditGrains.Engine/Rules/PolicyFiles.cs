using CreditGrains.Domain.Policies;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Rulebooks.Reading;

namespace CreditGrains.Engine.Rules;

/// <summary>Policies as <c>policy.yaml</c>. Of a rulebook made in code only its own policy can be read.</summary>
internal sealed class PolicyFiles : IPolicyTexts
{
    public string TextOf(Rulebook rulebook) =>
        rulebook.Files.GetValueOrDefault(RulebookReader.PolicyFile)
        ?? $"# made in code: {rulebook.Policy.Id} {rulebook.Policy.Version} {rulebook.Digest}";

    public PolicyReading Read(Rulebook rulebook, string text)
    {
        if (text == TextOf(rulebook))
            return new PolicyReading(text, PolicyText.DigestOf(text), rulebook, []);
        if (rulebook.Files.Count > 0)
            return PolicyText.Read(rulebook, text);
        var mistake = new RulebookMistake(
            RulebookReader.PolicyFile, 0, "not-from-files", "The rulebook was made in code.",
            "Start with a rulebook's folder to change its policy.");
        return new PolicyReading(text, PolicyText.DigestOf(text), null, [mistake]);
    }
}
