using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Postgres.Database;
using Npgsql;

namespace CreditGrains.Storage.Postgres;

/// <summary>
/// Creates the schema <c>credit</c> and brings an older one forward: numbered migrations, each in a transaction of its own, so that one
/// that is broken off leaves nothing and the next start goes on with it. A released migration is never changed, only followed by another.
/// </summary>
internal sealed partial class PostgresSchema(IReadOnlyList<string> migrations)
{
    internal const string SelectVersion = "SELECT coalesce(max(version), 0) FROM credit.schema_version";
    internal const string InsertVersion = "INSERT INTO credit.schema_version (version, at) VALUES ($1, clock_timestamp())";
    internal const string SelectMeta = "SELECT value FROM credit.meta WHERE name = $1";
    internal const string InsertMeta = "INSERT INTO credit.meta (name, value) VALUES ($1, $2)";
    internal const string CountShards = "SELECT count(*) FROM credit.shard";

    internal const string SelectUnanalyzed = """
        SELECT format('ANALYZE %I.%I', n.nspname, c.relname) FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
        WHERE n.nspname = 'credit' AND c.relkind = 'r' AND pg_relation_size(c.oid) > 0
            AND NOT EXISTS (SELECT FROM pg_stats AS s WHERE s.schemaname = n.nspname AND s.tablename = c.relname)
        ORDER BY c.oid
        """;

    internal const string SelectWithoutRights = """
        SELECT coalesce(array_agg(c.relname::text ORDER BY c.relname), '{}')
        FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
        WHERE n.nspname = 'credit' AND c.relname = ANY($1) AND c.relkind IN ('r', 'p') AND (NOT has_table_privilege(c.oid, 'SELECT')
            OR (c.relname <> 'schema_version'
                AND NOT has_table_privilege(c.oid, 'INSERT') AND NOT has_any_column_privilege(c.oid, 'UPDATE')))
        """;

    // Held to the end of the transaction: a second process that migrates waits here and then finds the work done.
    private const string Lock = "SELECT set_config('statement_timeout', '0', true), pg_advisory_xact_lock(4848021, 1)";
    private const string FindVersionTable = "SELECT to_regclass('credit.schema_version') IS NOT NULL";
    private const string Begin = """
        CREATE SCHEMA IF NOT EXISTS credit;
        CREATE TABLE IF NOT EXISTS credit.schema_version (version int4 PRIMARY KEY, at timestamptz NOT NULL)
        """;

    private const string AddShards = "INSERT INTO credit.shard (shard) SELECT generate_series(0, $1 - 1)";
    private const string AddFolds = "INSERT INTO credit.fold (shard) SELECT generate_series(0, $1 - 1)";
    private const string AddLeases = "INSERT INTO credit.lease (shard) SELECT generate_series(0, $1 - 1)";

    private const string FindMembership = "SELECT to_regnamespace('orleans') IS NOT NULL";

    private const string CreateMembership = "CREATE SCHEMA orleans;";

    private const int PartitionsMax = 8;

    /// <summary>Versions of which the nodes of the version before write no more: what they serve must end first.</summary>
    private static readonly int[] NotUnderNodes = [25];

    // Options are those of measurements: docs/adr/0003-postgres-store.md.
    private static readonly (string Table, string Options)[] Partitioned =
    [
        ("journal", "WITH (autovacuum_vacuum_insert_scale_factor = 0.2)"),
        ("subject", "WITH (fillfactor = 70)"),
    ];

    private static readonly Lazy<PostgresSchema> Newest = new(() => new PostgresSchema(Embedded()));

    /// <summary>The migrations of this program.</summary>
    public static PostgresSchema Current => Newest.Value;

    /// <summary>The migrations that an earlier program had; for tests of upgrades.</summary>
    internal static PostgresSchema Of(int version) => new(Embedded()[..version]);

    /// <summary>The version that a migrated database has.</summary>
    public int Version => migrations.Count;

    /// <summary>Tables that the migrations make, those that a later one drops among them.</summary>
    private IEnumerable<string> Tables => migrations.SelectMany(script => CreateTable().Matches(script))
        .Select(made => made.Groups[1].Value).Append("schema_version");

    /// <summary>Whether the way to the present version from another passes one that running nodes do not bear.</summary>
    public bool EndsNodesFrom(int version) => NotUnderNodes.Any(each => each > version && each <= Version);

