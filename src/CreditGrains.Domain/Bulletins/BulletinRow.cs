namespace CreditGrains.Domain.Bulletins;

/// <summary>
/// One row behind the figures of a month: a record reported, a line refused, a decision on an objection. It names records and lines and no
/// organisation, so that a bulletin discloses nobody.
/// </summary>
public sealed record BulletinRow
{
    /// <summary>One of <see cref="BulletinClasses"/>.</summary>
    public required string Class { get; init; }

    /// <summary>The department.</summary>
    public required string Source { get; init; }

    /// <summary>The source's id of the record; null of a line in which it could not be read.</summary>
    public string? Id { get; init; }

    public int? Revision { get; init; }

    public string? Kind { get; init; }

    /// <summary>The date from which the kind's deadline counts.</summary>
    public DateOnly? DecidedOn { get; init; }

    /// <summary>Last day of the deadline.</summary>
    public DateOnly? DueOn { get; init; }

    /// <summary>Legal date of receipt, or of the decision on the objection.</summary>
    public required DateOnly On { get; init; }

    /// <summary>Working days after <see cref="DueOn"/>; null where it is not late.</summary>
    public int? DaysLate { get; init; }

    /// <summary>Fields that the kind expects and the row fills.</summary>
    public int Filled { get; init; }

    /// <summary>Fields that the kind expects.</summary>
    public int Expected { get; init; }

    /// <summary>Code of the refusal, or outcome of the objection.</summary>
    public string? Code { get; init; }

    /// <summary>Number of the line in the source's quarantine.</summary>
    public long? Line { get; init; }
}
