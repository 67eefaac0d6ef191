using System.Globalization;
using CreditGrains.Domain.Errors;

namespace CreditGrains.Domain.Policies;

/// <summary>Asks for a second confirmation, naming the number, when too many subjects would go down a grade.</summary>
/// <param name="PercentMax">The greatest share of subjects, in percent, that may go down without confirmation.</param>
public sealed record DowngradeGuard(decimal PercentMax)
{
    /// <summary>Null when the activation may go on.</summary>
    internal Rejection? RefusalOf(string version, string? inForce, ActivationOrder order, bool rollsBack)
    {
        // The first policy of a platform replaces nothing, so that nobody goes down.
        if (inForce is null)
            return null;
        if (order.Effect is not { } effect || effect.Version != version || effect.Against != inForce)
            return rollsBack ? null : new Rejection(ErrorCatalogue.PolicyNotSimulated, "", $"{version} against {inForce}");
        if (effect.DownShare.HighPercent <= (double)PercentMax || order.ConfirmDowngrades == effect.Downgrades)
            return null;
        return new Rejection(
            ErrorCatalogue.PolicyConfirmationNeeded, "/confirmDowngrades",
            string.Create(
                CultureInfo.InvariantCulture,
                $"confirmDowngrades: {effect.Downgrades}, of {effect.Population} subjects; at most {PercentMax} % go unconfirmed"));
    }
}

/// <summary>What a simulation said of a version, as far as its activation needs it.</summary>
/// <param name="Version">The version simulated.</param>
/// <param name="Against">The version it was compared with.</param>
/// <param name="Compared">Subjects compared.</param>
/// <param name="Down">Of these, how many go down a grade.</param>
/// <param name="Population">All subjects; more than <paramref name="Compared"/> for a sample.</param>
public sealed record SimulatedEffect(string Version, string Against, long Compared, long Down, long Population)
{
    /// <summary>Subjects of the whole population that go down: counted, or for a sample estimated, rounded half up.</summary>
    public long Downgrades => Population <= Compared
        ? Down
        : Compared == 0 ? 0 : (long)((((Int128)Down * Population) + (Compared / 2)) / Compared);

    public Share DownShare => Share.Of(Down, Compared, Population);
}
