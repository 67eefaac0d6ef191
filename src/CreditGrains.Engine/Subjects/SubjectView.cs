using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Rules;

namespace CreditGrains.Engine.Subjects;

/// <summary>One subject at one position on one date under one policy version: immutable, never a mixture (I11).</summary>
public sealed class SubjectView
{
    internal SubjectView(
        SubjectId subject, int shard, long position, byte[]? state, Evaluator evaluator, DateOnly asOf, AssessmentSummary summary)
    {
        Subject = subject;
        Shard = shard;
        Position = position;
        StateOrNull = state;
        Evaluator = evaluator;
        AsOf = asOf;
        Summary = summary;
    }

    public SubjectId Subject { get; }

    public int Shard { get; }

    /// <summary>Last journal position of the subject's shard that the view reflects.</summary>
    public long Position { get; }

    /// <summary>The packed records.</summary>
    public byte[] State => StateOrNull ?? throw new InvalidOperationException("The owner has not packed this subject yet.");

    public Evaluator Evaluator { get; }

    public DateOnly AsOf { get; }

    public AssessmentSummary Summary { get; }

    /// <summary>Name, region, industry and status by the registration; null where none is known.</summary>
    public SubjectDescription? Description => PackedRecords.DescriptionOf(State, AsOf);

    public string? Grade => Summary.Grade < 0 ? null : Evaluator.Policy.Grades[Summary.Grade].Grade;

    /// <summary>The assessment with every record behind it.</summary>
    public SubjectAssessment Assess() => Evaluator.Assess(Subject, State, AsOf);

    /// <summary>Null inside the owner only: a subject with very many records is packed when somebody reads it.</summary>
    internal byte[]? StateOrNull { get; }

    /// <summary>The same records on the same date under another version of the policy; see <see cref="PolicyService.FindAsync"/>.</summary>
    public SubjectView Under(Evaluator evaluator)
    {
        ArgumentNullException.ThrowIfNull(evaluator);
        return ReferenceEquals(evaluator, Evaluator) ? this : On(AsOf, evaluator);
    }

    /// <summary>The same records on another date or under other rules.</summary>
    internal SubjectView On(DateOnly asOf, Evaluator evaluator) =>
        new(Subject, Shard, Position, State, evaluator, asOf, evaluator.Summarise(State, asOf));

    /// <summary>Whether the summary holds on that day under those rules without a new evaluation.</summary>
    internal bool IsValid(RulesSnapshot now) => ReferenceEquals(Evaluator, now.Evaluator)
        && (now.Today == AsOf || (now.Today > AsOf && (Summary.ValidUntil is not { } until || now.Today < until)));

    /// <summary>Whether its facts were folded under another catalogue than the one in force.</summary>
    internal bool IsOutdated(RulesSnapshot now) =>
        !ReferenceEquals(Evaluator, now.Evaluator) && Evaluator.FactsVersion != now.Evaluator.FactsVersion;

    /// <summary>The same summary on a later date on which it still holds.</summary>
    internal SubjectView MovedTo(DateOnly on) => new(Subject, Shard, Position, StateOrNull, Evaluator, on, Summary);
}
