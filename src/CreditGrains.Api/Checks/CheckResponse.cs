namespace CreditGrains.Api.Checks;

/// <summary>A check: who asks about whom, for what.</summary>
/// <param name="Subject">The organisation's code.</param>
/// <param name="Purpose">For what; goes to the subject's access log.</param>
/// <param name="Matter">A matter of the rulebook.</param>
/// <param name="Stage">Stage of the workflow.</param>
public sealed record CheckQuestion(string Subject, string Purpose, string Matter, string? Stage);

/// <summary>The answer to a check, as <see cref="Engine.Checks.ICheckService"/> writes it.</summary>
public sealed record CheckResponse
{
    public required string Check { get; init; }

    public required string Subject { get; init; }

    public required string? Name { get; init; }

    /// <summary>False when nothing has been reported on the organisation.</summary>
    public required bool Known { get; init; }

    public required DateOnly AsOf { get; init; }

    public required string Matter { get; init; }

    /// <summary>The stage that was named; left out by answers of form 1.</summary>
    public string? Stage { get; init; }

    /// <summary><c>proceed</c>, <c>fast-track</c>, <c>review</c> or <c>stop</c>.</summary>
    public required string Outcome { get; init; }

    /// <summary>Basis of the outcome; left out by answers of form 1.</summary>
    public string? Basis { get; init; }

    public required IReadOnlyList<CheckReasonResponse> Reasons { get; init; }

    /// <summary>Null where no registration is known; answers of form 1 say a status of null.</summary>
    public required CheckRegistration? Registration { get; init; }

    public required IReadOnlyList<CheckRecord> Lists { get; init; }

    public required IReadOnlyList<CheckRecord> Negatives { get; init; }

    public required IReadOnlyList<CheckRecord> Commitments { get; init; }

    /// <summary>The imported national public credit grade; null where none is known.</summary>
    public required string? NationalGrade { get; init; }

    public required CheckAssessment Assessment { get; init; }

    public required IReadOnlyList<CheckMeasure> Measures { get; init; }

    public required IReadOnlyList<CheckMeasure> Incentives { get; init; }

    /// <summary>Names of the measures that must be applied; left out by answers of form 1.</summary>
    public IReadOnlyList<string> Mandatory { get; init; } = [];

    /// <summary>Names of the measures that may be applied, which the approver decides; left out by answers of form 1.</summary>
    public IReadOnlyList<string> Optional { get; init; } = [];

    /// <summary>True when a list was cut at 100.</summary>
    public bool Truncated { get; init; }

    public required CheckReceipt Receipt { get; init; }

    public required string Token { get; init; }
}

/// <summary>One reason of the outcome.</summary>
public sealed record CheckReasonResponse(string Code, string? Measure, string Detail);

/// <summary>The registration.</summary>
public sealed record CheckRegistration(string? Status);

/// <summary>A record that the check shows. Amounts are decimal strings.</summary>
public sealed record CheckRecord(
    string Source, string Id, string Kind, DateOnly? Date, DateOnly? Until, string? Severity, string? Level, string? Amount, bool Disputed);

/// <summary>The local assessment: score as a decimal string with three places.</summary>
public sealed record CheckAssessment(string? Score, string? Grade, string Policy);

/// <summary>A measure in force, bound to the record or grade that causes it.</summary>
public sealed record CheckMeasure(
    string Measure, string Title, string Class, bool Mandatory, string Basis, string Implementer, CheckCause? Cause, string? CauseGrade,
    DateOnly? From, DateOnly? Until);

/// <summary>The record that causes a measure.</summary>
public sealed record CheckCause(string Source, string Id);

/// <summary>Data that a replay needs: the digest is taken over the answer without check, receipt and token.</summary>
public sealed record CheckReceipt(string Token, string Policy, string Digest);

/// <summary>Data that giving the answer to a check again takes, as the access log keeps them.</summary>
/// <param name="Check">Number of the check.</param>
/// <param name="Entry">Number of the access log's entry.</param>
/// <param name="At">When it was asked.</param>
/// <param name="Actor">Caller, as the credentials said.</param>
/// <param name="Department">The department that asked, where the credentials named it.</param>
/// <param name="Subject">About whom.</param>
/// <param name="Purpose">For what.</param>
/// <param name="Matter">A matter of the rulebook.</param>
/// <param name="Stage">Stage of the workflow.</param>
/// <param name="AsOf">The legal date of the answer.</param>
/// <param name="Position">The last position of the subject's shard that the answer reflects; 0 where nothing was known.</param>
/// <param name="Token">The token of the answer.</param>
/// <param name="Policy">Version of the policy it was given by.</param>
/// <param name="Rulebook">SHA-256 in hex of rulebook and policy.</param>
/// <param name="RulebookBase">SHA-256 in hex of the rulebook but for its policy.</param>
/// <param name="Form">Which form the answer has.</param>
/// <param name="Language">Of its titles and details.</param>
/// <param name="Digest"><c>sha256:</c> and the digest of the answer without check, receipt and token.</param>
public sealed record ReceiptResponse(
    string Check, long Entry, DateTimeOffset At, string Actor, string? Department, string Subject, string Purpose, string Matter,
    string? Stage, DateOnly AsOf, long Position, string Token, string Policy, string Rulebook, string RulebookBase, int Form,
    string Language, string Digest);
