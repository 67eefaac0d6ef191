namespace CreditGrains.Client;

/// <summary>The answer to a check: the outcome that the matter's rules give, and what it rests on.</summary>
public sealed record CheckAnswer
{
    /// <summary>The check's number, for instance <c>CK-…</c>: quote it, replay it, feed back what was done.</summary>
    public string Check { get; init; } = "";

    public string Subject { get; init; } = "";

    public string? Name { get; init; }

    /// <summary>False when nothing has been reported on the organisation.</summary>
    public bool Known { get; init; } = true;

    public string Matter { get; init; } = "";

    public DateOnly AsOf { get; init; }

    /// <summary>The stage that was named; null where none was.</summary>
    public string? Stage { get; init; }

    /// <summary><c>proceed</c>, <c>fast-track</c>, <c>review</c> or <c>stop</c>.</summary>
    public string Outcome { get; init; } = "";

    /// <summary>Basis of the outcome.</summary>
    public string? Basis { get; init; }

    /// <summary>Why; empty for a plain <c>proceed</c>.</summary>
    public IReadOnlyList<CheckReason> Reasons { get; init; } = [];

    /// <summary>Null where no registration of the organisation is known.</summary>
    public CheckRegistration? Registration { get; init; }

    /// <summary>Memberships of lists.</summary>
    public IReadOnlyList<CheckRecord> Lists { get; init; } = [];

    /// <summary>Negative records that count.</summary>
    public IReadOnlyList<CheckRecord> Negatives { get; init; } = [];

    /// <summary>Commitments in breach; all of them under a rulebook that does not name the adverse results, so look at the level.</summary>
    public IReadOnlyList<CheckRecord> Commitments { get; init; } = [];

    /// <summary>The imported national grade; null when none is known.</summary>
    public string? NationalGrade { get; init; }

    public CheckAssessment? Assessment { get; init; }

    /// <summary>Measures of the matter in force.</summary>
    public IReadOnlyList<MeasureInForce> Measures { get; init; } = [];

    public IReadOnlyList<MeasureInForce> Incentives { get; init; } = [];

    /// <summary>Names of the measures that must be applied.</summary>
    public IReadOnlyList<string> Mandatory { get; init; } = [];

    /// <summary>Names of the measures that may be applied: the approver decides.</summary>
    public IReadOnlyList<string> Optional { get; init; } = [];

    /// <summary>True when a list was cut.</summary>
    public bool Truncated { get; init; }

    public CheckReceipt? Receipt { get; init; }

    public string Token { get; init; } = "";
}

/// <summary>One reason of an outcome.</summary>
public sealed record CheckReason(string Code, string? Measure, string? Detail);

/// <summary>Where the organisation's registration stands.</summary>
public sealed record CheckRegistration(string? Status);

/// <summary>
/// The local reference score (监管参考分), as a decimal string with three places, and grade; null where the subject is not rated.
/// </summary>
public sealed record CheckAssessment(string? Score, string? Grade, string? Policy);

/// <summary>Replaying a receipt gives the same answer byte for byte.</summary>
/// <param name="Token">The point of the journal.</param>
/// <param name="Policy">The policy's version.</param>
/// <param name="Digest"><c>sha256:…</c> of the answer.</param>
public sealed record CheckReceipt(string Token, string Policy, string Digest);

/// <summary>A record that a check shows. Amounts are decimal strings in the rulebook's unit.</summary>
public sealed record CheckRecord(
    string Source, string Id, string? Kind, DateOnly? Date, DateOnly? Until, string? Severity, string? Level, string? Amount,
        bool Disputed);
