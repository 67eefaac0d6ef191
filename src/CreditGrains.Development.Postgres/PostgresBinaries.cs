using System.Diagnostics;

namespace CreditGrains.Development.Postgres;

/// <summary>
/// The installed server programs: where <c>pg_config</c> says, on the PATH, or at Debian's place; and how they are run, since initdb and
/// postgres refuse root.
/// </summary>
internal sealed class PostgresBinaries
{
    private static readonly string[] Needed = ["initdb", "postgres", "pg_ctl"];
    private static readonly string[] Accounts = ["postgres", "nobody"];

    private static readonly Lazy<(PostgresBinaries? Found, string? Reason)> OfThisMachine = new(Find);

    private readonly string _folder;
    private readonly string[] _prefix;

    private PostgresBinaries(string folder, string[] prefix, string? account)
    {
        _folder = folder;
        _prefix = prefix;
        Account = account;
    }

    /// <summary>The account that the server runs under; null for our own.</summary>
    private string? Account { get; }

    /// <summary>The programs, or why there are none.</summary>
    public static (PostgresBinaries? Found, string? Reason) Installed => OfThisMachine.Value;

    /// <summary>Gives a folder and all in it to the account that the server runs under.</summary>
    public static void TakeOver(string folder)
    {
        if (Installed.Found?.Account is not { } account)
            return;
        var (code, output) = Run([], "chown", ["-R", account, folder]);
        if (code != 0)
            throw new InvalidOperationException(output);
    }

    /// <summary>Runs another program under the server's account to its end.</summary>
    public static (int ExitCode, string Output) RunUnprivileged(string program, params IReadOnlyList<string> arguments) =>
        Run(Installed.Found!._prefix, program, arguments);

    private static (PostgresBinaries? Found, string? Reason) Find()
    {
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsMacOS())
            return (null, "a throw-away PostgreSQL server is started on Linux and macOS only; set CREDIT_TEST_POSTGRES to one that runs");
        var folder = Folders().FirstOrDefault(folder => Needed.All(program => File.Exists(Path.Combine(folder, program))));
        if (folder is null)
        {
            return (null, "PostgreSQL's server programs are not installed (asked pg_config, the PATH and /usr/lib/postgresql); "
                + "install them, or set CREDIT_TEST_POSTGRES to a server's connection string");
        }

        if (Environment.UserName != "root")
            return (new PostgresBinaries(folder, [], null), null);
        foreach (var account in Accounts)
        {
            foreach (var prefix in PrefixesFor(account))
            {
                if (Run(prefix, "true", []).ExitCode == 0)
                    return (new PostgresBinaries(folder, prefix, account), null);
            }
        }

        return (null, "PostgreSQL refuses to run as root, and no other account (postgres, nobody) can be taken on with setpriv or runuser");
    }

    /// <summary>Runs a program of the server to its end.</summary>
    /// <exception cref="InvalidOperationException">The program failed; the message carries its output.</exception>
    public void Run(string program, params IReadOnlyList<string> arguments)
    {
        var (code, output) = Run(_prefix, Path.Combine(_folder, program), arguments);
        if (code != 0)
            throw new InvalidOperationException($"{program} ended with {code}: {output}");
    }

    /// <summary>Runs any program to its end and gives its exit code and what it wrote.</summary>
    internal static (int ExitCode, string Output) Run(string[] prefix, string program, IReadOnlyList<string> arguments)
    {
        string[] line = [.. prefix, program, .. arguments];
        var start = new ProcessStartInfo(line[0])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        foreach (var argument in line.Skip(1))
            start.ArgumentList.Add(argument);
        start.Environment["LC_ALL"] = "C";
        try
        {
            using var process = Process.Start(start)!;
            process.StandardInput.Close();
            var errors = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output + errors.Result);
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            return (127, missing.Message);
        }
    }

    private static IEnumerable<string> Folders()
    {
        var (code, output) = Run([], "pg_config", ["--bindir"]);
        if (code == 0)
            yield return output.Trim();
        foreach (var folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries))
            yield return folder;
        if (!Directory.Exists("/usr/lib/postgresql"))
            yield break;
        foreach (var version in Directory.GetDirectories("/usr/lib/postgresql").OrderByDescending(VersionOf))
            yield return Path.Combine(version, "bin");
    }

    private static int VersionOf(string folder) => int.TryParse(Path.GetFileName(folder), out var version) ? version : 0;

    private static IEnumerable<string[]> PrefixesFor(string account)
    {
        var (_, group) = Run([], "id", ["-g", account]);
        yield return ["setpriv", $"--reuid={account}", $"--regid={group.Trim()}", "--clear-groups", "--"];
        yield return ["runuser", "-u", account, "--"];
    }
}
