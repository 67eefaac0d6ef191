using System.Text.Json.Serialization;

namespace CreditGrains.Domain.Policies;

/// <summary>A counts as it is stored.</summary>
internal sealed record SimulationCountsDocument(
    string Before, string After, long Subjects, long[] Matrix, long[] ScoresBefore, long[] ScoresAfter,
    SortedDictionary<string, long[]> Regions, SortedDictionary<string, long[]> Industries, SortedDictionary<string, long[]> Sizes,
    IReadOnlyList<SimulationMover> Falls, IReadOnlyList<SimulationMover> Rises, IReadOnlyList<MeasureChange> Measures);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(SimulationCountsDocument))]
internal sealed partial class SimulationJson : JsonSerializerContext;
