namespace CreditGrains.Domain.Subjects;

/// <summary>Identifier of one organisation (信用主体), already normalised by the rulebook's scheme; never a natural person.</summary>
/// <param name="Value">The normalised code, for instance an 18-character unified social credit code.</param>
public readonly record struct SubjectId(string Value)
{
    public override string ToString() => Value;
}
