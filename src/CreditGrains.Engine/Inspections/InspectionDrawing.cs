using System.Text.Json;
using System.Text.Json.Serialization;

namespace CreditGrains.Engine.Inspections;

/// <summary>A draw under way, or one that came to nothing, as kept in the store; one that is done is a <see cref="StoredPlan"/>.</summary>
public sealed record InspectionDrawing
{
    /// <summary>Name of the plan.</summary>
    public required string Id { get; init; }

    /// <summary>Who has it drawn.</summary>
    public required string Actor { get; init; }

    public required InspectionDrawingState State { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>The process that draws.</summary>
    public required string Node { get; init; }

    /// <summary>When that process last said that it is at it.</summary>
    public required DateTimeOffset SeenAt { get; init; }

    /// <summary>Subjects passed.</summary>
    public long Done { get; init; }

    /// <summary>Subjects stored when it began.</summary>
    public long Subjects { get; init; }

    /// <summary>Why it came to nothing.</summary>
    public string? Error { get; init; }

    internal string ToJson() => JsonSerializer.Serialize(this, InspectionJson.Default.InspectionDrawing);

    internal static InspectionDrawing FromJson(string json) =>
        JsonSerializer.Deserialize(json, InspectionJson.Default.InspectionDrawing)
            ?? throw new InvalidDataException("This is not a draw.");
}

/// <summary>Where a draw stands.</summary>
public enum InspectionDrawingState : byte
{
    [JsonStringEnumMemberName("drawing")]
    Drawing,

    /// <summary>There is a plan.</summary>
    [JsonStringEnumMemberName("drawn")]
    Drawn,

    [JsonStringEnumMemberName("failed")]
    Failed,

    /// <summary>Its node has stopped or says nothing any more; draw again.</summary>
    [JsonStringEnumMemberName("interrupted")]
    Interrupted,
}
