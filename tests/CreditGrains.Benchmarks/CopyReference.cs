using System.Diagnostics;
using Npgsql;

namespace CreditGrains.Benchmarks;

/// <summary>Binary COPY of bytes prepared beforehand into one table with a primary key.</summary>
public sealed class CopyReference : IAsyncDisposable
{
    private const string Copy = "COPY copied (id, line) FROM STDIN (FORMAT binary)";
    private readonly NpgsqlDataSource _source;
    private long _next = 1;

    private CopyReference(NpgsqlDataSource source) => _source = source;

    public static async Task<CopyReference> OpenAsync(string connection)
    {
        var source = NpgsqlDataSource.Create(connection);
        await using var command = source.CreateCommand("CREATE TABLE copied (id bigint PRIMARY KEY, line bytea NOT NULL)");
        await command.ExecuteNonQueryAsync();
        return new CopyReference(source);
    }

    /// <summary>Copies every batch in a transaction of its own, so many at once.</summary>
    /// <returns>Rows per second.</returns>
    public Task<double> BatchesAsync(IReadOnlyList<FeedBatch> batches, int connections) =>
        RunAsync([.. batches.Select(batch => Prepared([batch]))], batches, connections);

    /// <summary>Copies all batches in one statement.</summary>
    /// <returns>Rows per second.</returns>
    public Task<double> AtOnceAsync(IReadOnlyList<FeedBatch> batches) => RunAsync([Prepared(batches)], batches, 1);

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private byte[] Prepared(IReadOnlyList<FeedBatch> batches)
    {
        var first = _next;
        _next += batches.Sum(batch => batch.Ends.Count);
        return FeedBatch.ToCopy(batches, first);
    }

    private async Task<double> RunAsync(List<byte[]> copies, IReadOnlyList<FeedBatch> batches, int connections)
    {
        var opened = new List<NpgsqlConnection>();
        for (var i = 0; i < connections; i++)
            opened.Add(await _source.OpenConnectionAsync());
        var next = -1;
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(opened.Select(connection => Task.Run(async () =>
        {
            for (var at = Interlocked.Increment(ref next); at < copies.Count; at = Interlocked.Increment(ref next))
            {
                await using var stream = await connection.BeginRawBinaryCopyAsync(Copy);
                await stream.WriteAsync(copies[at]);
            }
        })));
        var seconds = watch.Elapsed.TotalSeconds;
        foreach (var connection in opened)
            await connection.DisposeAsync();
        return batches.Sum(batch => batch.Ends.Count) / seconds;
    }
}
