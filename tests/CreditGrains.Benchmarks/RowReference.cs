using System.Diagnostics;
using Npgsql;
using NpgsqlTypes;

namespace CreditGrains.Benchmarks;

/// <summary>
/// One statement per event that writes a whole state row, tuned: many at once over few multiplexed connections, prepared. What a grain that
/// keeps its state in a database does at best.
/// </summary>
public sealed class RowReference : IAsyncDisposable
{
    private const int AtOnce = 200;
    private const int StateBytes = 1024;
    private const string Upsert = """
        INSERT INTO state_row (id, state) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET state = excluded.state
        """;

    private readonly NpgsqlDataSource _source;
    private readonly int _subjects;
    private readonly byte[] _state = new byte[StateBytes];

    private RowReference(NpgsqlDataSource source, int subjects)
    {
        _source = source;
        _subjects = subjects;
        new Random(3).NextBytes(_state);
    }

    public static async Task<RowReference> OpenAsync(string connection, int subjects)
    {
        var source = NpgsqlDataSource.Create(Tuned(connection));
        await using var command = source.CreateCommand("CREATE TABLE state_row (id bigint PRIMARY KEY, state bytea NOT NULL)");
        await command.ExecuteNonQueryAsync();
        return new RowReference(source, subjects);
    }

    /// <summary>The settings with which Npgsql does single rows fastest.</summary>
    public static string Tuned(string connection) => new NpgsqlConnectionStringBuilder(connection)
    {
        Multiplexing = true, MaxPoolSize = 8, MaxAutoPrepare = 20, AutoPrepareMinUsages = 2,
    }.ConnectionString;

    /// <summary>Writes rows for some seconds.</summary>
    /// <returns>Events per second.</returns>
    public async Task<double> RunAsync(double seconds)
    {
        var done = 0L;
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(number => Task.Run(async () =>
        {
            var random = new Random(number);
            while (watch.Elapsed.TotalSeconds < seconds)
            {
                await using var command = _source.CreateCommand(Upsert);
                command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = random.Next(_subjects) });
                command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = _state, NpgsqlDbType = NpgsqlDbType.Bytea });
                await command.ExecuteNonQueryAsync();
                Interlocked.Increment(ref done);
            }
        })));
        return done / watch.Elapsed.TotalSeconds;
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();
}
