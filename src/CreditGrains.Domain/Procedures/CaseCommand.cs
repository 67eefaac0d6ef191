using CreditGrains.Domain.Records;

namespace CreditGrains.Domain.Procedures;

/// <summary>A step that somebody wants to take.</summary>
public sealed record CaseCommand
{
    public required CaseStep Step { get; init; }

    public required CaseActor Actor { get; init; }

    /// <summary>To submit: what kind of case.</summary>
    public CaseKind Kind { get; init; }

    /// <summary>To submit: the records it concerns. To decide on a repair: the one.</summary>
    public IReadOnlyList<RecordId> Records { get; init; } = [];

    public string? Grounds { get; init; }

    public string? Statement { get; init; }

    public IReadOnlyDictionary<string, string>? Expected { get; init; }

    /// <summary>The applicant declares that what he says is true and that he answers for it.</summary>
    public bool Declaration { get; init; }

    /// <summary>To submit a repair: <c>bankruptcy</c>, or null.</summary>
    public string? Route { get; init; }

    /// <summary>To submit a repair in a bankruptcy: the number of the court's ruling.</summary>
    public string? Ruling { get; init; }

    /// <summary>To take over a repair that another site has made.</summary>
    public CaseOrigin? Origin { get; init; }

    public bool? Upheld { get; init; }

    public CaseOutcome? Outcome { get; init; }

    public IReadOnlyList<CaseChange> Changes { get; init; } = [];

    public string? Reason { get; init; }

    /// <summary>Facts of a listing, commitment, declaration or contract by the names of <see cref="CaseFacts"/>.</summary>
    public IReadOnlyDictionary<string, string> Facts { get; init; } = new Dictionary<string, string>();

    /// <summary>Measures that a notice names; null for those of the list.</summary>
    public IReadOnlyList<string>? Measures { get; init; }

    /// <summary>Digests of files that the actor's party has uploaded for the subject.</summary>
    public IReadOnlyList<string> Proofs { get; init; } = [];

    public string? Fact(string name) => Facts.TryGetValue(name, out var value) && !string.IsNullOrWhiteSpace(value) ? value : null;

    /// <summary>
    /// Letters that no other attempt has: two decisions that say the same are two all the same, and one sent twice is one.
    /// </summary>
    public required string Operation { get; init; }

    /// <summary>
    /// The case's revision that the step was decided on; the step is refused when another one was taken since. Null takes it anyway.
    /// </summary>
    public int? IfRevision { get; init; }
}

/// <summary>Actor of a step, as the credentials say.</summary>
/// <param name="IsPlatform">An operator or reviewer.</param>
/// <param name="IsSubject">The organisation itself.</param>
/// <param name="Source">Of a department; else null.</param>
public sealed record CaseActor(bool IsPlatform, bool IsSubject, string? Source);
