namespace CreditGrains.Domain.Rulebooks;

/// <summary>One mistake in a rulebook folder.</summary>
/// <param name="File">File name relative to the folder; empty when the folder itself is meant.</param>
/// <param name="Line">1-based line; 0 when the file as a whole is meant.</param>
/// <param name="Code">Stable code, for instance <c>restraint-needs-decision</c>.</param>
/// <param name="Message">The fault, in a sentence.</param>
/// <param name="Advice">Advice.</param>
public sealed record RulebookMistake(string File, int Line, string Code, string Message, string Advice)
{
    public override string ToString() => $"{(File is "" ? "" : $"{File}:{Line}: ")}{Code}: {Message} {Advice}";
}
