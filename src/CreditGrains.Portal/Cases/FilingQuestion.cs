using CreditGrains.Portal.Forms;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Cases;

/// <summary>One question of a filing, on a page of its own.</summary>
/// <param name="Page">Its name in the form.</param>
/// <param name="Title">The question; the page's heading where it has several inputs.</param>
/// <param name="Inputs">Its inputs.</param>
public sealed record FilingQuestion(string Page, Text Title, IReadOnlyList<FormInput> Inputs)
{
    /// <summary>The one question that asks for files; it has no inputs.</summary>
    public static FilingQuestion ForProofs { get; } = new(FilingPage.Proofs, ProofTexts.Question, []);

    /// <summary>Above the inputs; null for nothing.</summary>
    public Text? Intro { get; init; }

    /// <summary>The text that is signed, part by part; empty for none.</summary>
    public IReadOnlyList<(Text Label, Text Content)> Shown { get; init; } = [];
}
