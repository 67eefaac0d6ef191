using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using CreditGrains.Cli.Terminal;

namespace CreditGrains.Client.Tests.Server;

/// <summary>
/// Examples of the pages work: commands in <c>sh</c> blocks are run in order against a server with the demonstration, JSON is parsed, and
/// events among it are read by an independent library. A block that is neither says why in <c>&lt;!-- not run: reason --&gt;</c> above it.
/// </summary>
public sealed partial class DocumentationTests
{
    /// <summary>Languages of blocks that are drawings or results of commands.</summary>
    private static readonly string[] Shown = ["mermaid", ""];

    /// <summary>Commands of the launcher: the server that they start is the one that the test has.</summary>
    private static readonly string[] OfLauncher = ["up", "test", "cluster"];

    private static readonly IReadOnlyList<Block> Blocks = [.. Pages().SelectMany(Read)];

    public static TheoryData<string> PagesWithCommands { get; } =
        [.. Blocks.Where(block => block.IsRun).Select(block => block.Page).Distinct()];

    [Fact]
    public void Every_block_is_run_read_or_says_why_not()
    {
        Assert.NotEmpty(Blocks);
        Assert.Empty(Blocks.Where(block => block.Reason is { Length: < 10 }).Select(block => $"{block} gives no reason"));
        Assert.Empty(Blocks.Where(block => block.Reason is null && block.Language is not ("sh" or "json")
                && (!Shown.Contains(block.Language) || CommandPattern().IsMatch(block.Text)))
            .Select(block => $"{block} is neither run nor read"));
    }

    [Fact]
    public void Json_is_json_and_events_are_cloud_events()
    {
        var read = Blocks.Where(block => block is { Language: "json", Reason: null }).Select(block =>
        {
            using var json = JsonDocument.Parse(block.Text);
            return json.RootElement.TryGetProperty("specversion", out _) ? IndependentReader.Read(json.RootElement).Id : null;
        }).ToList();
        Assert.NotEmpty(read.OfType<string>());
    }

    [Theory]
    [MemberData(nameof(PagesWithCommands))]
    public async Task Commands_of_a_page_succeed_in_their_order(string page)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "commands are split by bash");
        await using var server = await CliServer.StartAsync(demo: true);
        CopyRulebooks(server.Folder.Path);
        foreach (var line in Blocks.Where(block => block.Page == page && block.IsRun).SelectMany(block => CommandsOf(block.Text)))
            await RunAsync(server, line);
    }

    private static async Task RunAsync(CliServer server, string line)
    {
        var target = RedirectPattern().Match(line);
        var words = target.Success ? line[..target.Index] : line;
        if (!words.StartsWith("./credit ", StringComparison.Ordinal))
        {
            Assert.StartsWith("sed ", words, StringComparison.Ordinal);
            Assert.Equal("", await BashAsync(server.Folder.Path, line));
            return;
        }

        var arguments = (await BashAsync(server.Folder.Path, $"printf '%s\\0' {words["./credit ".Length..]}")).Split('\0')[..^1];
        if (OfLauncher.Contains(arguments[0]))
        {
            var launcher = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "credit"), TestContext.Current.CancellationToken);
            Assert.Contains($"\n    {arguments[0]})", launcher, StringComparison.Ordinal);
            return;
        }

        var result = await server.RunAsync(new Dictionary<string, string> { ["CREDIT_HOME"] = Repository.Root }, arguments);
        Assert.True(result.ExitCode == ExitCode.Done, $"{line}\nended with {result.ExitCode}\n{result.Talk}\n{result.Out}");
        if (target.Success)
            server.Folder.Write(target.Groups[1].Value, result.Out);
    }

    /// <summary>Commands of a block: comments gone, continued lines joined, and without the prompt.</summary>
    private static IEnumerable<string> CommandsOf(string text) =>
        text.Replace("\\\n", " ", StringComparison.Ordinal).Split('\n')
            .Select(line => EndComment().Replace(line, "").Trim())
            .Select(line => line.StartsWith("$ ", StringComparison.Ordinal) ? line[2..] : line)
            .Where(line => line.Length > 0);

    private static async Task<string> BashAsync(string directory, string command)
    {
        var start = new ProcessStartInfo("bash", ["-c", command]) { WorkingDirectory = directory, RedirectStandardOutput = true };
        using var bash = Process.Start(start)!;
        var output = await bash.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await bash.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(bash.ExitCode == 0, command);
        return output;
    }

    private static void CopyRulebooks(string folder)
    {
        var from = Path.Combine(Repository.Root, "rulebooks");
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(folder, "rulebooks", Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    private static IEnumerable<string> Pages() => Repository.Files.Where(file => file.EndsWith(".md", StringComparison.Ordinal)
        && (file.StartsWith("docs/", StringComparison.Ordinal) || !file.Contains('/', StringComparison.Ordinal)));

    private static IEnumerable<Block> Read(string page) => BlockPattern().Matches(Repository.Read(page)).Select(match => new Block(
        page, match.Groups[2].Value, match.Groups[3].Value, match.Groups[1].Success ? match.Groups[1].Value.Trim() : null));

    [GeneratedRegex(@"(?:<!-- not run:(.*?)-->\n+)?^```(\w*)\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex BlockPattern();

    [GeneratedRegex(@"^(\$ |\./credit |curl )", RegexOptions.Multiline)]
    private static partial Regex CommandPattern();

    [GeneratedRegex(@" > (\S+)$")]
    private static partial Regex RedirectPattern();

    [GeneratedRegex(@"\s+#\s.*$")]
    private static partial Regex EndComment();

    /// <summary>A fenced block of a page.</summary>
    private sealed record Block(string Page, string Language, string Text, string? Reason)
    {
        public bool IsRun => Language == "sh" && Reason is null;

        public override string ToString() => $"{Page}: {Text.Split('\n')[0]}";
    }
}
