using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Records;

namespace CreditGrains.Engine.Recomputation;

/// <summary>Things told of a row by the rules that it was written under, seen from those in force.</summary>
/// <param name="Effects">Measures and lists; null where the rules in force say the same.</param>
/// <param name="Publicity">Records whose publicity the rules in force begin or end.</param>
/// <param name="Publicised">Records that the rules in force publish; of meaning only where there are changes.</param>
internal readonly record struct FormerStanding(
    SubjectEffects? Effects, IReadOnlyList<PublicityChange> Publicity, IReadOnlyDictionary<RecordId, string> Publicised);
