using Npgsql;

namespace CreditGrains.Cluster.Tests.Support;

/// <summary>Another process that appends to the journal, past all owners: a further revision of a registration.</summary>
internal sealed class Elsewhere : IAsyncDisposable
{
    private const string Append = """
        WITH known AS (SELECT * FROM credit.journal WHERE record_id = $1 ORDER BY revision DESC LIMIT 1),
            head AS (UPDATE credit.shard AS s SET head = s.head + 1 FROM known WHERE s.shard = known.shard RETURNING s.head),
            revision AS (
                INSERT INTO credit.record (source, record_id, revision, shard, position)
                SELECT source, record_id, $2, shard, head.head FROM known, head)
        INSERT INTO credit.journal (shard, position, subject, subject_key, source, record_id, revision, op, kind, date, digest,
            natural_key, actor, received_at, payload)
        SELECT shard, head.head, subject, subject_key, source, record_id, $2, op, kind, date, digest, natural_key, actor, received_at,
            convert_to(regexp_replace(convert_from(payload, 'UTF8'), '虚构\d+号', '虚构' || $2 || '号'), 'UTF8')
        FROM known, head RETURNING shard, position
        """;

    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _transaction;

    private Elsewhere(NpgsqlConnection connection, NpgsqlTransaction transaction, int shard, long position)
    {
        _connection = connection;
        _transaction = transaction;
        Shard = shard;
        Position = position;
    }

    public int Shard { get; }

    public long Position { get; }

    /// <summary>Appends, and leaves the transaction open.</summary>
    public static async Task<Elsewhere> BeginAsync(string database, string code, int revision)
    {
        var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        var transaction = await connection.BeginTransactionAsync();
        await using var command = new NpgsqlCommand(Append, connection, transaction);
        command.Parameters.AddWithValue("R-" + code);
        command.Parameters.AddWithValue(revision);
        await using var rows = await command.ExecuteReaderAsync();
        Assert.True(await rows.ReadAsync());
        var (shard, position) = (rows.GetInt16(0), rows.GetInt64(1));
        await rows.CloseAsync();
        return new Elsewhere(connection, transaction, shard, position);
    }

    public static async Task<(int Shard, long Position)> CommitAsync(string database, string code, int revision)
    {
        await using var elsewhere = await BeginAsync(database, code, revision);
        await elsewhere.CommitAsync();
        return (elsewhere.Shard, elsewhere.Position);
    }

    public Task CommitAsync() => _transaction.CommitAsync();

    /// <summary>Waits until a statement on the database is held up by a lock of another transaction.</summary>
    public static async Task UntilSomebodyWaitsForALockAsync(string database)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'", connection);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while ((long)(await command.ExecuteScalarAsync(patience.Token))! == 0)
            await Task.Delay(20, patience.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync();
        await _connection.DisposeAsync();
    }
}
