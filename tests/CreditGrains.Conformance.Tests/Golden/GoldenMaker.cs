using System.Globalization;
using System.Text.Json.Nodes;
using CreditGrains.Conformance.Tests.Server;
using CreditGrains.Development.Synthetic;
using CreditGrains.Development.Postgres;

namespace CreditGrains.Conformance.Tests.Golden;

/// <summary>
/// Makes the golden stores with a former build; run by hand when a release is to be kept:
/// <c>CREDIT_GOLDEN_SILO=path of its CreditGrains.Silo.dll dotnet CreditGrains.Conformance.Tests.dll -explicit only -class
/// "*GoldenMaker"</c>.
/// The shipped rulebook goes with the store as it is, so that later changes to it do not change what is compared.
/// </summary>
public sealed class GoldenMaker
{
    private const int Organisations = 40;
    private const string ExceptionCode = "91990103MX1K7CFB70";

    [Theory(Explicit = true)]
    [InlineData(StoreUnderTest.Sqlite)]
    [InlineData(StoreUnderTest.Postgres)]
    public async Task Golden_store_is_made_by_a_former_build(string kind)
    {
        var silo = Environment.GetEnvironmentVariable("CREDIT_GOLDEN_SILO")
            ?? throw new InvalidOperationException("CREDIT_GOLDEN_SILO names no build.");
        using var golden = GoldenStore.Make();
        Directory.CreateDirectory(golden.Rulebook);
        foreach (var file in Directory.EnumerateFiles(Repository.DefaultRulebook, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(golden.Rulebook, Path.GetRelativePath(Repository.DefaultRulebook, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        await using var store = await StoreUnderTest.MakeAsync(kind);
        string[] options = ["--rulebook", golden.Rulebook, .. store.Options];
        IReadOnlyList<string> subjects;
        string token, cursor;
        await using (var server = await ServerProcess.StartBuildAsync(silo, golden.Data, options))
        {
            using var caller = new Caller(server.Address, golden.Data);
            subjects = await FillAsync(caller, golden.Rulebook);
            token = (await caller.GetAsync($"/v1/subjects/{subjects[0]}")).Success.GetProperty("token").GetString()!;
            cursor = (await caller.GetAsync($"/v1/subjects/{subjects[0]}/records?limit=2")).Success.GetProperty("next").GetString()!;
            Assert.Equal(0, await server.TerminateAsync());
        }

        if (kind == StoreUnderTest.Postgres)
            await golden.DumpAsync(store.Options[^1]);
        using var copy = golden.Copy();
        await using (var server = await ServerProcess.StartBuildAsync(silo, copy.Data, options))
        {
            using var caller = new Caller(server.Address, copy.Data);
            var at = TimeProvider.System.GetUtcNow();
            var answers = await GoldenQuestions.AskAsync(caller, subjects);
            answers["subjects"] = new JsonArray([.. subjects.Select(subject => (JsonNode)subject)]);
            answers["token"] = token;
            answers["recordsCursor"] = cursor;
            answers["changeCursor"] = (await caller.GetAsync("/v1/changes?limit=3")).Success.GetProperty("cursor").GetString()!;
            golden.Keep(at, answers);
        }

        golden.Pack(kind);
    }

    /// <summary>Reports, asks, changes the policy and waits for the recomputation.</summary>
    private static async Task<IReadOnlyList<string>> FillAsync(Caller caller, string rulebook)
    {
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        var feed = new SyntheticFeed(new SyntheticOptions { Subjects = Organisations, Seed = 16, EndDate = today, BadLines = 0.03 });
        using var body = new MemoryStream();
        feed.Write(body, CancellationToken.None);
        _ = (await caller.FeedAsync(GoldenQuestions.Source, body.ToArray())).Success;
        _ = (await caller.SendAsAsync(
            HttpMethod.Put, "operator", $"/v1/identifier-exceptions/{ExceptionCode}",
            new { evidence = "letter 12 of the registry" })).Success;
        var found = (await caller.GetAsync("/v1/subjects?q=9199&limit=200&consistency=latest")).Success.GetProperty("items");
        var subjects = found.EnumerateArray().Select(item => item.GetProperty("subject").GetString()!).ToList();
        foreach (var subject in subjects.Take(20))
        {
            _ = (await caller.PostAsync(
                "/v1/checks", $$"""{"subject":"{{subject}}","purpose":"golden","matter":"public-funds","stage":"accept"}""")).Success;
        }

        var text = (await File.ReadAllTextAsync(Path.Combine(rulebook, "policy.yaml")))
            .Replace("version: 2026.1", "version: 2026.9", StringComparison.Ordinal)
            .Replace("points: -30", "points: -95", StringComparison.Ordinal);
        await DoneAsync(caller, "policy-author", "/v1/policies", new { text });
        var simulated = await DoneAsync(caller, "policy-author", "/v1/policies/2026.9:simulate", new { });
        await DoneAsync(caller, "policy-approver", "/v1/policies/2026.9:approve", new { reason = "as decided" });
        var down = simulated.GetProperty("result").GetProperty("down").GetProperty("count").GetInt64();
        await DoneAsync(caller, "policy-approver", "/v1/policies/2026.9:activate", new { reason = "as decided", confirmDowngrades = down });
        while ((await caller.GetAsAsync("auditor", "/v1/recomputations")).Success.GetProperty("items") is var runs
            && !(runs.GetArrayLength() > 0 && runs[0].GetProperty("policy").GetString() == "2026.9"
                && runs[0].GetProperty("state").GetString() == "finished"))
        {
            await Task.Delay(100);
        }

        await DoneAsync(caller, "operator", "/v1/subscriptions", new { url = "https://receiver.example/hook", after = "now" });
        return subjects;
    }

    private static async Task<System.Text.Json.JsonElement> DoneAsync(Caller caller, string role, string path, object body)
    {
        var answer = await caller.SendAsAsync(HttpMethod.Post, role, path, body);
        Assert.True(answer.Status is 200 or 201, string.Create(CultureInfo.InvariantCulture, $"{path}: {answer.Status} {answer.Text}"));
        return answer.Json;
    }
}
