using CreditGrains.Domain.Rulebooks;

namespace CreditGrains.Client.Orleans;

/// <summary>On whose behalf a <see cref="CreditClusterClient"/> asks. The silos take it on trust, as they do the caller's name.</summary>
public sealed record CreditClusterClientOptions
{
    private readonly IReadOnlyList<string> _roles = [];

    /// <summary>Of details and titles: <c>zh</c> or <c>en</c>.</summary>
    public string Language { get; init; } = "zh";

    /// <summary>
    /// The caller's roles, as tokens name them (<c>checker</c>, <c>reviewer</c>, ...): a matter or purpose that the rulebook keeps for some
    /// (<c>askedBy</c>) is answered where one of them is among its roles. Empty: only those that are for all.
    /// </summary>
    /// <exception cref="ArgumentException">A role that there is not.</exception>
    public IReadOnlyList<string> Roles
    {
        get => _roles;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            if (value.FirstOrDefault(role => !Askers.RoleNames.Contains(role)) is { } unknown)
                throw new ArgumentException($"No role '{unknown}'; there are: {string.Join(", ", Askers.RoleNames)}.", nameof(value));
            _roles = [.. value.Distinct()];
        }
    }

    /// <summary>The caller's department by its source id, for matters that are kept for departments; null where it is none.</summary>
    public string? Department { get; init; }
}
