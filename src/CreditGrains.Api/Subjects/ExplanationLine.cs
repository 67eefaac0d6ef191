namespace CreditGrains.Api.Subjects;

/// <summary>One sentence of an explanation.</summary>
/// <param name="Part">Which part it belongs to.</param>
/// <param name="Text">The sentence; two spaces before it: a detail of the sentence above.</param>
internal sealed record ExplanationLine(ExplanationPart Part, string Text);

/// <summary>The parts of an explanation, in order.</summary>
internal enum ExplanationPart
{
    /// <summary>Score and grade, and where they start from.</summary>
    Result,

    /// <summary>Records that counted, and limits of the grade.</summary>
    Records,

    /// <summary>Measures, with what the grade means for inspections.</summary>
    Measures,

    /// <summary>When it changes by itself, and what would change it.</summary>
    Changes,
}
