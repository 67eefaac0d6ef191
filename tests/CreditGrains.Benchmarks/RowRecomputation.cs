using System.Diagnostics;
using CreditGrains.Domain.Assessment;
using Npgsql;
using NpgsqlTypes;

namespace CreditGrains.Benchmarks;

/// <summary>The reference of P8: every subject read, assessed and updated by itself, many at once, tuned.</summary>
public sealed class RowRecomputation : IAsyncDisposable
{
    /// <summary>Rows, with states of the prepared store.</summary>
    public const int Sample = 50_000;

    private const int AtOnce = 200;
    private const string Read = "SELECT state FROM row_state WHERE id = $1";
    private const string Update = "UPDATE row_state SET score = $2, grade = $3, next_change = $4, policy = $5 WHERE id = $1";
    private readonly NpgsqlDataSource _source;
    private readonly Evaluator _evaluator;
    private readonly DateOnly _today;
    private readonly int _rows;
    private int _next;

    private RowRecomputation(NpgsqlDataSource source, Evaluator evaluator, DateOnly today, int rows)
    {
        _source = source;
        _evaluator = evaluator;
        _today = today;
        _rows = rows;
    }

    /// <summary>Copies the sample out of a prepared store.</summary>
    public static async Task<RowRecomputation> OpenAsync(StorePlace place, string connection, Evaluator evaluator, DateOnly today)
    {
        var source = NpgsqlDataSource.Create(RowReference.Tuned(connection));
        await using (var create = source.CreateCommand("""
            CREATE TABLE row_state (
                id bigint PRIMARY KEY, state bytea NOT NULL, score bigint, grade text, next_change date, policy text NOT NULL)
            WITH (fillfactor = 70)
            """))
            await create.ExecuteNonQueryAsync();
        await using var from = new NpgsqlConnection(place.Connection);
        await from.OpenAsync();
        await using var to = new NpgsqlConnection(connection);
        await to.OpenAsync();
        var rows = 0;
        await using (var select = new NpgsqlCommand($"SELECT state FROM credit.subject LIMIT {Sample}", from))
        {
            await using var reader = await select.ExecuteReaderAsync();
            await using var copy = await to.BeginBinaryImportAsync("COPY row_state (id, state, policy) FROM STDIN (FORMAT binary)");
            while (await reader.ReadAsync())
            {
                await copy.StartRowAsync();
                await copy.WriteAsync((long)rows++, NpgsqlDbType.Bigint);
                await copy.WriteAsync(reader.GetFieldValue<byte[]>(0), NpgsqlDbType.Bytea);
                await copy.WriteAsync("", NpgsqlDbType.Text);
            }

            await copy.CompleteAsync();
        }

        await using var vacuum = new NpgsqlCommand("VACUUM ANALYZE row_state", to);
        await vacuum.ExecuteNonQueryAsync();
        return new RowRecomputation(source, evaluator, today, rows);
    }

    /// <summary>Goes over the sample, again and again, for some seconds.</summary>
    /// <returns>Subjects per second.</returns>
    public async Task<double> RunAsync(double seconds)
    {
        var done = 0L;
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => Task.Run(async () =>
        {
            while (watch.Elapsed.TotalSeconds < seconds)
            {
                await OneAsync((uint)Interlocked.Increment(ref _next) % _rows);
                Interlocked.Increment(ref done);
            }
        })));
        return done / watch.Elapsed.TotalSeconds;
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private async Task OneAsync(long id)
    {
        byte[] state;
        await using (var read = _source.CreateCommand(Read))
        {
            read.Parameters.Add(new NpgsqlParameter<long> { TypedValue = id });
            state = (byte[])(await read.ExecuteScalarAsync())!;
        }

        var summary = _evaluator.Summarise(state, _today);
        await using var update = _source.CreateCommand(Update);
        update.Parameters.Add(new NpgsqlParameter<long> { TypedValue = id });
        update.Parameters.Add(new NpgsqlParameter
        {
            Value = summary.ScoreMilli ?? (object)DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint,
        });
        update.Parameters.Add(new NpgsqlParameter
        {
            Value = summary.Grade < 0 ? DBNull.Value : _evaluator.Policy.Grades[summary.Grade].Grade, NpgsqlDbType = NpgsqlDbType.Text,
        });
        update.Parameters.Add(new NpgsqlParameter { Value = summary.NextChange ?? (object)DBNull.Value, NpgsqlDbType = NpgsqlDbType.Date });
        update.Parameters.Add(new NpgsqlParameter<string> { TypedValue = _evaluator.Policy.Version });
        await update.ExecuteNonQueryAsync();
    }
}
