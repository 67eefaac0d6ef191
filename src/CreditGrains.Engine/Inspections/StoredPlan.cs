using System.Text.Json;
using System.Text.Json.Serialization;
using CreditGrains.Domain.Policies;

namespace CreditGrains.Engine.Inspections;

/// <summary>
/// An inspection plan as it was drawn, with everything that its draw can be repeated from: rules, date, and how far the journal was. The
/// inspections themselves stand beside it as results (<see cref="Storage.IJobStore"/>), in order. Written once.
/// </summary>
public sealed record StoredPlan
{
    public required string Id { get; init; }

    public required string Period { get; init; }

    public required string Seed { get; init; }

    /// <summary>The policy version whose grades and supervision were taken.</summary>
    public required string PolicyVersion { get; init; }

    /// <summary>Of the catalogue under which records were read.</summary>
    public required string FactsDigest { get; init; }

    /// <summary>Legal date of the grades.</summary>
    public required DateOnly AsOf { get; init; }

    /// <summary>By shard, the last position of the journal that was taken into account.</summary>
    public required IReadOnlyList<long> Positions { get; init; }

    /// <summary>Earlier plans of the same calendar year: whom they drew counts as inspected, though the result may not be in.</summary>
    public required IReadOnlyList<string> Earlier { get; init; }

    public required IReadOnlyList<InspectionUnit> Units { get; init; }

    public required IReadOnlyList<GradeDraw> Grades { get; init; }

    /// <summary>Subjects that have a grade.</summary>
    public required int Candidates { get; init; }

    /// <summary>SHA-256 in hex over a line for each, in order: subject, tab, grade, tab, inspections this year, line feed.</summary>
    public required string CandidatesDigest { get; init; }

    public required int Inspections { get; init; }

    public required int WithoutUnit { get; init; }

    /// <summary>SHA-256 in hex over a line for each: number, tab, subject, tab, grade, tab, unit, line feed.</summary>
    public required string InspectionsDigest { get; init; }

    /// <summary>Pieces that hold the inspections.</summary>
    public required int Parts { get; init; }

    public required string Actor { get; init; }

    public required DateTimeOffset DrawnAt { get; init; }

    internal string ToJson() => JsonSerializer.Serialize(this, InspectionJson.Default.StoredPlan);

    internal static StoredPlan FromJson(string json) => JsonSerializer.Deserialize(json, InspectionJson.Default.StoredPlan)
        ?? throw new InvalidDataException("This is not an inspection plan.");
}

/// <summary>Result of repeating a plan's draw from the journal.</summary>
/// <param name="Matches">The plan is the draw.</param>
/// <param name="CandidatesMatch">The same subjects with the same grades and counts took part.</param>
/// <param name="CatalogueMatches">Records are read by the same catalogue now as then; else differences may come from that.</param>
/// <param name="Differences">In words, at most 100.</param>
public sealed record InspectionVerification(
    bool Matches, bool CandidatesMatch, bool CatalogueMatches, IReadOnlyList<InspectionDifference> Differences);

/// <summary>One inspection as stored; its number is its place.</summary>
internal sealed record PlanLine(string S, string G, string? U);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(StoredPlan))]
[JsonSerializable(typeof(InspectionDrawing))]
[JsonSerializable(typeof(List<PlanLine>))]
internal sealed partial class InspectionJson : JsonSerializerContext;
