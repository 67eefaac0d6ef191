using System.Diagnostics;

namespace CreditGrains.Storage.Postgres.Tests;

/// <summary>
/// The launcher provides PostgreSQL for these tests. Tried where the installed one can be hidden from it alone, in a mount namespace, with
/// an apt-get that only writes down what it was asked.
/// </summary>
public sealed class LauncherTests : IDisposable
{
    private const string Hide = """
        mount -t tmpfs tmpfs /usr/lib/postgresql || exit 77
        cd "$1"
        set -euo pipefail
        say() { printf '%s\n' "$*"; }
        eval "$(sed -n '/^provide_postgres() {/,/^}/p' "$2")"
        export CREDIT_HOME="$1" PATH="$1/bin:$PATH"
        unset CREDIT_TEST_POSTGRES
        provide_postgres
        echo went on
        """;

    private readonly string _home = Directory.CreateTempSubdirectory("credit-launcher-").FullName;

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Fact]
    public void Missing_server_is_installed_after_the_lists_of_packages_were_fetched()
    {
        var said = Provide("""case "$*" in *update*) touch fetched ;; esac; [ -e fetched ]""");
        Assert.Equal("credit: installing postgresql for the tests of its store ...\nwent on\n", said);
        Assert.Equal(
            ["install", "update", "install"],
            Asked().Select(line => line.Split(' ').Single(word => word is "install" or "update")));
        Assert.All(Asked().Where(line => line.Contains("install", StringComparison.Ordinal)), line => Assert.EndsWith(" postgresql", line));
    }

    [Fact]
    public void Server_that_cannot_be_installed_is_said_with_what_to_do()
    {
        var said = Provide("echo 'E: Temporary failure resolving the mirror' >&2; exit 100");
        Assert.Contains("E: Temporary failure resolving the mirror", said, StringComparison.Ordinal);
        Assert.Contains("CREDIT_TEST_POSTGRES", said, StringComparison.Ordinal);
        Assert.EndsWith("went on\n", said, StringComparison.Ordinal);
    }

    private string[] Asked() => File.ReadAllLines(Path.Combine(_home, "asked"));

    /// <summary>Runs the launcher's part with an apt-get that ends as told; gives what it said.</summary>
    private string Provide(string aptGet)
    {
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && File.Exists("/etc/debian_version")
                && Directory.Exists("/usr/lib/postgresql"),
            "only root on a Debian with PostgreSQL can hide it");
        Directory.CreateDirectory(Path.Combine(_home, "artifacts"));
        var program = Path.Combine(Directory.CreateDirectory(Path.Combine(_home, "bin")).FullName, "apt-get");
        File.WriteAllText(program, $"#!/bin/sh\necho \"$*\" >>asked\n{aptGet}\n");
        if (OperatingSystem.IsLinux())
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var start = new ProcessStartInfo("unshare", ["--mount", "bash", "-c", Hide, "hide", _home, Launcher()])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.SkipWhen(process.ExitCode is 1 or 77 && said.Length == 0, $"this machine does not let root mount: {errors.Result}");
        Assert.Equal(("", 0), (errors.Result, process.ExitCode));
        return said;
    }

    private static string Launcher()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "CreditGrains.sln")))
                return Path.Combine(folder.FullName, "credit");
        }

        throw new InvalidOperationException("The tests run inside the repository.");
    }
}
