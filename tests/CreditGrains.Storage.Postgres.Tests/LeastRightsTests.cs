using System.Globalization;
using CreditGrains.Development.Postgres;
using CreditGrains.Engine.Backups;
using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Postgres.Database;
using CreditGrains.Testing;
using Npgsql;

namespace CreditGrains.Storage.Postgres.Tests;

/// <summary>
/// The scripts of deploy/postgres: a server under its own role serves, and can neither change what was reported or looked at nor make or
/// drop an object; the owner migrates.
/// </summary>
public sealed class LeastRightsTests : IAsyncLifetime
{
    private ThrowAwayPostgres _server = null!;
    private DatabaseRoles _roles = null!;
    private string _connection = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        if (ThrowAwayPostgres.Unavailable is { } reason)
            Assert.Skip(reason);
        _server = await ThrowAwayPostgres.SharedAsync();
        _roles = await DatabaseRoles.SharedAsync(_server);
        _connection = await _server.CreateDatabaseAsync();
        await _roles.ApplyAsync(_connection);
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is not null)
            await _server.DropDatabaseAsync(_connection);
    }

    [Fact]
    public async Task Server_role_appends_and_logs_and_every_forbidden_statement_is_refused()
    {
        await MigrateAsync();
        await using (var store = await OpenAsync())
        {
            await store.Journal.AppendAsync([Sample.Entry()], Cancellation);
            await store.AccessLog.AppendAsync([Sample.Access()], Cancellation);
        }

        string[] tables = ["journal", "journal_0", "record", "access_log", "access_page", "control_event", "symbol"];
        string[] statements =
        [
            .. tables.SelectMany(table => (string[])
            [
                $"DELETE FROM credit.{table}", $"TRUNCATE credit.{table}", $"DROP TABLE credit.{table}",
                $"ALTER TABLE credit.{table} ADD COLUMN more int", $"CREATE INDEX ON credit.{table} ((1))",
                $"ALTER TABLE credit.{table} OWNER TO CURRENT_USER", $"ALTER TABLE credit.{table} DISABLE TRIGGER ALL",
            ]),
            "UPDATE credit.journal SET payload = ''", "UPDATE credit.journal_0 SET payload = ''", "UPDATE credit.record SET position = 0",
            "UPDATE credit.access_log SET entries = ''", "UPDATE credit.access_page SET keys = ''",
            "UPDATE credit.control_event SET actor = ''", "UPDATE credit.change SET data = ''", "UPDATE credit.symbol SET text = ''",
            "UPDATE credit.feedback SET action = ''", "TRUNCATE credit.feedback", "DROP TABLE credit.feedback",
            "UPDATE credit.proof SET digest = ''", "UPDATE credit.proof_upload SET content = ''", "TRUNCATE credit.proof",
            "INSERT INTO credit.journal_0 SELECT * FROM credit.journal",
            "UPDATE credit.meta SET name = ''", "DELETE FROM credit.meta", "INSERT INTO credit.meta VALUES ('a', 1)",
            "DELETE FROM credit.shard", "DELETE FROM credit.access_head", "TRUNCATE credit.change",
            "INSERT INTO credit.schema_version VALUES (99, now())",
            "DELETE FROM credit.schema_version", "UPDATE credit.schema_version SET version = 1",
            "CREATE TABLE credit.mine (a int)", "CREATE TABLE orleans.mine (a int)", "CREATE TABLE public.mine (a int)",
            "CREATE TEMPORARY TABLE mine (a int)", "CREATE SCHEMA mine", "DROP SCHEMA credit CASCADE", "ALTER SCHEMA credit RENAME TO mine",
            "CREATE FUNCTION credit.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'", "UPDATE orleans.OrleansQuery SET QueryText = ''",
            "CREATE ROLE mine", "CREATE DATABASE mine",
            $"SET ROLE {new NpgsqlConnectionStringBuilder(_roles.AsOwner("")).Username}",
        ];
        await using var source = NpgsqlDataSource.Create(_roles.AsServer(_connection));
        async Task RunAsync(string sql)
        {
            await using var command = source.CreateCommand(sql);
            await command.ExecuteNonQueryAsync(Cancellation);
        }

        foreach (var statement in statements)
        {
            var refused = await Record.ExceptionAsync(() => RunAsync(statement));
            Assert.True(
                refused is PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege }, $"{statement}: {refused?.Message}");
        }

        await using var again = await OpenAsync();
        Assert.Null(await again.AccessLog.VerifyAsync(Cancellation));
        Assert.Single(await again.Journal.ReadShardAsync(Sample.Entry().Shard, 0, 10, Cancellation));
    }

    [Fact]
    public async Task Server_role_on_an_older_schema_is_refused_with_the_command_for_its_owner()
    {
        await using (var database = new PostgresDatabase(Options(_roles.AsOwner(_connection))))
            await PostgresSchema.Of(PostgresSchema.Current.Version - 1).MigrateAsync(database, 8, Cancellation);
        await DatabaseRoles.RunAsync(_connection, $"GRANT USAGE ON SCHEMA credit TO {ServerName}");
        await DatabaseRoles.RunAsync(_connection, $"GRANT SELECT ON ALL TABLES IN SCHEMA credit TO {ServerName}");
        var refused = await Assert.ThrowsAsync<StoreException>(OpenAsync);
        Assert.Contains("credit migrate", refused.Message, StringComparison.Ordinal);
        Assert.Contains(
            $"schema version {PostgresSchema.Current.Version - 1}, this program needs {PostgresSchema.Current.Version}", refused.Message,
            StringComparison.Ordinal);
        await MigrateAsync();
        await (await OpenAsync()).DisposeAsync();
    }

    [Fact]
    public async Task Server_role_without_a_store_is_refused_with_what_to_run()
    {
        var refused = await Assert.ThrowsAsync<StoreException>(OpenAsync);
        Assert.Contains("deploy/postgres/roles.sql", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_role_without_rights_on_a_table_that_came_later_is_refused_with_what_to_run()
    {
        await MigrateAsync();
        await DatabaseRoles.RunAsync(_connection, $"REVOKE ALL ON credit.feedback, credit.proof FROM {ServerName}");
        var refused = await Assert.ThrowsAsync<StoreException>(OpenAsync);
        Assert.Contains("lacks rights on feedback, proof: run deploy/postgres/roles.sql", refused.Message, StringComparison.Ordinal);
        var found = await PostgresStore.InspectAsync(Options(_roles.AsServer(_connection)), Cancellation);
        Assert.Equal(["feedback", "proof"], found.WithoutRights);
        await DatabaseRoles.RunAsync(_connection, $"GRANT SELECT ON credit.feedback, credit.proof TO {ServerName}");
        refused = await Assert.ThrowsAsync<StoreException>(OpenAsync);
        Assert.Contains("feedback, proof", refused.Message, StringComparison.Ordinal);
        await _roles.ApplyAsync(_connection);
        await (await OpenAsync()).DisposeAsync();
        Assert.Empty((await PostgresStore.InspectAsync(Options(_roles.AsServer(_connection)), Cancellation)).WithoutRights);
    }

    [Fact]
    public async Task Backup_and_restore_by_the_server_role_are_refused_with_who_may()
    {
        await MigrateAsync();
        var folder = Directory.CreateTempSubdirectory("credit-rights-").FullName;
        try
        {
            var backup = Path.Combine(folder, "credit.backup");
            var refused = await Assert.ThrowsAsync<BackupException>(
                () => PostgresBackup.WriteAsync(Options(_roles.AsServer(_connection)), backup, null, Cancellation));
            Assert.Contains("Connect as the owner", refused.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', refused.Message);
            await PostgresBackup.WriteAsync(Options(_roles.AsOwner(_connection)), backup, null, Cancellation);
            var empty = await _server.CreateDatabaseAsync();
            await _roles.ApplyAsync(empty);
            refused = await Assert.ThrowsAsync<BackupException>(
                () => PostgresBackup.RestoreAsync(Options(_roles.AsServer(empty)), backup, replace: false, Cancellation));
            Assert.Contains("Connect as the owner", refused.Message, StringComparison.Ordinal);
            await _server.DropDatabaseAsync(empty);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Tables_of_the_schema_are_all_named_in_the_roles()
    {
        await MigrateAsync();
        const string Unnamed = """
            SELECT c.oid::regclass::text FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
            WHERE n.nspname IN ('credit', 'orleans') AND c.relkind IN ('r', 'p') AND NOT c.relispartition
                AND NOT has_table_privilege($1, c.oid, 'SELECT')
            """;
        await using var source = NpgsqlDataSource.Create(_connection);
        await using var command = source.CreateCommand(Unnamed);
        command.Parameters.Add(new NpgsqlParameter { Value = ServerName });
        await using var rows = await command.ExecuteReaderAsync(Cancellation);
        var unnamed = new List<string>();
        while (await rows.ReadAsync(Cancellation))
            unnamed.Add(rows.GetString(0));
        Assert.True(unnamed.Count == 0, $"deploy/postgres/roles.sql has no rights for {string.Join(", ", unnamed)}");
    }

    [Fact]
    public async Task Server_role_keeps_the_membership_of_silos()
    {
        await MigrateAsync();
        await KeepMembershipAsync();
    }

    // A backup has the schema credit alone: restored into an empty database it says that all migrations were made there.
    [Fact]
    public async Task Restored_store_gets_the_membership_of_silos_with_the_migration()
    {
        await MigrateAsync();
        await DatabaseRoles.RunAsync(_roles.AsOwner(_connection), "DROP SCHEMA orleans CASCADE");
        await MigrateAsync();
        await KeepMembershipAsync();
    }

    private async Task KeepMembershipAsync()
    {
        var server = new NpgsqlConnectionStringBuilder(_roles.AsServer(_connection)) { SearchPath = "orleans" }.ConnectionString;
        await DatabaseRoles.RunAsync(server, """
            SELECT * FROM insert_membership_version('c');
            SELECT * FROM insert_membership('c', '10.0.0.1', 11111, 1, 's', 'h', 1, 30000, now()::timestamptz(3), now()::timestamptz(3), 0);
            SELECT * FROM update_membership('c', '10.0.0.1', 11111, 1, 3, '', now()::timestamptz(3), 1);
            SELECT update_i_am_alive_time('c', '10.0.0.1', 11111, 1, now()::timestamptz(3));
            SELECT * FROM upsert_reminder_row('c', 'g', 'r', now()::timestamptz(3), 1, 1);
            SELECT * FROM delete_reminder_row('c', 'g', 'r', 0);
            DELETE FROM OrleansMembershipTable WHERE DeploymentId = 'c';
            DELETE FROM OrleansMembershipVersionTable WHERE DeploymentId = 'c'
            """);
    }

    [Fact]
    public async Task Blocking_session_of_another_role_is_left_alone_and_named_as_busy()
    {
        await MigrateAsync();
        await using var source = NpgsqlDataSource.Create(_connection);
        await using var other = await source.OpenConnectionAsync(Cancellation);
        await using var held = await other.BeginTransactionAsync(Cancellation);
        await using (var hold = new NpgsqlCommand("SELECT shard FROM credit.lease FOR UPDATE", other, held))
            await hold.ExecuteNonQueryAsync(Cancellation);
        var refused = await Assert.ThrowsAsync<StoreException>(() => PostgresStore.OpenAsync(
            Options(_roles.AsServer(_connection)) with { LockMsMax = 2_000, LeaseMs = 500 }, Cancellation));
        Assert.Equal(StoreFault.Busy, refused.Fault);
        await using var still = new NpgsqlCommand("SELECT 1", other, held);
        Assert.Equal(1, await still.ExecuteScalarAsync(Cancellation));
    }

    [Fact]
    public async Task Autovacuum_script_fits_the_schema()
    {
        await MigrateAsync();
        await DatabaseRoles.RunAsync(_roles.AsOwner(_connection), _roles.Script("autovacuum.sql"));
        await using var source = NpgsqlDataSource.Create(_connection);
        await using var command = source.CreateCommand(
            "SELECT count(*) FROM pg_class WHERE relname LIKE 'journal\\__' AND 'autovacuum_freeze_min_age=0' = ANY(reloptions)");
        Assert.Equal(8L, await command.ExecuteScalarAsync(Cancellation));
    }

    [Fact]
    public async Task Features_script_finds_everything_needed_and_says_what_is_missing()
    {
        var script = Repository.Read("deploy/postgres/features.sql");
        Assert.Empty((await TriedAsync(script)).Where(one => one.Needed && !one.Present).Select(one => one.Feature));
        var without = script.Replace("sha256(int8send", "sha257(int8send", StringComparison.Ordinal);
        var missing = Assert.Single(await TriedAsync(without), one => one.Needed && !one.Present);
        Assert.Contains("sha256", missing.Feature, StringComparison.Ordinal);
        Assert.Contains(PostgresErrorCodes.UndefinedFunction, missing.Says, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_are_taken_by_the_server()
    {
        var settings = Repository.Read("deploy/postgres/postgresql.conf").Split('\n')
            .Select(line => line.Split('#')[0].Trim()).Where(line => line.Length > 0)
            .Select(line => line.Split('=', 2)).ToDictionary(pair => pair[0].Trim(), pair => pair[1].Trim().Trim('\''));

        // As much memory as the tests' machine may lack.
        settings["shared_buffers"] = "64MB";
        await using var server = await ThrowAwayPostgres.StartAsync(settings);
        await using var source = NpgsqlDataSource.Create(await server.CreateDatabaseAsync());
        foreach (var name in settings.Keys)
        {
            await using var command = source.CreateCommand(
                string.Create(CultureInfo.InvariantCulture, $"SELECT source FROM pg_settings WHERE name = '{name}'"));
            Assert.Equal("command line", await command.ExecuteScalarAsync(Cancellation));
        }
    }

    private string ServerName => new NpgsqlConnectionStringBuilder(_roles.AsServer(_connection)).Username!;

    private static PostgresStoreOptions Options(string connection) =>
        new() { Connection = connection, ShardCount = 8, LeaseMs = 900, ConnectionsMax = 6 };

    private Task<PostgresStore> OpenAsync() => PostgresStore.OpenAsync(Options(_roles.AsServer(_connection)), Cancellation);

    private async Task MigrateAsync()
    {
        await PostgresStore.MigrateAsync(Options(_roles.AsOwner(_connection)), Cancellation);
        await _roles.ApplyAsync(_connection);
    }

    /// <summary>The rows of the script's one SELECT that has them; the COPY after the rollback is tried by itself.</summary>
    private async Task<List<(string Feature, bool Needed, bool Present, string? Says)>> TriedAsync(string script)
    {
        const string Copy = "COPY (SELECT 1 WHERE false) TO STDOUT (FORMAT BINARY);";
        Assert.Contains(Copy, script, StringComparison.Ordinal);
        await using var source = NpgsqlDataSource.Create(_connection);
        await using (var connection = await source.OpenConnectionAsync(Cancellation))
        await using (await connection.BeginRawBinaryCopyAsync(Copy.TrimEnd(';'), Cancellation))
        {
            // Beginning it shows that the format is known.
        }

        var tried = new List<(string, bool, bool, string?)>();
        await using var command = source.CreateCommand(script.Replace(Copy, "", StringComparison.Ordinal));
        await using var rows = await command.ExecuteReaderAsync(Cancellation);
        do
        {
            while (rows.FieldCount == 6 && await rows.ReadAsync(Cancellation))
                tried.Add((rows.GetString(1), rows.GetBoolean(3), rows.GetBoolean(4), rows.IsDBNull(5) ? null : rows.GetString(5)));
        }
        while (await rows.NextResultAsync(Cancellation));
        Assert.True(tried.Count > 30, $"only {tried.Count} features were tried");
        return tried;
    }
}
