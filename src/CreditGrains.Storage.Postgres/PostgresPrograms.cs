using System.Diagnostics;
using CreditGrains.Engine.Backups;
using Npgsql;

namespace CreditGrains.Storage.Postgres;

/// <summary>
/// The installed pg_dump and pg_restore: on the PATH, where pg_config says, or at Debian's place. Where to connect and with which password
/// goes by their environment, which other users of the machine do not see.
/// </summary>
internal static class PostgresPrograms
{
    private const string DebianFolder = "/usr/lib/postgresql";
    private const int ErrorCharsMax = 2_000;

    /// <summary>Runs a program to its end.</summary>
    /// <param name="name">For instance <c>pg_dump</c>.</param>
    /// <param name="connection">Npgsql's connection string.</param>
    /// <param name="arguments">Without what the connection says.</param>
    /// <param name="feed">Writes its input; null for none.</param>
    /// <param name="take">Reads its output; null for none.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="BackupException">The program is not installed, or failed.</exception>
    public static async Task RunAsync(
        string name, string connection, IReadOnlyList<string> arguments, Func<Stream, Task>? feed, Func<Stream, Task>? take,
        CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(Find(name), arguments)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        foreach (var (variable, value) in Environment(connection))
            start.Environment[variable] = value;
        using var process = Process.Start(start)!;
        try
        {
            var errors = process.StandardError.ReadToEndAsync(cancellation);
            var taken = take?.Invoke(process.StandardOutput.BaseStream)
                ?? process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, cancellation);
            try
            {
                try
                {
                    if (feed is not null)
                        await feed(process.StandardInput.BaseStream).ConfigureAwait(false);
                }
                finally
                {
                    process.StandardInput.Close();
                }
            }
            catch (IOException)
            {
                // The program has ended, and its output tells why; or what it was fed broke off, and it says so.
            }

            await taken.ConfigureAwait(false);
            await process.WaitForExitAsync(cancellation).ConfigureAwait(false);
            if (process.ExitCode != 0)
            {
                var said = (await errors.ConfigureAwait(false)).Trim().ReplaceLineEndings("; ");
                var advice = said.Contains("permission denied", StringComparison.Ordinal)
                    ? "Connect as the owner of the schema (credit_owner), not as the server's role. " : "";
                throw new BackupException(
                    $"{advice}{name} ended with {process.ExitCode}: {said[..Math.Min(said.Length, ErrorCharsMax)]}");
            }
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }

    private static string Find(string name)
    {
        var folders = (System.Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);
        IEnumerable<string> debian = Directory.Exists(DebianFolder)
            ? Directory.GetDirectories(DebianFolder).OrderByDescending(VersionOf).Select(version => Path.Combine(version, "bin"))
            : [];

        // Debian's program on the PATH chooses a version by its own clusters; the newest reads every server.
        return debian.Concat(folders).Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists)
            ?? throw new BackupException(
                $"{name} is not installed (looked in {DebianFolder} and on the PATH): install postgresql-client of the server's version or "
                + "newer (Debian, Ubuntu: apt-get install postgresql-client; Fedora: dnf install postgresql).");
    }

    private static int VersionOf(string folder) => int.TryParse(Path.GetFileName(folder), out var version) ? version : 0;

    private static IEnumerable<(string Variable, string? Value)> Environment(string connection)
    {
        var settings = new NpgsqlConnectionStringBuilder(connection);
        yield return ("PGHOST", settings.Host is { Length: > 0 } host ? host : "localhost");
        yield return ("PGPORT", $"{settings.Port}");
        yield return ("PGDATABASE", settings.Database is { Length: > 0 } name ? name : "credit");
        yield return ("PGUSER", settings.Username);
        yield return ("PGPASSWORD", settings.Password);
        yield return ("PGPASSFILE", settings.Passfile);
        yield return ("PGSSLROOTCERT", settings.RootCertificate);
        yield return ("PGSSLCERT", settings.SslCertificate);
        yield return ("PGSSLKEY", settings.SslKey);
        yield return ("PGAPPNAME", "credit");
        if (settings.ShouldSerialize("SSL Mode"))
        {
            yield return ("PGSSLMODE", settings.SslMode switch
            {
                SslMode.VerifyCA => "verify-ca",
                SslMode.VerifyFull => "verify-full",
                var mode => mode.ToString().ToLowerInvariant(),
            });
        }
    }
}
