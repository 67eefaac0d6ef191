using System.Diagnostics;

namespace CreditGrains.Storage.Postgres.Tests;

/// <summary>
/// The launcher provides PostgreSQL and PgBouncer for these tests. Tried where the installed ones can be hidden from it alone, in a mount
/// namespace and by the path, with an apt-get that only writes down what it was asked.
/// </summary>
public sealed class LauncherTests : IDisposable
{
    private const string Hide = """
        mount -t tmpfs tmpfs /usr/lib/postgresql || exit 77
        cd "$1"
        set -euo pipefail
        say() { printf '%s\n' "$*"; }
        eval "$(sed -n '/^provide_test_servers() {/,/^}/p; /^has_postgres() {/,/^}/p' "$2")"
        export CREDIT_HOME="$1" PATH="$1/bin:/usr/bin:/bin"
        unset CREDIT_TEST_POSTGRES
        provide_test_servers
        echo went on
        """;

    private readonly string _home = Directory.CreateTempSubdirectory("credit-launcher-").FullName;

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Fact]
    public void Missing_server_is_installed_after_the_lists_of_packages_were_fetched()
    {
        var said = Provide("""case "$*" in *update*) touch fetched ;; esac; [ -e fetched ]""");
        Assert.Equal("credit: installing postgresql for the tests ...\nwent on\n", said);
        Assert.Equal(
            ["install", "update", "install"],
            Asked().Select(line => line.Split(' ').Single(word => word is "install" or "update")));
        Assert.All(Asked().Where(line => line.Contains("install", StringComparison.Ordinal)), line => Assert.EndsWith(" postgresql", line));
    }

    [Fact]
    public void Missing_pooler_is_installed_beside_the_server()
    {
        var said = Provide("exit 0", pooler: false);
        Assert.Equal("credit: installing postgresql pgbouncer for the tests ...\nwent on\n", said);
        Assert.EndsWith(" postgresql pgbouncer", Assert.Single(Asked()));
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
    private string Provide(string aptGet, bool pooler = true)
    {
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && File.Exists("/etc/debian_version")
                && Directory.Exists("/usr/lib/postgresql"),
            "only root on a Debian with PostgreSQL can hide it");
        Directory.CreateDirectory(Path.Combine(_home, "artifacts"));
        Write("apt-get", $"echo \"$*\" >>asked\n{aptGet}");
        if (pooler)
            Write("pgbouncer", "exit 0");
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

    /// <summary>A program that the launcher finds before the system's.</summary>
    private void Write(string name, string script)
    {
        var program = Path.Combine(Directory.CreateDirectory(Path.Combine(_home, "bin")).FullName, name);
        File.WriteAllText(program, $"#!/bin/sh\n{script}\n");
        if (OperatingSystem.IsLinux())
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    private static string Launcher() => Path.Combine(Repository.Root, "credit");
}
