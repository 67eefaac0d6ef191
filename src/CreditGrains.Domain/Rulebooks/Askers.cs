namespace CreditGrains.Domain.Rulebooks;

/// <summary>Callers that may ask in a matter, or for a purpose; an empty list keeps nobody out.</summary>
/// <param name="Roles">Roles, as <see cref="RoleNames"/> has them: the caller has one of them.</param>
/// <param name="Organs">Departments: the caller's own, by its source id, is one of them.</param>
public sealed record Askers(IReadOnlyList<string> Roles, IReadOnlyList<string> Organs)
{
    /// <summary>Roles of callers that a rulebook may name.</summary>
    public static readonly IReadOnlyList<string> RoleNames =
        ["source", "checker", "reviewer", "policy-author", "policy-approver", "subject", "auditor", "operator"];

    /// <summary>Everybody.</summary>
    public static readonly Askers All = new([], []);

    /// <summary>Whether a caller is among them; of whom nothing is known, only where nobody is kept out.</summary>
    /// <param name="roles">The caller's roles.</param>
    /// <param name="organ">The caller's department; null where the credentials name none.</param>
    public bool Include(IReadOnlyCollection<string> roles, string? organ) =>
        (Roles.Count == 0 || Roles.Any(roles.Contains)) && (Organs.Count == 0 || (organ is not null && Organs.Contains(organ)));
}
