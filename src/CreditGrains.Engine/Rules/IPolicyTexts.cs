using CreditGrains.Domain.Policies;
using CreditGrains.Domain.Rulebooks;

namespace CreditGrains.Engine.Rules;

/// <summary>Between a rulebook and the text of its policy; tests that make rulebooks in code put their own in.</summary>
internal interface IPolicyTexts
{
    /// <summary>The text of the rulebook's own policy.</summary>
    string TextOf(Rulebook rulebook);

    /// <summary>The rulebook with the policy of a text, or everything that is wrong with it.</summary>
    PolicyReading Read(Rulebook rulebook, string text);

    /// <summary>A rulebook made in code, by its digest or the beginning of it, which no store can keep; null where there is none.</summary>
    Rulebook? FindInCode(string digest) => null;
}
