using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Npgsql;

namespace CreditGrains.Development.Postgres;

/// <summary>
/// A PgBouncer in transaction mode in front of a server of ours: started from the installed program in a temporary folder, as the
/// unprivileged user that the server runs under, and gone with this process however that ends.
/// </summary>
public sealed partial class ThrowAwayPgBouncer : IAsyncDisposable
{
    private const string Program = "pgbouncer";
    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(20);
    private static readonly Lazy<(string? Path, Version? Version)> Installed = new(Find);

    private readonly string _root;
    private readonly int _port;
    private readonly Process _watch;

    private ThrowAwayPgBouncer(string root, int port, Process watch) => (_root, _port, _watch) = (root, port, watch);

    /// <summary>Why none can be had on this machine, in words for Assert.Skip; null when one can.</summary>
    public static string? Unavailable => ThrowAwayPostgres.Unavailable
        ?? (ThrowAwayPostgres.IsElsewhere ? "PgBouncer is put before a PostgreSQL server of this process's own" : null)
        ?? (Installed.Value.Path is null ? "PgBouncer is not installed (looked on the PATH and in /usr/sbin)" : null);

    /// <summary>Whether the installed one can keep track of prepared statements (1.21 and later).</summary>
    public static bool TracksStatements => Installed.Value.Version >= new Version(1, 21);

    /// <summary>Output so far.</summary>
    public string Log => File.Exists(LogFile) ? File.ReadAllText(LogFile) : "";

    private string LogFile => Path.Combine(_root, "log");

    /// <summary>Starts one before a server.</summary>
    /// <param name="server">A server of this process's own.</param>
    /// <param name="statementsMax">max_prepared_statements; 0 for none, also where the installed one does not know the setting.</param>
    /// <exception cref="InvalidOperationException">PgBouncer does not start, or <see cref="Unavailable"/> says why there is
    /// none.</exception>
    public static async Task<ThrowAwayPgBouncer> StartAsync(ThrowAwayPostgres server, int statementsMax)
    {
        ArgumentNullException.ThrowIfNull(server);
        if (Unavailable is { } reason)
            throw new InvalidOperationException(reason);
        var root = Directory.CreateTempSubdirectory("credit-bouncer-").FullName;
        var watch = ThrowAwayPostgres.Watch(root, "pid", keep: false);
        try
        {
            var port = ThrowAwayPostgres.FreePort();
            var login = new NpgsqlConnectionStringBuilder(server.OwnConnection);
            await File.WriteAllTextAsync(Path.Combine(root, "users"), $"\"{login.Username}\" \"{login.Password}\"\n").ConfigureAwait(false);

            // A pool smaller than what a store opens, so that sessions do change hands.
            var settings = string.Create(CultureInfo.InvariantCulture, $"""
                [databases]
                * = host=127.0.0.1 port={server.Port}
                [pgbouncer]
                listen_addr = 127.0.0.1
                listen_port = {port}
                unix_socket_dir =
                auth_type = scram-sha-256
                auth_file = {root}/users
                logfile = {root}/log
                pidfile = {root}/pid
                pool_mode = transaction
                default_pool_size = 4
                max_client_conn = 200
                server_login_retry = 1

                """);
            if (TracksStatements)
                settings += string.Create(CultureInfo.InvariantCulture, $"max_prepared_statements = {statementsMax}\n");
            await File.WriteAllTextAsync(Path.Combine(root, "ini"), settings).ConfigureAwait(false);
            PostgresBinaries.TakeOver(root);
            var (code, output) = PostgresBinaries.RunUnprivileged(Installed.Value.Path!, "-q", "-d", Path.Combine(root, "ini"));
            if (code != 0)
                throw new InvalidOperationException($"PgBouncer ended with {code}: {output}");
            await AnswersAsync(port).ConfigureAwait(false);
            return new ThrowAwayPgBouncer(root, port, watch);
        }
        catch
        {
            watch.StandardInput.Close();
            throw;
        }
    }

    /// <summary>The same database, by way of this.</summary>
    public string Through(string connection) => new NpgsqlConnectionStringBuilder(connection)
    {
        Host = "127.0.0.1", Port = _port, SslMode = SslMode.Disable,
    }.ConnectionString;

    public async ValueTask DisposeAsync()
    {
        _watch.StandardInput.Close();
        await _watch.WaitForExitAsync().ConfigureAwait(false);
        _watch.Dispose();
    }

    private static async Task AnswersAsync(int port)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync("127.0.0.1", port).ConfigureAwait(false);
                return;
            }
            catch (SocketException) when (Stopwatch.GetElapsedTime(started) < StartMax)
            {
                await Task.Delay(20).ConfigureAwait(false);
            }
        }
    }

    private static (string? Path, Version? Version) Find()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);
        var path = folders.Append("/usr/sbin").Select(folder => Path.Combine(folder, Program)).FirstOrDefault(File.Exists);
        if (path is null)
            return (null, null);
        var (code, said) = PostgresBinaries.Run([], path, ["--version"]);
        var version = VersionPattern().Match(said);
        return code == 0 && version.Success ? (path, Version.Parse(version.Groups[1].ValueSpan)) : (null, null);
    }

    [GeneratedRegex(@"PgBouncer (\d+\.\d+)")]
    private static partial Regex VersionPattern();
}
