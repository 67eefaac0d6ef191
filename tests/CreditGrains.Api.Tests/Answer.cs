using System.Text.Json;

namespace CreditGrains.Api.Tests;

/// <summary>One answer, read whole.</summary>
public sealed record Answer(int Status, string? Type, string Text, IReadOnlyDictionary<string, string> Headers)
{
    private JsonElement? _json;

    public JsonElement Json => _json ??= JsonDocument.Parse(Text).RootElement;

    /// <summary>The problem's code.</summary>
    public string Code => Json.GetProperty("code").GetString()!;

    public static async Task<Answer> OfAsync(HttpResponseMessage response) => new(
        (int)response.StatusCode, response.Content.Headers.ContentType?.MediaType,
        await response.Content.ReadAsStringAsync(CreditFixture.Stop),
        response.Headers.ToDictionary(header => header.Key, header => string.Join(",", header.Value), StringComparer.OrdinalIgnoreCase));

    public void AssertProblem(int status, string code)
    {
        Assert.True(Status == status, $"{Status} instead of {status}: {Text}");
        Assert.Equal("application/problem+json", Type);
        Assert.Equal(code, Code);
        Assert.Equal(status, Json.GetProperty("status").GetInt32());
        Assert.False(string.IsNullOrEmpty(Json.GetProperty("traceId").GetString()));
        Assert.Equal(JsonValueKind.Array, Json.GetProperty("errors").ValueKind);
    }
}
