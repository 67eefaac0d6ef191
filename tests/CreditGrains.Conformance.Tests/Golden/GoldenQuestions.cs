using System.Text.Json;
using System.Text.Json.Nodes;
using CreditGrains.Conformance.Tests.Server;

namespace CreditGrains.Conformance.Tests.Golden;

/// <summary>Everything that a golden store is asked, the same of every build.</summary>
internal static class GoldenQuestions
{
    public const string Source = "DEMO";
    private const int DetailedSubjects = 16;
    private const int AccessSubjects = 6;

    /// <summary>Differs with every answer, or says how long something has taken.</summary>
    private static readonly HashSet<string> Passing =
        ["token", "cursor", "next", "traceId", "elapsedSeconds", "remainingSeconds", "lag", "attempts", "nextAttemptAt", "lastError"];

    private static readonly string[] Matters = ["public-funds", "tendering", "honours"];

    /// <summary>
    /// Asks. The access log comes first, since every later question is put on it, and what a build puts there of its own reading of other
    /// things is no answer to compare.
    /// </summary>
    /// <param name="caller">Of a server on the store.</param>
    /// <param name="subjects">Subjects; those of the store, in their order.</param>
    public static async Task<JsonObject> AskAsync(Caller caller, IReadOnlyList<string> subjects)
    {
        var answers = new JsonObject();
        async Task AskOneAsync(string path, string role = "operator")
        {
            var answer = await caller.GetAsAsync(role, path);
            Assert.True(answer.Status == 200, $"{path}: {answer.Status} {answer.Text}");
            answers[path] = answer.Text.StartsWith('{') ? Lasting(JsonNode.Parse(answer.Text)) : answer.Text;
        }

        foreach (var subject in subjects.Take(AccessSubjects))
        {
            var path = $"/v1/subjects/{subject}/access-log?limit=100";
            await AskOneAsync(path);

            // This question is the newest entry itself.
            answers[path]!["items"]!.AsArray().RemoveAt(0);
        }

        foreach (var subject in subjects)
        {
            await AskOneAsync($"/v1/subjects/{subject}");
            await AskOneAsync($"/v1/subjects/{subject}/assessment");
        }

        foreach (var subject in subjects.Take(DetailedSubjects))
        {
            await AskOneAsync($"/v1/subjects/{subject}/assessment?asOf=2025-03-31");
            await AskOneAsync($"/v1/subjects/{subject}/assessment?asOf=2028-03-31&policy=2026.1");
            await AskOneAsync($"/v1/subjects/{subject}/records?limit=200");
            await AskOneAsync($"/v1/subjects/{subject}/timeline?limit=200");
            foreach (var matter in Matters)
            {
                var body = JsonSerializer.Serialize(new { subject, purpose = "approval", matter, stage = "accept" });
                answers[$"check {subject} {matter}"] =
                    Lasting(JsonNode.Parse((await caller.PostAsync("/v1/checks", body)).Success.GetRawText()));
            }
        }

        foreach (var query in (string[])["q=9199&limit=200", "grade=A&limit=200", "grade=C&limit=200", "q=%E8%99%9A%E6%9E%84&limit=200"])
            await AskOneAsync($"/v1/subjects?{query}");
        await AskOneAsync($"/v1/sources/{Source}/quarantine?limit=200");
        await AskOneAsync("/v1/identifier-exceptions");
        await AskOneAsync("/v1/policies", "auditor");
        await AskOneAsync("/v1/policies/2026.9", "auditor");
        await AskOneAsync("/v1/recomputations", "auditor");
        await AskOneAsync("/v1/recomputations/key");
        await AskOneAsync("/v1/subscriptions");
        await AskOneAsync("/v1/changes?limit=200");
        return answers;
    }

    /// <summary>
    /// Where answers differ from those of the former build. A build may add members to an object; what was there stays as it was, but for a
    /// receipt's digest, which is of all members of the answer.
    /// </summary>
    public static IEnumerable<string> Differences(JsonNode? former, JsonNode? now, string place = "")
    {
        switch (former, now)
        {
            case (JsonObject before, JsonObject after):
                var isReceipt = place.EndsWith("/receipt", StringComparison.Ordinal);
                return before.Where(member => !isReceipt || member.Key != "digest").SelectMany(member =>
                    after.ContainsKey(member.Key) || member.Value is null
                        ? Differences(member.Value, after[member.Key], $"{place}/{member.Key}")
                        : [$"{place}/{member.Key} is missing"]);
            case (JsonArray before, JsonArray after) when before.Count == after.Count:
                return before.Zip(after).SelectMany((pair, i) => Differences(pair.First, pair.Second, $"{place}/{i}"));
            default:
                return JsonNode.DeepEquals(former, now) ? [] : [$"{place}: {Text(former)} has become {Text(now)}"];
        }
    }

    private static string Text(JsonNode? node) => node?.ToJsonString() is { } text ? text[..Math.Min(text.Length, 200)] : "null";

    private static JsonNode? Lasting(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject members:
                foreach (var name in members.Select(member => member.Key).ToList())
                {
                    var isNumber = members[name] is JsonValue text && text.ToString().StartsWith("CK-", StringComparison.Ordinal);
                    if (isNumber || Passing.Contains(name))
                        members.Remove(name);
                    else
                        Lasting(members[name]);
                }

                break;
            case JsonArray items:
                foreach (var item in items)
                    Lasting(item);
                break;
        }

        return node;
    }
}
