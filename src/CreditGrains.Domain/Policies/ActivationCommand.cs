namespace CreditGrains.Domain.Policies;

/// <summary>Request to put a version in force: actor, instant, and the known effect.</summary>
public sealed record ActivationCommand
{
    public required string Actor { get; init; }

    /// <summary>From when; null for at once.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>Why; needed to roll back.</summary>
    public string? Reason { get; init; }

    /// <summary>Result of the simulation; null when there was none.</summary>
    public SimulatedEffect? Effect { get; init; }

    /// <summary>Subjects stored now; null where that is not known.</summary>
    public long? Subjects { get; init; }

    /// <summary>The number of subjects that go down a grade, named in confirmation; null to confirm nothing.</summary>
    public long? ConfirmDowngrades { get; init; }
}
