using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Records;

namespace CreditGrains.Engine.Recomputation;

/// <summary>What the rules that a row was written under have told of it, seen from those in force.</summary>
/// <param name="Effects">Measures and lists; null where the rules in force say the same.</param>
/// <param name="Publicity">Records whose publicity the rules in force begin or end.</param>
/// <param name="Publicised">Records that the rules in force publish; of meaning only where there are changes.</param>
internal readonly record struct FormerStanding(
    SubjectEffects? Effects, IReadOnlyList<PublicityChange> Publicity, IReadOnlyDictionary<RecordId, string> Publicised);
