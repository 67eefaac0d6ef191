using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Npgsql;

namespace CreditGrains.Development.Postgres;

/// <summary>
/// A PostgreSQL server for one test process: started from the installed programs in a temporary folder, gone with the process however that
/// ends. It syncs every commit, as a server in use does. The environment variable <c>CREDIT_TEST_POSTGRES</c>, a connection string whose
/// user may create databases, names another server to use instead; that one cannot be restarted.
/// </summary>
public sealed class ThrowAwayPostgres : IAsyncDisposable
{
    /// <summary>Names the variable that points at another server.</summary>
    public const string Variable = "CREDIT_TEST_POSTGRES";

    private const string User = "credit_test";
    private const int SocketFolderLengthMax = 85;
    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(60);
    private static readonly Lazy<Task<ThrowAwayPostgres>> Common = new(() => StartAsync());
    private static int _databases;

    // Defaults of every server; a parameter given to StartAsync comes after them and wins.
    private static readonly Dictionary<string, string> Defaults = new()
    {
        ["fsync"] = "on",
        ["synchronous_commit"] = "on",
        ["shared_buffers"] = "256MB",
        ["max_wal_size"] = "4GB",
        ["checkpoint_timeout"] = "15min",
        ["max_connections"] = "200",
        ["max_prepared_transactions"] = "0",
        ["listen_addresses"] = "127.0.0.1",
        ["log_min_messages"] = "warning",
    };

    private readonly string _root;
    private readonly string _connection;
    private readonly Dictionary<string, string> _parameters;
    private readonly Process? _watch;
    private readonly List<string> _made = [];
    private bool _disposed;

    private ThrowAwayPostgres(string connection, string root, int port, Dictionary<string, string> parameters, Process? watch)
    {
        _connection = connection;
        _root = root;
        _parameters = parameters;
        _watch = watch;
        Port = port;
    }

    /// <summary>Why no server can be had on this machine, in words for Assert.Skip; null when one can.</summary>
    public static string? Unavailable => Elsewhere is not null ? null : PostgresBinaries.Installed.Reason;

    /// <summary>The port on 127.0.0.1, with password; 0 for a server elsewhere.</summary>
    public int Port { get; }

    /// <summary>Whether it is ours to stop.</summary>
    public bool CanRestart => _root.Length > 0;

    /// <summary>Process id of the server, 0 while it is down.</summary>
    public int ProcessId => CanRestart && File.Exists(PidFile)
        ? int.Parse(File.ReadLines(PidFile).First(), CultureInfo.InvariantCulture)
        : 0;

    /// <summary>Output of the server so far; empty for a server elsewhere.</summary>
    public string Log => CanRestart && File.Exists(LogFile) ? File.ReadAllText(LogFile) : "";

    /// <summary>Whether <see cref="Variable"/> names a server.</summary>
    internal static bool IsElsewhere => Elsewhere is not null;

    /// <summary>As the server's owner, to its database postgres.</summary>
    internal string OwnConnection => _connection;

