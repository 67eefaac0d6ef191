using CreditGrains.Domain.Subjects;

namespace CreditGrains.Engine.Storage;

/// <summary>A measure that its implementer is to apply, or to lift.</summary>
public sealed record MeasureTask
{
    /// <summary>Shard and number of the change that made it: its name on the wire.</summary>
    public required ShardNumber Change { get; init; }

    public required SubjectId Subject { get; init; }

    /// <summary>Id of the measure.</summary>
    public required string Measure { get; init; }

    /// <summary>Implementer, as the measure list names it.</summary>
    public required string Implementer { get; init; }

    /// <summary>True: the measure has ended and is to be lifted. False: it has begun and is to be applied.</summary>
    public required bool IsLift { get; init; }

    /// <summary>The legal date on which the measure began or ended.</summary>
    public required DateOnly Since { get; init; }

    /// <summary>How it was done; null while it is open.</summary>
    public MeasureTaskDone? Done { get; init; }
}

/// <summary>How a task was done.</summary>
/// <param name="On">Legal date of the act.</param>
/// <param name="Note">In words; null for none. At most 1,000 characters.</param>
/// <param name="Actor">Caller.</param>
/// <param name="At">When it was told.</param>
public sealed record MeasureTaskDone(DateOnly On, string? Note, string Actor, DateTimeOffset At);
