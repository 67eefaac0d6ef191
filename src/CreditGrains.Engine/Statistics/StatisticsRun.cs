using System.Text.Json.Serialization;
using CreditGrains.Engine.Jobs;

namespace CreditGrains.Engine.Statistics;

/// <summary>One counting of the figures, named like its legal date.</summary>
public sealed record StatisticsRun : JobRun;

/// <summary>How far figures are counted.</summary>
/// <param name="At">When they were counted last.</param>
/// <param name="Day">The legal date of that counting: grades are as of it.</param>
/// <param name="Positions">By shard, the last position of the journal that is counted.</param>
public sealed record StatisticsCounted(DateTimeOffset At, DateOnly Day, IReadOnlyList<long> Positions);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(StatisticsRun))]
[JsonSerializable(typeof(StatisticsCounted))]
internal sealed partial class StatisticsJson : JsonSerializerContext;
