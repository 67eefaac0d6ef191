using CreditGrains.Domain.Procedures;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Cases;

/// <summary>A fact that the form of a step asks for, beside outcome and reason.</summary>
/// <param name="Fact">Its name (<see cref="CaseFacts"/>).</param>
/// <param name="Label">Its title.</param>
/// <param name="Hint">When it is to be filled in, and how.</param>
public sealed record StepField(string Fact, Text Label, Text Hint)
{
    /// <summary>Id of its input.</summary>
    public string Id => IdOf(Fact);

    /// <summary>Name of its input.</summary>
    public string Name => $"fact:{Fact}";

    /// <summary><c>text</c> or <c>date</c>.</summary>
    public string Type { get; init; } = "text";

    /// <summary>More than 1 for a text of several lines.</summary>
    public int Rows { get; init; } = 1;

    /// <summary>In characters.</summary>
    public int MaxLength { get; init; } = CaseText.CharsMax;

    /// <summary>Choices; null for a text.</summary>
    public IReadOnlyList<(string Value, Text Label)>? Options { get; init; }

    /// <summary>Names of outcomes with which it must be filled in; empty for none.</summary>
    public IReadOnlyList<string> RequiredFor { get; init; } = [];

    /// <summary>Must be filled in with every outcome.</summary>
    public bool IsRequired { get; init; }

    public static string IdOf(string fact) => $"fact-{fact}";
}