    /// <summary>
    /// Tables that the user cannot read, or not write where a server must. One that a migration or a restore has made has no grants until
    /// roles.sql is run again; without this look the server would start, and fail at whatever needs the table first.
    /// </summary>
    public async Task<IReadOnlyList<string>> WithoutRightsAsync(PostgresDatabase database, CancellationToken cancellation) =>
        await database.PointAsync(
            () => P.Command(SelectWithoutRights, P.Texts(Tables)), row => row.GetFieldValue<string[]>(0), cancellation)
            .ConfigureAwait(false) ?? [];

    [GeneratedRegex(@"CREATE TABLE credit\.(\w+)")]
    private static partial Regex CreateTable();

    /// <summary>Creates or upgrades the schema.</summary>
    /// <returns>The versions before and after.</returns>
    /// <exception cref="StoreException">A newer program wrote it, or the user may not.</exception>
    public async Task<(int From, int To)> MigrateAsync(PostgresDatabase database, int shardCount, CancellationToken cancellation)
    {
        var from = await VersionAsync(database, cancellation).ConfigureAwait(false);
        var version = from;
        try
        {
            var made = migrations.Take(version);
            if (made.FirstOrDefault(each => each.Contains(CreateMembership, StringComparison.Ordinal)) is { } script)
                await database.TryAsync(() => RequireMembershipAsync(database, script, cancellation), cancellation).ConfigureAwait(false);
            while (version < Version)
                version = await database.TryAsync(() => StepAsync(database, shardCount, cancellation), cancellation).ConfigureAwait(false);
        }
        catch (StoreException refused) when (version > 0 && refused.InnerException is PostgresException
        {
            SqlState: PostgresErrorCodes.InsufficientPrivilege,
        })
        {
            throw new StoreException(
                $"The database has schema version {version}, this program needs {Version}, and this user may not migrate it: run "
                + "'credit migrate' as the owner of the schema credit, then deploy/postgres/roles.sql, then start the server again.",
                StoreFault.ReadOnly,
                refused);
        }

        return (from, Version);
    }

    /// <summary>
    /// Has the server look at tables with rows of which it knows nothing, as a restore leaves them: which of two indexes of a table it
    /// takes depends on it.
    /// </summary>
    public static Task AnalyzeAsync(PostgresDatabase database, CancellationToken cancellation) => database.TryAsync(
        async () =>
        {
            await using var connection = await database.OpenAsync(cancellation).ConfigureAwait(false);
            List<string> statements;
            await using (var select = new NpgsqlCommand(SelectUnanalyzed, connection))
            await using (var rows = await select.ExecuteReaderAsync(cancellation).ConfigureAwait(false))
                statements = await rows.TakeAsync(row => row.GetString(0), cancellation).ConfigureAwait(false);
            foreach (var statement in statements)
                await RunAsync(connection, statement, cancellation).ConfigureAwait(false);
            return true;
        },
        cancellation);

    /// <summary>The number of shards.</summary>
    public static async Task<int> FoundedAsync(PostgresDatabase database, CancellationToken cancellation)
    {
        var shards = (int)await MetaAsync(database, "shard_count", cancellation).ConfigureAwait(false);
        var counted = await database.PointAsync(() => P.Command(CountShards), row => row.GetInt64(0), cancellation).ConfigureAwait(false);
        return counted == shards
            ? shards
            : throw new StoreException(
                "The shards of the database are not those it was created with: restore a backup.", StoreFault.Corrupt);
    }

    /// <summary>The version that the database has; 0 for none.</summary>
    /// <exception cref="StoreException">A newer program wrote it.</exception>
    public Task<int> VersionAsync(PostgresDatabase database, CancellationToken cancellation) => database.TryAsync(
        async () =>
        {
            await using var connection = await database.OpenAsync(cancellation).ConfigureAwait(false);
            return await VersionAsync(connection, cancellation).ConfigureAwait(false);
        },
        cancellation);

    private async Task<int> VersionAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        if (!(bool)(await ScalarAsync(connection, FindVersionTable, cancellation).ConfigureAwait(false))!)
            return 0;
        var version = (int)(await ScalarAsync(connection, SelectVersion, cancellation).ConfigureAwait(false))!;
        if (version > Version)
        {
            throw new StoreException(
                $"The database has schema version {version}, this program knows {Version}: install the newer program.",
                StoreFault.NewerSchema);
        }