    private static string? Elsewhere => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } text ? text : null;

    private string Data => Path.Combine(_root, "data");

    private string PidFile => Path.Combine(Data, "postmaster.pid");

    private string LogFile => Path.Combine(_root, "log");

    /// <summary>The server that all tests of this process share.</summary>
    public static Task<ThrowAwayPostgres> SharedAsync() => Common.Value;

    /// <summary>Uses a server elsewhere, as <see cref="Variable"/> names one.</summary>
    /// <exception cref="InvalidOperationException">The server cannot be reached, or its user may not create databases.</exception>
    public static async Task<ThrowAwayPostgres> UseAsync(string connection)
    {
        try
        {
            var unpooled = new NpgsqlConnectionStringBuilder(connection) { Pooling = false }.ConnectionString;
            await using var opened = new NpgsqlConnection(unpooled);
            await opened.OpenAsync().ConfigureAwait(false);
            await using var command = new NpgsqlCommand(
                "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user", opened);
            if (await command.ExecuteScalarAsync().ConfigureAwait(false) is not true)
                throw new InvalidOperationException($"The user that {Variable} names may not create databases: ALTER ROLE ... CREATEDB.");
            return new ThrowAwayPostgres(connection, "", 0, [], null);
        }
        catch (ArgumentException)
        {
            // Its own message may repeat what was given, password included.
            throw new InvalidOperationException($"{Variable} is no connection string, such as Host=db;Username=tests;Password=...");
        }
        catch (NpgsqlException unreachable)
        {
            throw new InvalidOperationException(
                $"The server that {Variable} names cannot be used ({unreachable.Message}): start it, correct the variable, or unset it.",
                unreachable);
        }
    }

    /// <summary>Starts a server of one's own.</summary>
    /// <param name="parameters">Settings as in postgresql.conf, for instance <c>shared_buffers</c>; the defaults are moderate.</param>
    /// <param name="keptIn">
    /// A folder that outlives the process, so that its databases are there the next time; the server still goes with the process. Null for
    /// a temporary one.
    /// </param>
    /// <exception cref="InvalidOperationException">The server does not start, or <see cref="Unavailable"/> says why there is
    /// none.</exception>
    public static async Task<ThrowAwayPostgres> StartAsync(
        IReadOnlyDictionary<string, string>? parameters = null, string? keptIn = null)
    {
        if (Elsewhere is { } other)
            return await UseAsync(other).ConfigureAwait(false);
        var (binaries, reason) = PostgresBinaries.Installed;
        if (binaries is null)
            throw new InvalidOperationException(reason);
        var root = keptIn ?? Directory.CreateTempSubdirectory("credit-pg-").FullName;
        if (keptIn is not null && !OperatingSystem.IsWindows())
            Directory.CreateDirectory(keptIn, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var watch = Watch(root, "data/postmaster.pid", keptIn is not null);
        try
        {
            var secret = Path.Combine(root, "password");
            if (!File.Exists(Path.Combine(root, "data", "PG_VERSION")))
            {
                await File.WriteAllTextAsync(secret, Convert.ToHexString(RandomNumberGenerator.GetBytes(12))).ConfigureAwait(false);
                PostgresBinaries.TakeOver(root);
                binaries.Run(
                    "initdb", "-D", Path.Combine(root, "data"), "-U", User, "-E", "UTF8", "--locale=C", "--auth-local=trust",
                    "--auth-host=scram-sha-256", $"--pwfile={secret}", "--no-sync");
            }

            var password = await File.ReadAllTextAsync(secret).ConfigureAwait(false);
            var port = FreePort();

            // A socket's path has its bound; beyond, the port does as well.
            var hasSocket = root.Length <= SocketFolderLengthMax;
            var all = new Dictionary<string, string>(Defaults) { ["unix_socket_directories"] = hasSocket ? root : "" };
            foreach (var (name, value) in parameters ?? new Dictionary<string, string>())
                all[name] = value;
            var connection = new NpgsqlConnectionStringBuilder
            {
                Host = hasSocket ? root : "127.0.0.1", Port = port, Username = User, Password = password, Database = "postgres",
                Timeout = 15,
            }.ConnectionString;
            var server = new ThrowAwayPostgres(connection, root, port, all, watch);
            await server.StartAgainAsync().ConfigureAwait(false);
            return server;
        }
        catch
        {
            watch.StandardInput.Close();
            throw;
        }
    }

    /// <summary>A new, empty database of its own.</summary>
    /// <param name="template">The database to copy; nobody may be connected to it.</param>
    /// <param name="options">Further options of CREATE DATABASE, for instance <c>ENCODING 'LATIN1'</c>.</param>
    /// <returns>Its connection string: over the server's socket, with the password that a connection by port needs.</returns>
    public async Task<string> CreateDatabaseAsync(string template = "template0", string options = "")
    {
        var name = string.Create(
            CultureInfo.InvariantCulture, $"credit_test_{Environment.ProcessId}_{Interlocked.Increment(ref _databases)}");
        await RunAsync($"CREATE DATABASE {name} TEMPLATE {template} {options}").ConfigureAwait(false);
        lock (_made)
            _made.Add(name);
        return new NpgsqlConnectionStringBuilder(_connection) { Database = name }.ConnectionString;
    }

    /// <summary>Gives the server a place for databases; the folder becomes its own. Databases are put there by <c>TABLESPACE</c>.</summary>
    public Task AddTablespaceAsync(string name, string folder)
    {
        RequireOurs();
        PostgresBinaries.TakeOver(folder);
        return RunAsync($"CREATE TABLESPACE {name} LOCATION '{folder}'");
    }

    /// <summary>A database that stays, where the server's folder does; made when it is missing.</summary>
    /// <returns>Its connection string.</returns>
    public async Task<string> OpenDatabaseAsync(string name)
    {
        try
        {
            await RunAsync($"CREATE DATABASE {name} TEMPLATE template0").ConfigureAwait(false);
        }
        catch (PostgresException there) when (there.SqlState == PostgresErrorCodes.DuplicateDatabase)
        {
            // Of an earlier start.
        }

        return new NpgsqlConnectionStringBuilder(_connection) { Database = name }.ConnectionString;
    }

    /// <summary>Drops a database with whoever is connected to it.</summary>
    public async Task DropDatabaseAsync(string connection)
    {
        await using (var source = NpgsqlDataSource.Create(connection))
            source.Clear();
        var name = new NpgsqlConnectionStringBuilder(connection).Database!;
        await DropAsync(name).ConfigureAwait(false);
        lock (_made)
            _made.Remove(name);
    }

    /// <summary>Executes a statement as the server's owner.</summary>
    public async Task RunAsync(string sql)
    {
        var unpooled = new NpgsqlConnectionStringBuilder(_connection) { Pooling = false }.ConnectionString;
        await using var connection = new NpgsqlConnection(unpooled);
        await connection.OpenAsync().ConfigureAwait(false);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync().ConfigureAwait(false);
    }

    /// <summary>Output of the installed pg_dump for a database.</summary>
    /// <exception cref="InvalidOperationException">The program failed, or is not installed.</exception>
    public static Task<string> DumpAsync(string connection, params string[] options) => Task.Run(() =>
    {
        var at = new NpgsqlConnectionStringBuilder(connection);
        string[] to = ["--host", at.Host!, "--port", $"{at.Port}", "--username", at.Username!, "--dbname", at.Database!];
        var (code, output) = PostgresBinaries.Run(["env", $"PGPASSWORD={at.Password}"], "pg_dump", [.. options, .. to]);
        return code == 0 ? output : throw new InvalidOperationException($"pg_dump ended with {code}: {output}");
    });

    /// <summary>Brings the server down; its data stays.</summary>
    public async Task StopAsync(StopMode mode)
    {
        RequireOurs();
        if (mode != StopMode.Kill)
        {
            Server.Run("pg_ctl", "stop", "-w", "-D", Data, "-m", mode == StopMode.Fast ? "fast" : "immediate");
            return;
        }

        var pid = ProcessId;
        var children = ChildrenOf(pid);
        foreach (var process in children.Prepend(pid))
            PostgresBinaries.Run([], "kill", ["-9", process.ToString(CultureInfo.InvariantCulture)]);
        for (var waited = 0; children.Prepend(pid).Any(IsAlive); waited++)
        {
            if (waited == 500)
                throw new InvalidOperationException("The killed server does not end.");
            await Task.Delay(10).ConfigureAwait(false);
        }
    }

    /// <summary>Starts the server that was stopped, on the same port, and returns when it answers.</summary>
    public async Task StartAgainAsync()
    {
        RequireOurs();
        var options = string.Join(' ', _parameters.Select(pair => $"-c {pair.Key}='{pair.Value}'")) + $" -p {Port}";
        Server.Run("pg_ctl", "start", "-W", "-D", Data, "-l", LogFile, "-o", options);
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                await RunAsync("SELECT 1").ConfigureAwait(false);
                return;
            }
            catch (NpgsqlException fault)
            {
                if (Stopwatch.GetElapsedTime(started) > StartMax)
                    throw new InvalidOperationException("The server does not start: " + Log, fault);
                await Task.Delay(20).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Down and up again.</summary>
    public async Task RestartAsync(StopMode mode)
    {
        await StopAsync(mode).ConfigureAwait(false);
        await StartAgainAsync().ConfigureAwait(false);
    }

    /// <summary>Down and up again as a standby that takes no writes, until it is promoted.</summary>
    public async Task RestartAsStandbyAsync()
    {
        await StopAsync(StopMode.Fast).ConfigureAwait(false);
        var signal = Path.Combine(Data, "standby.signal");
        await File.WriteAllTextAsync(signal, "").ConfigureAwait(false);
        PostgresBinaries.TakeOver(signal);
        await StartAgainAsync().ConfigureAwait(false);
    }

    /// <summary>Makes a primary of the standby; returns when it takes writes.</summary>
    public Task PromoteAsync() => RunAsync("SELECT pg_promote()");

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        if (_watch is { } watch)
        {
            watch.StandardInput.Close();
            await watch.WaitForExitAsync().ConfigureAwait(false);
            watch.Dispose();
            return;
        }

        string[] made;
        lock (_made)
            made = [.. _made];
        foreach (var name in made)
            await DropAsync(name).ConfigureAwait(false);
    }

    private async Task DropAsync(string name)
    {
        try
        {
            await RunAsync($"DROP DATABASE IF EXISTS {name} WITH (FORCE)").ConfigureAwait(false);
        }
        catch (PostgresException busy) when (busy.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            // An autovacuum is at work in it, which only a superuser may end by force; without force the server ends it itself.
            await RunAsync($"DROP DATABASE IF EXISTS {name}").ConfigureAwait(false);
        }
    }

    private static PostgresBinaries Server => PostgresBinaries.Installed.Found!;

    /// <summary>
    /// A process that waits for the end of its input, which comes when this process closes it or is gone, and then removes server and
    /// folder. In a session of its own, so that an interrupt from the keyboard does not reach it before.
    /// </summary>
    /// <param name="root">The folder.</param>
    /// <param name="pidFile">Where in it the server writes its process id.</param>
    /// <param name="keep">Whether the folder stays, and the server is given time to end well.</param>
    internal static Process Watch(string root, string pidFile, bool keep)
    {
        const string Script = """
            cat >/dev/null
            pid=$(head -n 1 "$1/$3" 2>/dev/null)
            if [ -n "$pid" ]; then
                if [ "$2" = keep ]; then kill -INT "$pid" 2>/dev/null; max=2400; else kill -QUIT "$pid" 2>/dev/null; max=100; fi
                n=0
                while [ $n -lt $max ] && kill -0 "$pid" 2>/dev/null; do sleep 0.05; n=$((n + 1)); done
                kill -9 "$pid" 2>/dev/null
            fi
            [ "$2" = keep ] || rm -rf "$1"
            """;
        var start = new ProcessStartInfo(File.Exists("/usr/bin/setsid") ? "/usr/bin/setsid" : "nice") { RedirectStandardInput = true };
        foreach (var argument in (string[])["sh", "-c", Script, "watch", root, keep ? "keep" : "remove", pidFile])
            start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }

    internal static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static bool IsAlive(int pid) =>
        PostgresBinaries.Run([], "kill", ["-0", pid.ToString(CultureInfo.InvariantCulture)]).ExitCode == 0;

    private static int[] ChildrenOf(int pid)
    {
        var (_, output) = PostgresBinaries.Run([], "ps", ["-A", "-o", "pid=,ppid="]);
        return
        [
            .. output.Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(parts => parts.Length == 2)
                .Select(parts => Array.ConvertAll(parts, part => int.Parse(part, CultureInfo.InvariantCulture)))
                .Where(pair => pair[1] == pid).Select(pair => pair[0]),
        ];
    }

    private void RequireOurs()
    {
        if (!CanRestart)
            throw new InvalidOperationException($"The server that {Variable} names is not ours to stop.");
    }
}
