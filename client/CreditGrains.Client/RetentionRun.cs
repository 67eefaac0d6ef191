namespace CreditGrains.Client;

/// <summary>Runs of retention, the newest first.</summary>
public sealed record RetentionPage(IReadOnlyList<RetentionRun> Items);

/// <summary>A run that counts what is due to be destroyed, or destroys it.</summary>
public sealed record RetentionRun
{
    public string Run { get; init; } = "";

    /// <summary>
    /// <c>queued</c>, <c>running</c>, <c>paused</c>, <c>finished</c>, <c>failed</c>, <c>cancelled</c> or <c>interrupted</c>.
    /// </summary>
    public string State { get; init; } = "";

    /// <summary>Counts only.</summary>
    public bool DryRun { get; init; }

    /// <summary>The dry run that it carries out.</summary>
    public string? Of { get; init; }

    /// <summary>Legal date by which records are due.</summary>
    public DateOnly On { get; init; }

    public string Actor { get; init; } = "";

    public DateTimeOffset AskedAt { get; init; }

    public string Reason { get; init; } = "";

    /// <summary>Organisations passed.</summary>
    public long Subjects { get; init; }

    /// <summary>Records that are due: the number that the second person confirms.</summary>
    public long Due { get; init; }

    public long Destroyed { get; init; }

    /// <summary>Records that changed at the same time; the next run looks at them again.</summary>
    public long Skipped { get; init; }

    /// <summary>Files of proofs whose content was destroyed, or (of a dry run) would be.</summary>
    public long Proofs { get; init; }

    /// <summary>The figures by kind of record.</summary>
    public IReadOnlyList<RetentionKind> Kinds { get; init; } = [];

    public string? Error { get; init; }
}

/// <summary>Figures of a run for one kind of record.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Title">Its title.</param>
/// <param name="Due">Records that are due.</param>
/// <param name="Destroyed">Records whose content was destroyed.</param>
/// <param name="Since">The first day on which one of them was kept no longer.</param>
/// <param name="Years">Years of retention by the rulebook in force; null where it has none any more.</param>
/// <param name="From"><c>date</c> or <c>until</c>: the day of the record from which they count.</param>
/// <param name="Basis">Law and article.</param>
public sealed record RetentionKind(
    string Kind, string Title, long Due, long Destroyed, DateOnly Since, int? Years, string? From, string? Basis);