        return version;
    }

    /// <summary>
    /// Makes the schema <c>orleans</c> where it is missing: a backup has the schema <c>credit</c> alone, which says that both are there.
    /// </summary>
    private static async Task<bool> RequireMembershipAsync(PostgresDatabase database, string script, CancellationToken cancellation)
    {
        await using var connection = await database.OpenAsync(cancellation).ConfigureAwait(false);
        if ((bool)(await ScalarAsync(connection, FindMembership, cancellation).ConfigureAwait(false))!)
            return false;
        await using var transaction = await connection.BeginTransactionAsync(cancellation).ConfigureAwait(false);
        await RunAsync(connection, Lock, cancellation).ConfigureAwait(false);
        if ((bool)(await ScalarAsync(connection, FindMembership, cancellation).ConfigureAwait(false))!)
            return false;
        await RunAsync(connection, script, cancellation).ConfigureAwait(false);
        await transaction.CommitAsync(cancellation).ConfigureAwait(false);
        return true;
    }

    /// <summary>Runs the next migration, unless somebody else has meanwhile; gives the version reached.</summary>
    private async Task<int> StepAsync(PostgresDatabase database, int shardCount, CancellationToken cancellation)
    {
        await using var connection = await database.OpenAsync(cancellation).ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync(cancellation).ConfigureAwait(false);
        await RunAsync(connection, Lock, cancellation).ConfigureAwait(false);
        var version = await VersionAsync(connection, cancellation).ConfigureAwait(false);
        if (version >= Version)
            return version;
        if (version == 0)
            await RunAsync(connection, Begin, cancellation).ConfigureAwait(false);
        await RunAsync(connection, migrations[version], cancellation).ConfigureAwait(false);
        if (version == 0)
            await FoundAsync(connection, shardCount, cancellation).ConfigureAwait(false);
        await using (var batch = new NpgsqlBatch(connection))
        {
            batch.BatchCommands.Add(P.Command(InsertVersion, P.Int(version + 1)));
            await batch.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
        }

        await transaction.CommitAsync(cancellation).ConfigureAwait(false);
        return version + 1;
    }

    private static async Task FoundAsync(NpgsqlConnection connection, int shardCount, CancellationToken cancellation)
    {
        var partitions = Math.Min(PartitionsMax, shardCount);
        foreach (var (table, options) in Partitioned)
        {
            for (var i = 0; i < partitions; i++)
            {
                var (from, to) = (shardCount * i / partitions, shardCount * (i + 1) / partitions);
                var create = string.Create(
                    CultureInfo.InvariantCulture,
                    $"CREATE TABLE credit.{table}_{i} PARTITION OF credit.{table} FOR VALUES FROM ({from}) TO ({to}) {options}");
                await RunAsync(connection, create, cancellation).ConfigureAwait(false);
            }
        }

        await using var batch = new NpgsqlBatch(connection);
        foreach (var insert in (string[])[AddShards, AddFolds, AddLeases])
            batch.BatchCommands.Add(P.Command(insert, P.Int(shardCount)));
        batch.BatchCommands.Add(P.Command(InsertMeta, P.Text("shard_count"), P.Long(shardCount)));
        var incarnation = BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(4));
        batch.BatchCommands.Add(P.Command(InsertMeta, P.Text("incarnation"), P.Long(incarnation)));
        await batch.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
    }

    private static async Task<long> MetaAsync(PostgresDatabase database, string name, CancellationToken cancellation) =>
        await database.PointAsync<long?>(() => P.Command(SelectMeta, P.Text(name)), row => row.GetInt64(0), cancellation)
            .ConfigureAwait(false)
        ?? throw new StoreException($"The database lacks its {name}: restore a backup.", StoreFault.Corrupt);

    /// <summary>Runs what may take as long as the tables are large: an index is built, another process migrates.</summary>
    private static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
    }

    private static async Task<object?> ScalarAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(cancellation).ConfigureAwait(false);
    }

    private static string[] Embedded()
    {
        var assembly = Assembly.GetExecutingAssembly();
        return
        [
            .. assembly.GetManifestResourceNames().Where(name => name.EndsWith(".sql", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal).Select(name =>
                {
                    using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
                    return reader.ReadToEnd();
                }),
        ];
    }
}
