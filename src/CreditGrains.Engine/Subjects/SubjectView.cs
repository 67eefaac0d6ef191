using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Engine.Subjects;

/// <summary>One subject at one position on one date under one policy version: immutable, never a mixture (I11).</summary>
public sealed class SubjectView
{
    internal SubjectView(
        SubjectId subject, int shard, long position, byte[] state, Evaluator evaluator, DateOnly asOf, AssessmentSummary summary)
    {
        Subject = subject;
        Shard = shard;
        Position = position;
        State = state;
        Evaluator = evaluator;
        AsOf = asOf;
        Summary = summary;
    }

    public SubjectId Subject { get; }

    public int Shard { get; }

    /// <summary>Last journal position of the subject's shard that the view reflects.</summary>
    public long Position { get; }

    /// <summary>The packed records.</summary>
    public byte[] State { get; }

    public Evaluator Evaluator { get; }

    public DateOnly AsOf { get; }

    public AssessmentSummary Summary { get; }

    /// <summary>Name, region, industry and status by the registration; null where none is known.</summary>
    public SubjectDescription? Description => PackedRecords.DescriptionOf(State, AsOf);

    public string? Grade => Summary.Grade < 0 ? null : Evaluator.Policy.Grades[Summary.Grade].Grade;

    /// <summary>The assessment with every record behind it.</summary>
    public SubjectAssessment Assess() => Evaluator.Assess(Subject, State, AsOf);
}
