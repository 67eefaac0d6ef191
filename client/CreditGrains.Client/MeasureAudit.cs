namespace CreditGrains.Client;

/// <summary>One page of every measure in force, and what is wrong with the list itself.</summary>
public sealed record MeasureAudit
{
    public DateOnly AsOf { get; init; }

    public string Policy { get; init; } = "";

    /// <summary>Measures in force, by organisation; may be empty while there is a next page.</summary>
    public IReadOnlyList<AuditedMeasure> Items { get; init; } = [];

    /// <summary>Cursor of the next page; null at the end.</summary>
    public string? Next { get; init; }

    /// <summary>True where the page ended early, or names of one measure only the oldest causes.</summary>
    public bool Partial { get; init; }

    /// <summary>Entries of the list whose basis has ended.</summary>
    public IReadOnlyList<PublishedMeasure> Lapsed { get; init; } = [];

    /// <summary>Entries that no body applies.</summary>
    public IReadOnlyList<PublishedMeasure> WithoutImplementer { get; init; } = [];

    /// <summary>Entries whose publication is still to come.</summary>
    public IReadOnlyList<PublishedMeasure> Unpublished { get; init; } = [];

    /// <summary>Organisations of this page whose records cannot be evaluated.</summary>
    public IReadOnlyList<string> Unread { get; init; } = [];

    public string Token { get; init; } = "";
}

/// <summary>A measure in force of one organisation, with its cause: a record or a grade.</summary>
public sealed record AuditedMeasure(
    string Subject, string Measure, string? Title, string? Class, bool Mandatory, string Basis, string Implementer,
    RecordReference? Cause, string? CauseGrade, DateOnly? From, DateOnly? Until);
