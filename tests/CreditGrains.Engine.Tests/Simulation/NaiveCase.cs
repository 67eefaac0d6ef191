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

    public bool IsOver => NaiveProcedures.IsEnd(State) && !IsMirrorAwaited;

    /// <summary>The day on which it was over first; a review forgets it.</summary>
    public DateOnly? ClosedOn { get; set; }

    public required DateOnly OpenedOn { get; init; }

    /// <summary><c>s</c> or <c>d</c>: the one who may withdraw it and ask for a review.</summary>
    public char FiledBy { get; init; } = 's';

    /// <summary>The department that decides, accepts, verifies or reports; null for objections and repairs.</summary>
    public string? Body { get; set; }

    public IEnumerable<string> Sources => Records.Select(record => record.Source.Value).Concat(Body is null ? [] : [Body]).Distinct();

    /// <summary>One open case of a kind has it.</summary>
    public string? Key { get; init; }

    /// <summary>The first day on which what it has made does not hold any longer.</summary>
    public DateOnly? Until { get; set; }

    /// <summary>The record that it has made.</summary>
    public RecordId? Made { get; set; }

    /// <summary>Facts that later steps need.</summary>
    public Dictionary<string, string> Facts { get; } = [];

    public List<NaiveClock> Clocks { get; } = [];

    public IEnumerable<NaiveClock> Running => Clocks.Where(clock => clock.Ended is null);

    public int Revision { get; set; }

    /// <summary>Steps as the outbox must tell them.</summary>
    public List<string> Told { get; } = [];

    /// <summary>Number of its newest mark.</summary>
    public int Marks { get; set; }

    /// <summary>Its mark that the record is disputed; 0 for none that holds.</summary>
    public int Disputed { get; set; }

    public DateOnly DisputedOn { get; set; }

    /// <summary>Its mark that the record is suspended; 0 for none that holds.</summary>
    public int Suspended { get; set; }

    public DateOnly SuspendedOn { get; set; }

    public bool IsRejected { get; set; }

    public bool WasReturned { get; set; }

    /// <summary>Decisions on the records of a repair.</summary>
    public Dictionary<RecordId, CaseOutcome> Decided { get; } = [];

    public string? Route { get; init; }

    /// <summary>Marks of a plan that runs, by record.</summary>
    public Dictionary<RecordId, (int Mark, DateOnly From)> Plans { get; } = [];

    /// <summary>Whether the court's plan has failed.</summary>
    public bool HasFailed { get; set; }

    public DateOnly? BannedUntil { get; set; }

    /// <summary>Whether the other party's file still lacks what has become of a contract.</summary>
    public bool IsMirrorAwaited { get; set; }

    /// <summary>Whether the case says that the other party's file has refused its record.</summary>
    public bool IsMirrorRefused { get; set; }

    public CaseState StateOn(DateOnly day)
    {
        var mayExpire = State is CaseState.Listed or CaseState.Verified
            || (Kind == CaseKind.Declaration && State is CaseState.Submitted or CaseState.Verifying);
        return mayExpire && Until is { } until && day >= until ? CaseState.Expired : State;
    }
}

/// <summary>A deadline as the model has it.</summary>
internal sealed class NaiveClock
{
    public required string Clock { get; init; }

    public required string Owner { get; init; }

    public required DateOnly From { get; init; }

    public required DateOnly Due { get; set; }

    public required DateOnly Warn { get; set; }

    public DateOnly? Ended { get; set; }

    public bool IsExtended { get; set; }

    /// <summary>A period that must only pass.</summary>
    public bool Waits { get; init; }

    public string StateOn(DateOnly day)
    {
        if ((Ended ?? day) > Due)
            return Waits ? "met" : "overdue";
        return Ended is not null ? "met" : IsExtended ? "extended" : "running";
    }
}
