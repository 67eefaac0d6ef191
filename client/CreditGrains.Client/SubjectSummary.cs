namespace CreditGrains.Client;

/// <summary>One organisation as the platform knows it.</summary>
public sealed record SubjectSummary
{
    public string Subject { get; init; } = "";

    public string? Name { get; init; }

    public string? Region { get; init; }

    public string? Industry { get; init; }

    /// <summary>Registration status.</summary>
    public string? Status { get; init; }

    public DateOnly AsOf { get; init; }

    public bool Rated { get; init; }

    /// <summary>Decimal string with three places; null when not rated.</summary>
    public string? Score { get; init; }

    /// <summary>Grade of the local assessment; null when not rated.</summary>
    public string? Grade { get; init; }

    /// <summary>Earliest date on which something can change with no new event; null for never, and in lists.</summary>
    public DateOnly? NextChange { get; init; }

    /// <summary>Grades that others give, the national one among them; empty in lists.</summary>
    public IReadOnlyList<ExternalGrade> ExternalGrades { get; init; } = [];
}

/// <summary>A grade that another owner gives: imported, never computed by the platform.</summary>
public sealed record ExternalGrade(
    string Kind, string Title, string? Owner, string? Level, DateOnly? Date, DateOnly? Until, RecordReference Record, bool Disputed);

/// <summary>One page of organisations.</summary>
/// <param name="Items">The matches.</param>
/// <param name="Next">Cursor of the next page; null on the last.</param>
/// <param name="Token">Token of the position that the page reflects.</param>
public sealed record SubjectPage(IReadOnlyList<SubjectSummary> Items, string? Next, string Token);
