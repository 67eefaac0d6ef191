using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Public;

/// <summary>The rules in force, in words.</summary>
/// <param name="Rulebook">Its title.</param>
/// <param name="Policy">Name of the evaluation.</param>
/// <param name="Version">Version in force.</param>
/// <param name="Tiers">How long each tier is published.</param>
/// <param name="Indicators">Indicators of the internal reference, and how long their records count.</param>
/// <param name="Limits">Limits of the internal grade.</param>
/// <param name="Measures">Every measure of the published list, by class.</param>
/// <param name="Deadlines">By when each step of a procedure is due.</param>
public sealed record RulesModel(
    Text Rulebook, Text Policy, string Version, IReadOnlyList<TierModel> Tiers, IReadOnlyList<RuleModel> Indicators,
    IReadOnlyList<RuleModel> Limits, IReadOnlyList<(Text Class, IReadOnlyList<MeasureModel> Measures)> Measures,
    IReadOnlyList<DeadlineModel> Deadlines);

/// <summary>
/// A version of a tier: months of publicity at least (after which a repair ends it) and at most, and which records it is for where it is
/// not for all.
/// </summary>
public sealed record TierModel(
    Text Tier, bool IsPublished, int MonthsMin, int MonthsMax, string Basis, IReadOnlyList<Text> Applying);

/// <summary>One line of the evaluation.</summary>
/// <param name="Label">Its name.</param>
/// <param name="Effect">Effect.</param>
/// <param name="Lasts">How long.</param>
/// <param name="Repair">Effect of a repair on it.</param>
/// <param name="Basis">Where it comes from.</param>
public sealed record RuleModel(Text Label, Text Effect, Text Lasts, Text Repair, string? Basis);

/// <summary>A measure of the published list.</summary>
public sealed record MeasureModel(Text Title, Text Content, Text AppliesTo, bool IsMandatory, string Implementer, string Basis);

/// <summary>A deadline in working days.</summary>
public sealed record DeadlineModel(Text Title, int WorkingDays, string? Place, string Basis);
