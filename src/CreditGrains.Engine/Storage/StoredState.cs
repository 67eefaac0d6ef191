using System.Text;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Engine.Storage;

/// <summary>Columns of one subject's row that a recomputation needs.</summary>
/// <param name="Key">The subject's id, in UTF-8: of millions, few are ever needed as a text.</param>
/// <param name="Position">Last position of the shard that the row's columns reflect.</param>
/// <param name="StatePosition">Last position that the state reflects; at most the position.</param>
/// <param name="State">Packed records.</param>
/// <param name="FactsVersion">The catalogue under which the state was folded.</param>
/// <param name="ScoreMilli">As stored.</param>
/// <param name="Grade">As stored.</param>
/// <param name="PolicyVersion">Under which score and grade came about.</param>
/// <param name="AsOf">The date they are of.</param>
/// <param name="NextChange">As stored.</param>
public readonly record struct StoredState(
    ReadOnlyMemory<byte> Key,
    long Position,
    long StatePosition,
    ReadOnlyMemory<byte> State,
    string FactsVersion,
    long? ScoreMilli,
    string? Grade,
    string PolicyVersion,
    DateOnly AsOf,
    DateOnly? NextChange)
{
    /// <summary>The subject's id; made anew each time.</summary>
    public SubjectId Subject => new(Encoding.UTF8.GetString(Key.Span));
}

/// <summary>
/// The results of recomputing all subjects of one shard in a range of subjects, with the changes they make and the run's progress: one
/// transaction.
/// </summary>
/// <param name="Shard">The shard.</param>
/// <param name="After">The range begins after this subject; null for the first.</param>
/// <param name="Through">The range ends with this subject.</param>
/// <param name="Results">Subjects of the range, in order, whose stored assessment is to become another; the others stay.</param>
/// <param name="Changes">Entries for the outbox.</param>
/// <param name="Progress">Rows of jobs to write with it.</param>
public sealed record AssessmentPage(
    int Shard,
    SubjectId? After,
    SubjectId Through,
    IReadOnlyList<AssessmentResult> Results,
    IReadOnlyList<SubjectChange> Changes,
    IReadOnlyList<JobWrite> Progress)
{
    /// <summary>Whole rows of the range that were folded anew; none of them is among the results.</summary>
    public IReadOnlyList<SubjectWrite> Refolded { get; init; } = [];

    /// <summary>Rows that the results were made of, not given back yet: a store then need not read them again.</summary>
    public StatePage? Read { get; init; }
}

/// <summary>One subject's new assessment.</summary>
/// <param name="Key">The subject's id, in UTF-8.</param>
/// <param name="Position">Position of the row it was computed from; the write fails when the row has moved on.</param>
/// <param name="ScoreMilli">Score in milli-points; null for unrated.</param>
/// <param name="Grade">Grade; null for unrated.</param>
/// <param name="PolicyVersion">Under which.</param>
/// <param name="AsOf">For which date.</param>
/// <param name="NextChange">First date on which the row must be looked at again.</param>
public readonly record struct AssessmentResult(
    ReadOnlyMemory<byte> Key, long Position, long? ScoreMilli, string? Grade, string PolicyVersion, DateOnly AsOf, DateOnly? NextChange)
{
    public AssessmentResult(
        SubjectId subject, long position, long? scoreMilli, string? grade, string policyVersion, DateOnly asOf, DateOnly? nextChange)
        : this(Encoding.UTF8.GetBytes(subject.Value), position, scoreMilli, grade, policyVersion, asOf, nextChange)
    {
    }

    /// <summary>The subject's id; made anew each time.</summary>
    public SubjectId Subject => new(Encoding.UTF8.GetString(Key.Span));

    /// <summary>Its place in <see cref="AssessmentPage.Read"/>; null where that is not given.</summary>
    public int? Place { get; init; }
}
