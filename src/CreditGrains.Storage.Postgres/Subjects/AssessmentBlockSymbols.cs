using CreditGrains.Engine.Storage;

namespace CreditGrains.Storage.Postgres.Subjects;

/// <summary>Writes results among the numbers of entries; remembers the symbols of the few texts that they share.</summary>
/// <param name="intern">Gives the number of a text.</param>
internal sealed class AssessmentBlockSymbols(Func<string, int> intern)
{
    private readonly List<(string Text, int Symbol)> _known = [];

    public void Write(Span<byte> numbers, in AssessmentResult result) => AssessmentBlock.WriteAssessment(
        numbers, result.ScoreMilli, result.Grade is { } grade ? Of(grade) : -1, Of(result.PolicyVersion), result.AsOf.DayNumber,
        result.NextChange?.DayNumber ?? 0);

    private int Of(string text)
    {
        foreach (var (known, symbol) in _known)
        {
            if (ReferenceEquals(known, text))
                return symbol;
        }

        var made = intern(text);
        _known.Add((text, made));
        return made;
    }
}
