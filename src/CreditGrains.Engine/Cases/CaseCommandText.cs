using System.Text.Json;
using System.Text.Json.Serialization;
using CreditGrains.Domain.Procedures;

namespace CreditGrains.Engine.Cases;

/// <summary>A step as JSON, between the nodes of a cluster; names of states and steps are those of the wire.</summary>
internal static class CaseCommandText
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
    };

    public static string Write(CaseCommand command) => JsonSerializer.Serialize(command, Json);

    public static CaseCommand Read(string text) =>
        JsonSerializer.Deserialize<CaseCommand>(text, Json) ?? throw new JsonException("An empty step.");
}
