namespace CreditGrains.Api.Policies;

/// <summary>A new policy version: the text of <c>policy.yaml</c>, which names its version itself.</summary>
public sealed record PolicyDraftBody(string Text, string? Note = null);

/// <summary>Why a step is taken.</summary>
public sealed record ReasonBody(string? Reason = null);

/// <summary>From when a version is to be in force, and why.</summary>
/// <param name="At">An instant with offset; left out for at once.</param>
/// <param name="Reason">Why; needed to roll back.</param>
/// <param name="ConfirmDowngrades">The number of subjects that go down a grade, where a confirmation is asked for.</param>
public sealed record ActivationBody(DateTimeOffset? At = null, string? Reason = null, long? ConfirmDowngrades = null);

/// <summary>Request for a simulation. Every field may be left out.</summary>
/// <param name="Against">The version compared with; left out for the one in force.</param>
/// <param name="AsOf">Legal date; left out for today.</param>
/// <param name="SamplePercent">Share of the subjects looked at, above 0 to 100 (the default).</param>
/// <param name="Seed">Which sample; the same seed takes the same subjects.</param>
/// <param name="Movers">So many of the greatest falls, and of the greatest rises, are explained: 0 to 100, 10 by default.</param>
/// <param name="From">With <paramref name="To"/>: a past period, compared date by date instead of on one date.</param>
/// <param name="To">The period's last date.</param>
/// <param name="Step"><c>day</c>, <c>week</c> or <c>month</c> (the default).</param>
/// <param name="KnownThen">
/// True (the default): with what the platform knew at the end of each date. False: with all that is known now, as of each date.
/// </param>
public sealed record SimulationBody(
    string? Against = null, DateOnly? AsOf = null, decimal? SamplePercent = null, long? Seed = null, int? Movers = null,
    DateOnly? From = null, DateOnly? To = null, string? Step = null, bool? KnownThen = null);
