using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Records;

namespace CreditGrains.Engine.Tests.Simulation;

/// <summary>A case as the model has it.</summary>
internal sealed class NaiveCase(CaseKind kind, string subject, IReadOnlyList<RecordId> records)
{
    public CaseKind Kind => kind;

    public string Subject => subject;

    public IReadOnlyList<RecordId> Records => records;

    public CaseState State { get; set; } = CaseState.Submitted;

    public bool IsOver => State is CaseState.Decided or CaseState.Closed or CaseState.Withdrawn or CaseState.Banned;

    public int Revision { get; set; }

    /// <summary>Number of its newest mark.</summary>
    public int Marks { get; set; }

    /// <summary>Its mark that the record is disputed; 0 for none that holds.</summary>
    public int Disputed { get; set; }

    public DateOnly DisputedOn { get; set; }

    /// <summary>Its mark that the record is suspended; 0 for none that holds.</summary>
    public int Suspended { get; set; }

    public DateOnly SuspendedOn { get; set; }

    /// <summary>The last day for the source's answer.</summary>
    public DateOnly AnswerDue { get; set; }

    public bool IsRejected { get; set; }

    public bool WasReturned { get; set; }

    /// <summary>Decisions on the records of a repair.</summary>
    public Dictionary<RecordId, CaseOutcome> Decided { get; } = [];

    public string? Route { get; init; }

    /// <summary>Marks of a plan that runs, by record.</summary>
    public Dictionary<RecordId, (int Mark, DateOnly From)> Plans { get; } = [];

    public DateOnly? BannedUntil { get; set; }

    /// <summary>Deadlines of the whole that were extended.</summary>
    public bool IsExtended { get; set; }

    /// <summary>The day from which the time of its result counts.</summary>
    public DateOnly ResultFrom { get; set; }
}
