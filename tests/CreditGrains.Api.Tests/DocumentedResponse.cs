using System.Text.Json;

namespace CreditGrains.Api.Tests;

/// <summary>Holds an answer against a documented sample: every member of the sample is there, with the same JSON type.</summary>
internal static class DocumentedResponse
{
    public static void AssertHolds(string sample, JsonElement actual)
    {
        using var document = JsonDocument.Parse(sample);
        Hold(document.RootElement, actual, "$");
    }

    private static void Hold(JsonElement sample, JsonElement actual, string path)
    {
        if (sample.ValueKind == JsonValueKind.Null || (actual.ValueKind == JsonValueKind.Null && path.EndsWith('?')))
            return;
        Assert.True(Family(sample) == Family(actual), $"{path} is {actual.ValueKind}, documented as {sample.ValueKind}: {actual}");
        if (sample.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in sample.EnumerateObject())
            {
                Assert.True(actual.TryGetProperty(member.Name, out var value), $"{path}.{member.Name} is documented and missing: {actual}");
                Hold(member.Value, value, $"{path}.{member.Name}");
            }
        }
        else if (sample.ValueKind == JsonValueKind.Array && sample.GetArrayLength() > 0)
        {
            Assert.True(actual.GetArrayLength() > 0, $"{path} is empty; the sample needs an element.");
            Hold(sample[0], actual[0], path + "[0]");
        }
    }

    private static JsonValueKind Family(JsonElement element) =>
        element.ValueKind == JsonValueKind.False ? JsonValueKind.True : element.ValueKind;
}
