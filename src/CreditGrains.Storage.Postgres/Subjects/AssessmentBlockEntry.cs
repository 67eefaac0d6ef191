using System.Text;

namespace CreditGrains.Storage.Postgres.Subjects;

/// <summary>
/// Where one subject stands: what an <see cref="AssessmentBlock"/> keeps of it. Numbers are as stored: symbols and day numbers.
/// </summary>
/// <param name="Key">The subject in UTF-8, by whose bytes entries are ordered.</param>
/// <param name="Position">Last position that the row's columns reflect.</param>
/// <param name="ScoreMilli">Null for unrated.</param>
/// <param name="Grade">Symbol; -1 for unrated.</param>
/// <param name="Policy">Symbol.</param>
/// <param name="AsOf">Day number.</param>
/// <param name="NextChange">Day number; 0 for never.</param>
/// <param name="Listed">Tells whether the description has changed.</param>
internal readonly record struct AssessmentBlockEntry(
    ReadOnlyMemory<byte> Key, long Position, long? ScoreMilli, int Grade, int Policy, int AsOf, int NextChange, int Listed)
{
    public string Subject => Encoding.UTF8.GetString(Key.Span);

    public int CompareTo(ReadOnlySpan<byte> key) => Key.Span.SequenceCompareTo(key);
}
