using System.Diagnostics;
using CreditGrains.Silo;
using CreditGrains.Testing;

namespace CreditGrains.Architecture.Tests.Deploy;

/// <summary>
/// deploy/systemd: systemd understands the unit, the server understands its settings, and a stop has the time that it takes.
/// </summary>
public sealed class SystemdTests
{
    private const string Unit = "deploy/systemd/creditgrains.service";
    private static readonly string[] Programs = ["/usr/bin/systemd-analyze", "/bin/systemd-analyze"];

    [Fact]
    public async Task Unit_is_understood_by_systemd()
    {
        var program = Programs.FirstOrDefault(File.Exists);
        Assert.SkipWhen(program is null, "systemd-analyze is not installed: the unit was not verified");
        var folder = Directory.CreateTempSubdirectory("credit-unit-");
        try
        {
            // The program is where it is installed only.
            var unit = Path.Combine(folder.FullName, "creditgrains.service");
            var text = Repository.Read(Unit).Replace(
                "ExecStart=/opt/creditgrains/CreditGrains.Silo", "ExecStart=/bin/true", StringComparison.Ordinal);
            await File.WriteAllTextAsync(unit, text, TestContext.Current.CancellationToken);
            Assert.Equal("", await VerifyAsync(program!, unit));
            await File.WriteAllTextAsync(
                unit, text.Replace("ProtectSystem=strict", "ProtectSystem=very", StringComparison.Ordinal),
                TestContext.Current.CancellationToken);
            Assert.Contains("very", await VerifyAsync(program!, unit), StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Settings_of_unit_and_environment_file_are_the_servers()
    {
        var unit = Values("Environment").Select(Pair).ToList();
        Assert.Contains(unit, pair => pair.Key == "CREDIT__CONNECTIONFILE");
        Assert.Empty(DeployedSettings.Mistakes(Unit, unit));

        // Examples that are commented out, too; of a name that stands there twice each value is tried.
        const string File = "deploy/systemd/environment";
        var lines = Repository.Read(File).Split('\n').Select(line => line.TrimStart('#'))
            .Where(line => line.StartsWith("CREDIT__", StringComparison.Ordinal)).Select(Pair).ToList();
        Assert.True(lines.Count > 10);
        Assert.All(lines, pair => Assert.Empty(DeployedSettings.Mistakes(File, [pair])));
    }

    [Fact]
    public void Stop_has_more_time_than_the_server_takes()
    {
        var seconds = int.Parse(Assert.Single(Values("TimeoutStopSec")), System.Globalization.CultureInfo.InvariantCulture);
        Assert.True(seconds >= 2 * ServerHost.ShutdownMax.TotalSeconds, $"{seconds} s");
    }

    [Fact]
    public void Exit_codes_that_no_restart_mends_are_those_of_settings_and_rulebook() =>
        Assert.Equal($"{ExitCodes.Usage} {ExitCodes.Rulebook}", Assert.Single(Values("RestartPreventExitStatus")));

    private static IEnumerable<string> Values(string name) => Repository.Read(Unit).Split('\n')
        .Where(line => line.StartsWith(name + "=", StringComparison.Ordinal)).Select(line => line[(name.Length + 1)..].Trim());

    private static KeyValuePair<string, string> Pair(string text)
    {
        var parts = text.Split('=', 2);
        return new(parts[0].Trim(), parts[1].Trim());
    }

    private static async Task<string> VerifyAsync(string program, string unit)
    {
        var start = new ProcessStartInfo(program, ["verify", "--man=no", unit])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var faults = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        // Other units of the machine are loaded with it, and are not ours to mend.
        var lines = (faults + await output).Split('\n');
        return string.Join('\n', lines.Where(line => line.Contains("creditgrains", StringComparison.Ordinal)));
    }
}
