using CreditGrains.Development;
using System.Text.Json;
using CreditGrains.Cli.Terminal;

namespace CreditGrains.Client.Tests.Server;

/// <summary><c>credit policy</c> and <c>credit recompute</c> against a real server with the demonstration.</summary>
public sealed class PolicyCommandTests
{
    private static readonly string Policy = Path.Combine(Repository.Rulebook("cn-district"), "policy.yaml");

    [Fact]
    public async Task Rules_are_changed_and_changed_back_from_the_command_line()
    {
        await using var server = await CliServer.StartAsync(demo: true);
        var text = (await File.ReadAllTextAsync(Policy, TestContext.Current.CancellationToken))
            .Replace("version: 2026.3", "version: 2026.4", StringComparison.Ordinal)
            .Replace("base: 1000", "base: 985", StringComparison.Ordinal);
        server.Folder.Write("new-policy.yaml", text);
        var good = await server.RunAsync("policy", "validate", "new-policy.yaml");
        Assert.Equal((ExitCode.Done, ""), (good.ExitCode, good.Out));
        Assert.Contains("2 changes from 2026.3", good.Talk, StringComparison.Ordinal);
        Assert.Contains("base score: from 1000 to 985", (await server.RunAsync("policy", "diff", "new-policy.yaml")).Out,
            StringComparison.Ordinal);

        var drafted = await server.RunAsync("policy", "draft", "new-policy.yaml", "--note", "a trial");
        Assert.True(drafted.ExitCode == ExitCode.Done, drafted.Talk);
        Assert.Contains("Next: credit policy simulate 2026.4", drafted.Talk, StringComparison.Ordinal);
        var simulated = await server.RunAsync("policy", "simulate", "2026.4", "--movers", "2");
        Assert.True(simulated.ExitCode == ExitCode.Done, simulated.Talk);
        Assert.Contains("2026.3 -> 2026.4", simulated.Out, StringComparison.Ordinal);
        Assert.Contains("old \\ new", simulated.Out, StringComparison.Ordinal);
        Assert.Contains("The base goes from 1000.000 to 985.000.", simulated.Out, StringComparison.Ordinal);
        using var whole = JsonDocument.Parse((await server.RunAsync("policy", "simulate", "2026.4", "--json")).Out);
        var down = whole.RootElement.GetProperty("result").GetProperty("down").GetProperty("count").GetInt64()
            .ToString(System.Globalization.CultureInfo.InvariantCulture);
        var id = whole.RootElement.GetProperty("id").GetString()!;
        var kept = await server.RunAsync("policy", "simulations");
        Assert.Equal(2, kept.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains($"{id}  finished     2026.3 -> 2026.4", kept.Out, StringComparison.Ordinal);
        Assert.Contains("old \\ new", (await server.RunAsync("policy", "simulation", id)).Out, StringComparison.Ordinal);
        Assert.Contains("not in a state", (await server.RunAsync("policy", "simulation", id, "--start")).Talk, StringComparison.Ordinal);

        Assert.Equal(ExitCode.Failed, (await server.RunAsync("policy", "activate", "2026.4")).ExitCode);
        Assert.Equal(ExitCode.Usage, (await server.RunAsync("policy", "approve", "2026.4")).ExitCode);
        var approved = await server.RunAsync("policy", "approve", "2026.4", "--reason", "as decided");
        Assert.Equal((ExitCode.Done, "2026.4  approved"), (approved.ExitCode, approved.Out.Trim()));
        var asked = await server.RunAsync("policy", "activate", "2026.4");
        Assert.Equal(ExitCode.Failed, asked.ExitCode);
        Assert.Contains($"credit policy activate 2026.4 --confirm-downgrades {down}", asked.Talk, StringComparison.Ordinal);
        var active = await server.RunAsync("policy", "activate", "2026.4", "--confirm-downgrades", down, "--json");
        Assert.True(active.ExitCode == ExitCode.Done, active.Talk);
        Assert.Equal("active", JsonDocument.Parse(active.Out).RootElement.GetProperty("state").GetString());

        var watched = await server.RunAsync("recompute", "show", "--watch", "--json");
        using var run = JsonDocument.Parse(watched.Out);
        while (run.RootElement.GetProperty("policy").GetString() != "2026.4")
        {
            // The job begins by itself within a moment.
            watched = await server.RunAsync("recompute", "show", "--watch", "--json");
            if (watched.Out.Contains("\"policy\":\"2026.4\"", StringComparison.Ordinal))
                break;
        }

        Assert.Contains("\"state\":\"finished\"", watched.Out, StringComparison.Ordinal);
        var list = await server.RunAsync("policy", "list");
        Assert.Contains("* 2026.4", list.Out, StringComparison.Ordinal);
        Assert.Contains("superseded", list.Out, StringComparison.Ordinal);
        var subject = whole.RootElement.GetProperty("falls")[0].GetProperty("subject").GetString()!;
        Assert.Contains("2026.3", (await server.RunAsync("explain", subject, "--policy", "2026.3")).Out, StringComparison.Ordinal);
        Assert.Contains("2026.4", (await server.RunAsync("explain", subject)).Out, StringComparison.Ordinal);

        var back = await server.RunAsync("policy", "rollback", "2026.3", "--reason", "complaints");
        Assert.True(back.ExitCode == ExitCode.Done, back.Talk);
        var shown = await server.RunAsync("policy", "show", "2026.3");
        Assert.Contains("roll-back", shown.Out, StringComparison.Ordinal);
        Assert.Contains("complaints", shown.Out, StringComparison.Ordinal);
        Assert.Equal(text, (await server.RunAsync("policy", "show", "2026.4", "--text")).Out);
        Assert.Equal(ExitCode.Failed, (await server.RunAsync("policy", "show", "9")).ExitCode);
        Assert.Equal("2026.4  withdrawn", (await server.RunAsync("policy", "withdraw", "2026.4", "--reason", "over")).Out.Trim());
    }

    [Fact]
    public async Task Draft_with_mistakes_ends_with_every_one_of_them_and_their_lines()
    {
        await using var server = await CliServer.StartAsync();
        var text = (await File.ReadAllTextAsync(Policy, TestContext.Current.CancellationToken))
            .Replace("base: 1000", "base: much", StringComparison.Ordinal).Replace("max: 1060", "maximum: 1060", StringComparison.Ordinal);
        server.Folder.Write("bad.yaml", text);
        foreach (var verb in new[] { "draft", "validate" })
        {
            var bad = await server.RunAsync("policy", verb, "bad.yaml");
            Assert.Equal(ExitCode.Invalid, bad.ExitCode);
            Assert.Matches("(?m)^bad\\.yaml:[0-9]+: wrong-type: ", bad.Out);
            Assert.Matches("(?m)^bad\\.yaml:[0-9]+: unknown-key: ", bad.Out);
        }

        Assert.Equal(ExitCode.Invalid, (await server.RunAsync("policy", "draft", "missing.yaml")).ExitCode);
    }

    [Fact]
    public async Task Recomputation_is_started_throttled_and_listed_from_the_command_line()
    {
        await using var server = await CliServer.StartAsync(demo: true);
        Assert.Contains("any number of subjects a second", (await server.RunAsync("recompute", "throttle")).Out, StringComparison.Ordinal);
        var set = await server.RunAsync("recompute", "throttle", "--per-second", "100000", "--reason", "busy");
        Assert.Contains("100000 subjects a second", set.Out, StringComparison.Ordinal);
        var started = await server.RunAsync("recompute", "start", "--reason", "to be sure", "--watch");
        Assert.True(started.ExitCode == ExitCode.Done, started.Talk);
        Assert.Contains("finished", started.Out, StringComparison.Ordinal);
        Assert.Contains("200 of 200 subjects", started.Out, StringComparison.Ordinal);
        Assert.Contains("signed with", started.Out, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Failed, (await server.RunAsync("recompute", "pause", "--reason", "late")).ExitCode);
        Assert.Contains("to be sure", (await server.RunAsync("recompute", "list")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Year_of_real_decisions_under_two_policies_gives_the_documented_matrix()
    {
        var file = SharedData.File(Path.Combine("tw_fsc_penalties", "fsc_penalties_dev.csv"));
        await using var server = await CliServer.StartAsync(Repository.Rulebook("tw-fsc"));
        File.Copy(file, Path.Combine(server.Folder.Path, "fsc.csv"));
        Assert.Equal(ExitCode.Done, (await server.RunAsync("feed", "fsc.csv", "--source", "FSC")).ExitCode);
        var text = await File.ReadAllTextAsync(
            Path.Combine(Repository.Rulebook("tw-fsc"), "policy.yaml"), TestContext.Current.CancellationToken);
        server.Folder.Write("stricter.yaml", text.Replace("version: 2026.1", "version: 2026.2", StringComparison.Ordinal)
            .Replace("points: -5", "points: -8", StringComparison.Ordinal)
            .Replace("points: -2, limit: -20", "points: -4, limit: -40", StringComparison.Ordinal));
        Assert.Equal(ExitCode.Done, (await server.RunAsync("policy", "draft", "stricter.yaml")).ExitCode);
        await WrittenBackAsync(server);
        var year = await server.RunAsync("policy", "simulate", "2026.2", "--from", "2017-01-31", "--to", "2017-12-31", "--known-now");
        Assert.True(year.ExitCode == ExitCode.Done, year.Talk);
        Assert.Contains("An activation does not go by this", year.Talk, StringComparison.Ordinal);
        var december = year.Out[year.Out.IndexOf("2026.1 -> 2026.2 as of 2017-12-31", StringComparison.Ordinal)..].ReplaceLineEndings("\n");
        var page = await File.ReadAllTextAsync(
            Path.Combine(Repository.Root, "docs", "rule-change.md"), TestContext.Current.CancellationToken);
        Assert.Contains("```\n" + december.TrimEnd() + "\n```", page, StringComparison.Ordinal);
    }

    /// <summary>A simulation sees what has been written back; a search that asks for the latest waits for it.</summary>
    private static async Task WrittenBackAsync(CliServer server)
    {
        using var issuer = CreditGrains.Development.DevelopmentIssuer.Open(server.Data);
        using var http = new HttpClient { BaseAddress = server.Address };
        http.DefaultRequestHeaders.Authorization = new("Bearer", issuer.Issue(["operator"], null, null, null, TimeSpan.FromMinutes(5)));
        using var answer = await http.GetAsync(
            new Uri("v1/subjects?consistency=latest", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode);
    }

    [Fact]
    public async Task Refusal_is_said_once_though_the_problem_and_its_place_begin_alike()
    {
        await using var server = await CliServer.StartAsync(demo: true);
        var approved = await server.RunAsync("policy", "approve", "demo-1", "--reason", "as decided");
        Assert.True(approved.ExitCode == ExitCode.Done, approved.Talk);
        var refused = await server.RunAsync("policy", "activate", "demo-1");
        Assert.Equal(
            "credit: policy-not-simulated: The version has not been simulated against the one in force. (demo-1 against 2026.3)",
            refused.Talk.Split('\n').First(line => line.StartsWith("credit: ", StringComparison.Ordinal)).Trim());
    }
}
