namespace CreditGrains.Domain.Records;

/// <summary>
/// The facets of one record: the few properties that evaluation sees (semantics, section 5). Days are <see cref="DateOnly.DayNumber"/>.
/// </summary>
public sealed record RecordFacts
{
    /// <summary>Decision date; a record without one takes part from the beginning.</summary>
    public DateOnly? Date { get; init; }

    /// <summary>End of validity: the record is over on this date.</summary>
    public DateOnly? Until { get; init; }

    public Severity Severity { get; init; }

    /// <summary>A code, for instance a tax grade or the gravity of a list entry.</summary>
    public string? Level { get; init; }

    /// <summary>Amount in millionths of the rulebook's unit, at most 9.2e12 units; null where absent.</summary>
    public long? AmountMicro { get; init; }

    /// <summary>Named whole numbers; empty where the kind has none.</summary>
    public IReadOnlyList<KeyValuePair<string, int>> Counts { get; init; } = [];

    /// <summary>
    /// True when the record rests on a decision whose legal basis is filled in: only such a record may cause a restraint.
    /// </summary>
    public bool IsDecision { get; init; }

    /// <summary>Description of the organisation, for kinds that describe it (registration); else null.</summary>
    public SubjectDescription? Description { get; init; }

    /// <summary>For procedures of source <c>platform</c>: the record they act on, and how; else null.</summary>
    public ProcedureMark? Mark { get; init; }

    /// <summary>Never shown to the public, whatever its kind: a condition of publicity does not hold.</summary>
    public bool IsHidden { get; init; }
}
