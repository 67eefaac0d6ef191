using CreditGrains.Domain.Policies;

namespace CreditGrains.Engine.Rules;

/// <summary>
/// Changes that another rulebook would bring, and whether it may take the place of the one in force while the platform runs.
/// </summary>
/// <param name="Digest">Its digest, without the policy.</param>
/// <param name="Effect">The worst effect of all changes.</param>
/// <param name="Changes">Every change.</param>
/// <param name="MayApply">Whether it fits what is stored.</param>
/// <param name="OnlyEmpty">Changes that only a start on an empty store takes.</param>
/// <param name="FaultyRecords">How many stored records would no longer be valid.</param>
/// <param name="FirstFaults">The first of them.</param>
/// <param name="PolicyMistakes">Why a policy in force or scheduled does not load with it; null when all do.</param>
public sealed record RulebookReview(
    string Digest, ChangeEffect Effect, IReadOnlyList<CatalogueChange> Changes, bool MayApply, IReadOnlyList<CatalogueChange> OnlyEmpty,
    long FaultyRecords, IReadOnlyList<StoredRecordFault> FirstFaults, string? PolicyMistakes);
