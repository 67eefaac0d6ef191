using System.Globalization;
using System.Text.RegularExpressions;
using CreditGrains.Conformance.Tests.Load;
using CreditGrains.Conformance.Tests.Server;

namespace CreditGrains.Conformance.Tests;

/// <summary>
/// The server is killed while rules change: what is in force is the old or the new, and a run goes on where it was. CREDIT_KILLS changes
/// how often (the campaign: 50).
/// </summary>
public sealed class RuleChangeKillTests(ITestOutputHelper output) : IDisposable
{
    private const int KillsOfRun = 3;
    private const int KillsOfChange = 4;

    /// <summary>With fewer the kills need not fall on both sides of the write.</summary>
    private const int KillsOnBothSidesMin = 10;
    private const string Old = "2026.3";
    private const string New = "2026.4";
    private const string General = "      - {severity: general}\n\n  enforcement:";
    private const string Serious = "      - {severity: serious}\n\n  enforcement:";
    private readonly string _data = Directory.CreateTempSubdirectory("credit-rules-kill-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Theory]
    [InlineData(StoreUnderTest.Sqlite)]
    [InlineData(StoreUnderTest.Postgres)]
    public async Task Run_killed_several_times_ends_with_every_subject_under_the_new_version(string kind)
    {
        await using var store = await StoreUnderTest.MakeAsync(kind);
        var kills = TestVariable.Number("CREDIT_KILLS") ?? KillsOfRun;
        var random = new Random(TestVariable.Seed(output));
        var departments = new Departments(
            senders: 3, subjects: 150 + (135 * kills), seed: 7, batchLines: 500, linesMax: 900 + (810 * kills));
        var before = new Dictionary<string, string?>();
        long done = 0;
        await using (var first = await ServerProcess.StartAsync(_data, store.Options))
        {
            using var caller = new Caller(first.Address, _data);
            await departments.RunAsync(caller, () => true);
            foreach (var subject in departments.Subjects())
                before[subject] = await ScoreAsync(caller, subject, Old);
            await SetPaceAsync(caller, subjectsPerSecondMax: 4); // slow enough for fifty starts on a busy machine
            await PutInForceAsync(caller);
        }

        for (var kill = 1; kill <= kills; kill++)
        {
            await using var server = await ServerProcess.StartAsync(_data, store.Options);
            using var caller = new Caller(server.Address, _data);
            var run = await RunAsync(caller, run => run.GetProperty("done").GetInt64() > done);
            Assert.Equal("running", run.GetProperty("state").GetString());
            done = run.GetProperty("done").GetInt64();
            var some = before.Keys.ElementAt(random.Next(before.Count));
            Assert.Equal(Expected(before[some]), await ScoreAsync(caller, some, New));
            await PauseAsync(random, 30);
            await server.KillAsync();
        }

        await using var last = await ServerProcess.StartAsync(_data, store.Options);
        using var auditor = new Caller(last.Address, _data);
        await SetPaceAsync(auditor, subjectsPerSecondMax: 0);
        var finished = await RunAsync(auditor, run => run.GetProperty("state").GetString() == "finished");
        Assert.Equal(before.Count, finished.GetProperty("done").GetInt64());
        var grades = new Dictionary<string, long>();
        foreach (var (subject, score) in before)
        {
            var assessment = (await auditor.GetAsync($"/v1/subjects/{subject}/assessment")).Success;
            Assert.Equal(Expected(score), assessment.GetProperty("score").GetString());
            var grade = assessment.GetProperty("grade").GetString() ?? "";
            grades[grade] = grades.GetValueOrDefault(grade) + 1;
        }

        var moves = finished.GetProperty("matrix").EnumerateArray().ToList();
        foreach (var (grade, count) in grades)
        {
            Assert.Equal(count, moves.Where(move => (move.GetProperty("new").GetString() ?? "") == grade)
                .Sum(move => move.GetProperty("count").GetInt64()));
        }

        output.WriteLine($"{kills} kills during one run over {before.Count} subjects on {kind}; {done} were done at the last kill");
    }

    [Theory]
    [InlineData(StoreUnderTest.Sqlite)]
    [InlineData(StoreUnderTest.Postgres)]
    public async Task Change_of_rules_killed_at_any_step_leaves_the_old_ones_or_the_new_ones(string kind)
    {
        await using var store = await StoreUnderTest.MakeAsync(kind);
        var kills = TestVariable.Number("CREDIT_KILLS") ?? KillsOfChange;
        var random = new Random(TestVariable.Seed(output));
        var departments = new Departments(senders: 2, subjects: 60, seed: 11, batchLines: 200);
        var (digests, scores) = (new string[2], new Dictionary<(string Policy, string Rulebook), string>());
        List<string> subjects = [];
        await using (var first = await ServerProcess.StartAsync(_data, store.Options))
        {
            using var caller = new Caller(first.Address, _data);
            await departments.RunAsync(caller, () => true);
            subjects = [.. departments.Subjects()];
            digests[0] = await ProposeAsync(caller, General);
            digests[1] = await ProposeAsync(caller, Serious);
            await LearnAsync(caller, subjects, scores);
            await PutInForceAsync(caller);
            await LearnAsync(caller, subjects, scores);
            Assert.Equal(200, (await ApplyAsync(caller, digests[1])).Status);
            await LearnAsync(caller, subjects, scores);
            Assert.Equal(200, (await RollBackAsync(caller, Old)).Status);
            await LearnAsync(caller, subjects, scores);
            Assert.Equal(4, scores.Values.Distinct().Count());
        }

        var (changed, answered) = (0, 0);
        double[] atMostMs = [500, 500];
        for (var kill = 1; kill <= kills; kill++)
        {
            (string Policy, string Rulebook) was, wanted;
            var acknowledged = false;
            await using (var server = await ServerProcess.StartAsync(_data, store.Options))
            {
                using var caller = new Caller(server.Address, _data);
                was = await InForceAsync(caller);
                Assert.Equal(scores[was], await ScoresAsync(caller, subjects));
                wanted = kill % 2 == 0
                    ? (was.Policy, digests[was.Rulebook == digests[0] ? 1 : 0])
                    : (was.Policy == Old ? New : Old, was.Rulebook);
                var step = kill % 2 == 0 ? ApplyAsync(caller, wanted.Rulebook) : RollBackAsync(caller, wanted.Policy);

                // The last of each way is killed when it has answered: what is acknowledged is in force.
                await Task.WhenAny(step, kill > kills - 2 ? step : PauseAsync(random, (int)atMostMs[kill % 2]));
                await server.KillAsync();
                try
                {
                    var answer = await step;
                    Assert.True(answer.Status == 200, $"{answer.Status} {answer.Text}");
                    acknowledged = true;
                }
                catch (HttpRequestException)
                {
                    // The server was killed before it answered.
                }
            }

            await using var again = await ServerProcess.StartAsync(_data, store.Options);
            using var auditor = new Caller(again.Address, _data);
            var now = await InForceAsync(auditor);
            Assert.True(now == wanted || (now == was && !acknowledged), $"{was} and {wanted} were possible, {now} is in force");
            Assert.Equal(scores[now], await ScoresAsync(auditor, subjects));
            changed += now == wanted ? 1 : 0;
            answered += acknowledged ? 1 : 0;

            // The kills gather around the moment of the write, however fast this machine is.
            atMostMs[kill % 2] *= now == wanted ? 0.7 : 1.5;
        }

        Assert.True(answered >= 2, $"only {answered} changes were acknowledged");
        Assert.True(kills < KillsOnBothSidesMin || changed < kills, "no kill came before the write");
        output.WriteLine(
            $"{kills} activations and rulebooks in turn killed on {kind}: {changed} are in force, {answered} were acknowledged");
    }

    private static Task PauseAsync(Random random, int atMostMs) => Task.Delay(random.Next(atMostMs));

    /// <summary>The base is 15 points lower: the score too, where it does not meet a bound.</summary>
    private static string? Expected(string? before) => before is null
        ? null
        : Math.Clamp(decimal.Parse(before, CultureInfo.InvariantCulture) - 15, 0, 1060).ToString("0.000", CultureInfo.InvariantCulture);

    private static async Task<string?> ScoreAsync(Caller caller, string subject, string policy)
    {
        var assessment = (await caller.GetAsync($"/v1/subjects/{subject}/assessment")).Success;
        Assert.Equal(policy, assessment.GetProperty("policy").GetProperty("version").GetString());
        return assessment.GetProperty("score").GetString();
    }

    private static async Task<(string Policy, string Rulebook)> InForceAsync(Caller caller) => (
        (await caller.GetAsync("/v1/policies")).Success.GetProperty("inForce").GetString()!,
        (await caller.GetAsync("/v1/rulebook/files")).Success.GetProperty("digest").GetString()!);

    private static async Task LearnAsync(Caller caller, List<string> subjects, Dictionary<(string, string), string> scores) =>
        scores[await InForceAsync(caller)] = await ScoresAsync(caller, subjects);

    private static async Task<string> ScoresAsync(Caller caller, List<string> subjects)
    {
        var policy = (await caller.GetAsync("/v1/policies")).Success.GetProperty("inForce").GetString()!;
        var scores = new List<string?>();
        foreach (var subject in subjects)
            scores.Add(await ScoreAsync(caller, subject, policy));
        return string.Join(' ', scores);
    }

    private static async Task<System.Text.Json.JsonElement> RunAsync(Caller caller, Func<System.Text.Json.JsonElement, bool> isSo)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            var newest = (await caller.GetAsync("/v1/recomputations/newest")).Success;
            if (newest.GetProperty("policy").GetString() == New && isSo(newest))
                return newest;
            await Task.Delay(10, patience.Token);
        }
    }

    private static async Task SetPaceAsync(Caller caller, int subjectsPerSecondMax)
    {
        var set = await caller.SendAsAsync(
            HttpMethod.Put, "operator", "/v1/recomputations/throttle", new { subjectsPerSecondMax, reason = "a test" });
        Assert.True(set.Status == 200, set.Text);
    }

    private static async Task PutInForceAsync(Caller caller)
    {
        var text = (await File.ReadAllTextAsync(Path.Combine(Repository.DefaultRulebook, "policy.yaml")))
            .Replace($"version: {Old}", $"version: {New}", StringComparison.Ordinal)
            .Replace("base: 1000", "base: 985", StringComparison.Ordinal);
        Assert.Equal(201, (await caller.SendAsAsync(HttpMethod.Post, "policy-author", "/v1/policies", new { text })).Status);
        var confirmDowngrades = (await SimulateAsync(caller)).GetProperty("down").GetProperty("count").GetInt64();
        await SendAsync("approve", new { reason = "a test" });
        await SendAsync("activate", new { reason = "a test", confirmDowngrades });

        async Task SendAsync(string verb, object body) => Assert.Equal(
            200, (await caller.SendAsAsync(HttpMethod.Post, "policy-approver", $"/v1/policies/{New}:{verb}", body)).Status);
    }

    /// <summary>Findings of the new version's simulation; a run of some seconds is answered before it has ended.</summary>
    private static async Task<System.Text.Json.JsonElement> SimulateAsync(Caller caller)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var run = await caller.SendAsAsync(HttpMethod.Post, "policy-author", $"/v1/policies/{New}:simulate", new { });
        Assert.True(run.Status is 200 or 202, run.Text);
        var path = $"/v1/simulations/{run.Json.GetProperty("id").GetString()}";
        while (run.Json.GetProperty("state").GetString() is "queued" or "running")
        {
            await Task.Delay(50, patience.Token);
            run = await caller.GetAsAsync("policy-author", path);
            Assert.True(run.Status == 200, run.Text);
        }

        return run.Json.GetProperty("result");
    }

    /// <summary>Puts a version in force again; where subjects go down by it, with the number that is to be confirmed.</summary>
    private static async Task<Answer> RollBackAsync(Caller caller, string version)
    {
        long? confirmDowngrades = null;
        var answer = await SendAsync();
        if (answer.Status == 409 && answer.Code == "policy-confirmation-needed")
        {
            var detail = answer.Json.GetProperty("errors")[0].GetProperty("detail").GetString()!;
            confirmDowngrades = long.Parse(
                Regex.Match(detail, "confirmDowngrades: ([0-9]+)").Groups[1].Value, CultureInfo.InvariantCulture);
            answer = await SendAsync();
        }

        return answer;

        Task<Answer> SendAsync() => caller.SendAsAsync(
            HttpMethod.Post, "policy-approver", $"/v1/policies/{version}:rollback", new { reason = "a test", confirmDowngrades });
    }

    private static Task<Answer> ApplyAsync(Caller caller, string digest) => caller.SendAsAsync(
        HttpMethod.Post, "policy-approver", $"/v1/rulebook/proposals/{digest}:apply", new { reason = "a test" });

    private static async Task<string> ProposeAsync(Caller caller, string rule)
    {
        var files = Directory.GetFiles(Repository.DefaultRulebook, "*.yaml", SearchOption.AllDirectories).ToDictionary(
            file => Path.GetRelativePath(Repository.DefaultRulebook, file).Replace('\\', '/'), File.ReadAllText);
        Assert.Contains(General, files["catalogue.yaml"], StringComparison.Ordinal);
        files["catalogue.yaml"] = files["catalogue.yaml"].Replace(General, rule, StringComparison.Ordinal);
        var proposed = await caller.SendAsAsync(HttpMethod.Post, "policy-author", "/v1/rulebook", new { files });
        Assert.True(proposed.Status == 201, proposed.Text);
        return proposed.Json.GetProperty("digest").GetString()!;
    }
}
