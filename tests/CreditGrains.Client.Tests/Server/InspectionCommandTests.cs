using System.Text.Json;
using CreditGrains.Cli.Terminal;

namespace CreditGrains.Client.Tests.Server;

/// <summary><c>credit inspection</c> against a real server, and <c>credit rulebook compare</c>.</summary>
public sealed class InspectionCommandTests
{
    [Fact]
    public async Task Plan_is_drawn_shown_exported_and_verified_from_the_command_line()
    {
        await using var server = await CliServer.StartAsync(demo: true);
        var drawn = await server.RunAsync("inspection", "draw", "--period", "2026-Q4", "--seed", "4 8 15", "--unit", "第一执法队=1");
        Assert.True(drawn.ExitCode == ExitCode.Done, drawn.Talk);
        Assert.Contains("seed 4 8 15", drawn.Out, StringComparison.Ordinal);
        Assert.Contains("Next: credit inspection show 2026-Q4 --csv", drawn.Talk, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Failed, (await server.RunAsync("inspection", "draw", "--period", "2026-Q4")).ExitCode);
        Assert.Equal(ExitCode.Usage, (await server.RunAsync("inspection", "draw", "--period", "Q1", "--unit", "one")).ExitCode);
        using var shown = JsonDocument.Parse((await server.RunAsync("inspection", "show", "2026-Q4", "--json")).Out);
        var count = shown.RootElement.GetProperty("plan").GetProperty("inspections").GetInt32();
        Assert.Equal(count, shown.RootElement.GetProperty("inspections").GetArrayLength());
        Assert.Contains("第一执法队", (await server.RunAsync("inspection", "show", "2026-Q4")).Out, StringComparison.Ordinal);
        var csv = (await server.RunAsync("inspection", "show", "2026-Q4", "--csv")).Out.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(count + 1, csv.Length);
        var verified = await server.RunAsync("inspection", "verify", "2026-Q4");
        Assert.Equal((ExitCode.Done, "2026-Q4 is the draw"), (verified.ExitCode, verified.Out.Trim()));
        Assert.Contains("2026-Q4", (await server.RunAsync("inspection", "list")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rulebooks_are_compared_with_the_worst_change_first()
    {
        using var folder = new TemporaryFolder();
        var from = Repository.Rulebook("tw-fsc");
        foreach (var file in Directory.GetFiles(from, "*.yaml"))
            File.Copy(file, Path.Combine(folder.Path, Path.GetFileName(file)));
        Assert.Equal(ExitCode.Done, (await RunAsync("rulebook", "compare", from, ".")).ExitCode);
        Change("catalogue.yaml", "max: 4000", "max: 400");
        Change("catalogue.yaml", "      publishedOn:", "      docket: {type: text, max: 20}\n      publishedOn:");
        Change("policy.yaml", "points: -5", "points: -6");
        var compared = await RunAsync("rulebook", "compare", from, ".");
        Assert.Equal(ExitCode.Invalid, compared.ExitCode);
        var lines = compared.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Matches("^incompatible +kinds/penalty/fields/subjectMatter/max: .*4000 to 400", lines[0]);
        Assert.Matches("^compatible +kinds/penalty/fields/docket", lines[1]);
        Assert.Matches("^policy +indicators/penalty/points", lines[2]);
        using var json = JsonDocument.Parse((await RunAsync("rulebook", "compare", from, ".", "--json")).Out);
        Assert.Equal("incompatible", json.RootElement.GetProperty("effect").GetString());

        void Change(string file, string old, string @new)
        {
            var path = Path.Combine(folder.Path, file);
            var text = File.ReadAllText(path);
            Assert.Contains(old, text, StringComparison.Ordinal);
            File.WriteAllText(path, text.Replace(old, @new, StringComparison.Ordinal));
        }

        Task<CliResult> RunAsync(params string[] args) => CliResult.OfAsync(folder.Path, new Dictionary<string, string>(), args);
    }
}
