using System.Text.Json;
using CreditGrains.Cli.Terminal;

namespace CreditGrains.Client.Tests.Server;

/// <summary><c>credit report</c> against a real server, and its verification without one.</summary>
public sealed class ReportCommandTests
{
    private static readonly Dictionary<string, string> NoServer = new() { ["CREDIT_URL"] = "http://127.0.0.1:1" };

    [Fact]
    public async Task Report_is_made_as_a_file_and_verified_offline_with_kept_keys()
    {
        await using var server = await CliServer.StartAsync(demo: true);
        using var found = JsonDocument.Parse((await server.RunAsync("search", "虚构", "--json")).Out);
        var subject = found.RootElement.GetProperty("items")[0].GetProperty("subject").GetString()!;
        var made = await server.RunAsync("report", subject, "--out", "report.json");
        Assert.True(made.ExitCode == ExitCode.Done, made.Talk);
        Assert.Contains("Next: credit report verify report.json", made.Talk, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Done, (await server.RunAsync("report", "keys", "--out", "keys.json")).ExitCode);

        var good = await server.RunAsync(NoServer, ["report", "verify", "report.json", "--keys", "keys.json"]);
        Assert.True(good.ExitCode == ExitCode.Done, good.Talk + good.Out);
        Assert.StartsWith("genuine: CR-", good.Out, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Unreachable, (await server.RunAsync(NoServer, ["report", "verify", "report.json"])).ExitCode);
        Assert.Equal(ExitCode.Done, (await server.RunAsync("report", "verify", "report.json")).ExitCode);

        var path = Path.Combine(server.Folder.Path, "report.json");
        var bytes = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(path, bytes, TestContext.Current.CancellationToken);
        var altered = await server.RunAsync(NoServer, ["report", "verify", "report.json", "--keys", "keys.json", "--json"]);
        Assert.Equal(ExitCode.Invalid, altered.ExitCode);
        using var verdict = JsonDocument.Parse(altered.Out);
        Assert.Equal("altered", verdict.RootElement.GetProperty("outcome").GetString());
        Assert.Equal(ExitCode.Invalid, (await server.RunAsync("report", "verify", "keys.json", "--keys", "keys.json")).ExitCode);
        Assert.Equal(ExitCode.Invalid, (await server.RunAsync("report", "verify", "report.json", "--keys", "report.json")).ExitCode);
        Assert.Equal(ExitCode.Usage, (await server.RunAsync("report", subject, "--format", "docx")).ExitCode);
        Assert.Equal(ExitCode.Failed, (await server.RunAsync("report", "verify", "none.json")).ExitCode);

        // The results are the file's bytes, and HTML is one file with its style.
        Assert.StartsWith("{\"report\":{", (await server.RunAsync("report", subject)).Out, StringComparison.Ordinal);
        var html = (await server.RunAsync("report", subject, "--format", "html", "--lang", "en")).Out;
        Assert.Contains("<h1 class=\"govuk-heading-l\">Public credit information report</h1>", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<link", html, StringComparison.Ordinal);
    }
}
