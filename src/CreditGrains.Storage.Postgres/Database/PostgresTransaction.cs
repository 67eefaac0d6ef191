using Npgsql;

namespace CreditGrains.Storage.Postgres.Database;

/// <summary>A transaction under way. Statements go out in batches, each one round trip; the first batch sets the transaction's bounds.</summary>
internal sealed class PostgresTransaction(NpgsqlConnection connection, Func<NpgsqlBatchCommand> prepare)
{
    private bool _prepared;

    /// <summary>Runs statements and reads all their results, which it is given in order.</summary>
    public async Task<T> ReadAsync<T>(Func<NpgsqlDataReader, Task<T>> read, params NpgsqlBatchCommand[] statements)
    {
        await using var batch = Batch(statements, out var skip);
        await using var rows = await batch.ExecuteReaderAsync().ConfigureAwait(false);
        if (skip)
            await rows.NextResultAsync().ConfigureAwait(false);
        return await read(rows).ConfigureAwait(false);
    }

    /// <summary>Runs one statement and reads its rows.</summary>
    public Task<List<T>> ReadAsync<T>(NpgsqlBatchCommand statement, Func<NpgsqlDataReader, T> read) =>
        ReadAsync(rows => rows.TakeAsync(read, CancellationToken.None), statement);

    /// <summary>Runs statements; each tells afterwards how many rows it changed.</summary>
    public async Task ExecuteAsync(params IReadOnlyCollection<NpgsqlBatchCommand> statements)
    {
        if (statements.Count == 0 && _prepared)
            return;
        await using var batch = Batch(statements, out _);
        await batch.ExecuteNonQueryAsync().ConfigureAwait(false);
    }

    /// <summary>Sends rows with COPY.</summary>
    /// <param name="sql">COPY ... FROM STDIN (FORMAT BINARY).</param>
    /// <param name="rows">From a <see cref="CopyBuffer"/>.</param>
    public async Task CopyAsync(string sql, ReadOnlyMemory<byte> rows)
    {
        if (!_prepared)
            await ExecuteAsync().ConfigureAwait(false);
        var copy = await connection.BeginRawBinaryCopyAsync(sql).ConfigureAwait(false);
        await using (copy.ConfigureAwait(false))
            await copy.WriteAsync(rows).ConfigureAwait(false);
    }

    private NpgsqlBatch Batch(IReadOnlyCollection<NpgsqlBatchCommand> statements, out bool first)
    {
        var batch = new NpgsqlBatch(connection);
        first = !_prepared;
        if (first)
            batch.BatchCommands.Add(prepare());
        _prepared = true;
        foreach (var statement in statements)
            batch.BatchCommands.Add(statement);
        return batch;
    }
}
