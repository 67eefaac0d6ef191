using System.Text.Json;
using System.Text.Json.Serialization;
using CreditGrains.Engine.Jobs;

namespace CreditGrains.Engine.CheckLists;

/// <summary>A list of checks as stored: what was asked. How far it is stands in its cursor.</summary>
public sealed record CheckListRun : JobRun
{
    public required string Purpose { get; init; }

    public required string Matter { get; init; }

    public string? Stage { get; init; }

    public required string Language { get; init; }

    public bool HasByteOrderMark { get; init; }

    public string? Department { get; init; }

    /// <summary>The caller's roles when it handed the list in.</summary>
    public IReadOnlyList<string> Roles { get; init; } = [];

    /// <summary>Pieces that hold the lines as they were sent; the file's pieces lie behind them.</summary>
    public required int InputPieces { get; init; }

    /// <summary>How far the durable steps have come, and once it is finished all about the file.</summary>
    [JsonIgnore]
    public CheckListProgress Progress => Cursor is null
        ? new CheckListProgress() : JsonSerializer.Deserialize(Cursor, CheckListJson.Default.CheckListProgress)!;
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, IgnoreReadOnlyProperties = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(CheckListRun))]
[JsonSerializable(typeof(CheckListProgress))]
internal sealed partial class CheckListJson : JsonSerializerContext;
