using System.Globalization;
using CreditGrains.Domain.Errors;

namespace CreditGrains.Domain.Policies;

/// <summary>Asks for a second confirmation, naming the number, when too many subjects would go down a grade.</summary>
/// <param name="PercentMax">The greatest share of subjects, in percent, that may go down without confirmation.</param>
public sealed record DowngradeGuard(decimal PercentMax)
{
    /// <summary>A simulation older than this says too little of the subjects of now.</summary>
    public static readonly TimeSpan EffectAgeMax = TimeSpan.FromDays(7);

    /// <summary>Subjects that may have come since the simulation: a tenth of those it was made over, and 100 in any case.</summary>
    private const int GrowthPart = 10, GrowthMin = 100;

    /// <summary>Null when the activation may go on.</summary>
    /// <param name="version">The version.</param>
    /// <param name="inForce">The version in force now; null for none.</param>
    /// <param name="order">The known effect.</param>
    /// <param name="terms">From when, and under which rulebook.</param>
    internal Rejection? RefusalOf(string version, string? inForce, ActivationCommand order, in ActivationTerms terms)
    {
        // The first policy of a platform replaces nothing, so that nobody goes down.
        if (inForce is null)
            return null;
        if (order.Effect is not { } effect || effect.Version != version || effect.Against != inForce)
            return terms.RollsBack ? null : new Rejection(ErrorCatalogue.PolicyNotSimulated, "", $"{version} against {inForce}");
        if (!terms.RollsBack && StalenessOf(effect, order.Subjects, terms) is { } stale)
            return new Rejection(ErrorCatalogue.PolicySimulationStale, "", stale);
        if (effect.DownShare.HighPercent <= (double)PercentMax || order.ConfirmDowngrades == effect.Downgrades)
            return null;
        return new Rejection(
            ErrorCatalogue.PolicyConfirmationNeeded, "/confirmDowngrades",
            string.Create(
                CultureInfo.InvariantCulture,
                $"confirmDowngrades: {effect.Downgrades}, of {effect.Population} subjects; at most {PercentMax} % go unconfirmed"));
    }

    /// <summary>Why a simulation does not count for this activation, in words; null when it does.</summary>
    private static string? StalenessOf(SimulatedEffect effect, long? subjects, in ActivationTerms terms)
    {
        if (effect.AsOf != terms.From)
            return Invariant($"simulated as of {effect.AsOf:yyyy-MM-dd}, to be in force from {terms.From:yyyy-MM-dd}");
        if (effect.Rulebook != terms.Rulebook)
            return "simulated under another rulebook";
        if (effect.At is not { } at || terms.Now - at > EffectAgeMax)
            return Invariant($"simulated at {effect.At:u}; at most {EffectAgeMax.Days} days ago counts");
        if (subjects - effect.Population > Math.Max(GrowthMin, effect.Population / GrowthPart))
            return Invariant($"simulated over {effect.Population} subjects, there are {subjects} now");
        return null;

        static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
    }
}

/// <summary>Requirements of an activation on its simulation.</summary>
/// <param name="From">The legal date from which the version is to be in force.</param>
/// <param name="Rulebook">Digest of the rulebook with the version's policy.</param>
/// <param name="Now">The present.</param>
/// <param name="RollsBack">The version has been in force before: no simulation is needed.</param>
internal readonly record struct ActivationTerms(DateOnly From, string Rulebook, DateTimeOffset Now, bool RollsBack);

/// <summary>Result of a version's simulation, as far as its activation needs it.</summary>
/// <param name="Version">The version simulated.</param>
/// <param name="Against">The version it was compared with.</param>
/// <param name="Compared">Subjects compared.</param>
/// <param name="Down">Of these, how many go down a grade.</param>
/// <param name="Population">All subjects; more than <paramref name="Compared"/> for a sample.</param>
public sealed record SimulatedEffect(string Version, string Against, long Compared, long Down, long Population)
{
    /// <summary>Legal date of the assessments compared; null where a former build kept none, which counts for nothing.</summary>
    public DateOnly? AsOf { get; init; }

    /// <summary>When the simulation was made.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>Digest of the rulebook with the version's policy.</summary>
    public string? Rulebook { get; init; }

    /// <summary>Subjects of the whole population that go down: counted, or for a sample estimated, rounded half up.</summary>
    public long Downgrades => Population <= Compared
        ? Down
        : Compared == 0 ? 0 : (long)((((Int128)Down * Population) + (Compared / 2)) / Compared);

    public Share DownShare => Share.Of(Down, Compared, Population);
}
