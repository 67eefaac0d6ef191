using System.Diagnostics;
using System.Text.Json;

namespace CreditGrains.Client.Tests.Server;

/// <summary><c>credit backup</c> and <c>credit restore</c> as an operator types them.</summary>
public sealed class BackupCommandTests
{
    [Fact]
    public async Task Backup_beside_the_running_server_is_verified_and_restored_into_an_empty_directory()
    {
        await using var server = await CliServer.StartAsync(demo: true);
        var backup = await server.RunAsync("backup", "b.backup", "--data", server.Data, "--json");
        Assert.True(backup.ExitCode == 0, backup.Talk);
        var events = JsonElement.Parse(backup.Out).GetProperty("events").GetInt64();
        Assert.True(events > 100, backup.Out);
        var again = await server.RunAsync("backup", "b.backup", "--data", server.Data);
        Assert.Equal(1, again.ExitCode);
        Assert.Contains("there already", again.Talk, StringComparison.Ordinal);
        var verified = await server.RunAsync("backup", "verify", "b.backup");
        Assert.True(verified.ExitCode == 0, verified.Talk);
        Assert.Contains($"{events} events", verified.Out, StringComparison.Ordinal);
        Assert.Contains("rulebook cn-district", verified.Out, StringComparison.Ordinal);

        var rulebook = Repository.Rulebook("cn-district");
        var inUse = await server.RunAsync("restore", "b.backup", "--data", server.Data, "--replace", "--rulebook", rulebook);
        Assert.Equal(1, inUse.ExitCode);
        Assert.Contains("Another server is using", inUse.Talk, StringComparison.Ordinal);
        var other = await server.RunAsync("restore", "b.backup", "--data", "new", "--rulebook", Repository.Rulebook("tw-fsc"));
        Assert.Equal(3, other.ExitCode);
        Assert.False(File.Exists(Path.Combine(server.Folder.Path, "new", "credit.db")));
        var restored = await server.RunAsync("restore", "b.backup", "--data", "new", "--rulebook", rulebook, "--json");
        Assert.True(restored.ExitCode == 0, restored.Talk);
        Assert.NotEqual(
            JsonElement.Parse(backup.Out).GetProperty("incarnation").GetString(),
            JsonElement.Parse(restored.Out).GetProperty("incarnation").GetString());
        var twice = await server.RunAsync("restore", "b.backup", "--data", "new", "--rulebook", rulebook);
        Assert.Equal(1, twice.ExitCode);
        Assert.Contains("--replace", twice.Talk, StringComparison.Ordinal);
        var renewed = await server.RunAsync("restore", "--in-place", "--data", "new");
        Assert.True(renewed.ExitCode == 0, renewed.Talk);
    }

    [Fact]
    public async Task Restore_by_root_leaves_the_store_to_the_account_of_the_data_directory()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "only root on Linux can give files away");
        await using var server = await CliServer.StartAsync();
        var backup = await server.RunAsync("backup", "b.backup", "--data", server.Data);
        Assert.True(backup.ExitCode == 0, backup.Talk);
        var folder = Directory.CreateDirectory(Path.Combine(server.Folder.Path, "units")).FullName;
        Assert.Equal("", await SayAsync("chown", "nobody", folder));
        var rulebook = Repository.Rulebook("cn-district");
        var restored = await server.RunAsync("restore", "b.backup", "--data", "units", "--rulebook", rulebook);
        Assert.True(restored.ExitCode == 0, restored.Talk);
        foreach (var file in Directory.EnumerateFiles(folder, "credit.db*"))
            Assert.Equal("nobody", await SayAsync("stat", "--format=%U", file));
        Assert.True(File.Exists(Path.Combine(folder, "credit.db.mark")));
    }

    private static async Task<string> SayAsync(string program, params string[] args)
    {
        using var process = Process.Start(new ProcessStartInfo(program, args) { RedirectStandardOutput = true })!;
        var said = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return said.Trim();
    }

    [Theory]
    [InlineData(2, "backup")]
    [InlineData(2, "restore")]
    [InlineData(2, "backup", "x.backup", "--store", "paper")]
    [InlineData(2, "backup", "x.backup", "--store", "postgres")]
    [InlineData(1, "backup", "x.backup", "--data", "nowhere")]
    [InlineData(1, "backup", "verify", "nowhere.backup")]
    [InlineData(1, "restore", "nowhere.backup")]
    [InlineData(2, "restore", "nowhere.backup", "--in-place")]
    [InlineData(2, "restore", "--in-place", "--replace")]
    public async Task What_cannot_be_done_is_refused_with_its_exit_code_and_a_sentence(int code, params string[] args)
    {
        using var folder = new TemporaryFolder();
        var result = await CliResult.OfAsync(folder.Path, new Dictionary<string, string>(), args);
        Assert.Equal(code, result.ExitCode);
        Assert.NotEmpty(result.Talk);
        Assert.Empty(result.Out);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }
}
