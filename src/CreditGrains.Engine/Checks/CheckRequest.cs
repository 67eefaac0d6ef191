using CreditGrains.Domain.Subjects;

namespace CreditGrains.Engine.Checks;

/// <summary>One question from an approval workflow (信用核查).</summary>
/// <param name="Subject">About whom; already normalised.</param>
/// <param name="Purpose">For what, for the access log.</param>
/// <param name="Matter">Which matter of the rulebook.</param>
/// <param name="Stage">Stage of the workflow, for instance <c>accept</c>; may be null.</param>
/// <param name="Actor">Caller, from the credentials.</param>
public sealed record CheckRequest(SubjectId Subject, string Purpose, string Matter, string? Stage, string Actor)
{
    /// <summary>Of titles and details: <c>zh</c> or <c>en</c>.</summary>
    public string Language { get; init; } = "zh";

    /// <summary>The caller's department, as the credentials say; null where they name none.</summary>
    public string? Department { get; init; }

    /// <summary>The caller's roles; empty where nothing is known of them, which keeps it out of matters that are not for all.</summary>
    public IReadOnlyCollection<string> Roles { get; init; } = [];
}
