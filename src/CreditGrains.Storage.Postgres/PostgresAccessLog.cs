using System.Security.Cryptography;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Postgres.Database;
using CreditGrains.Storage.Postgres.Leases;
using Npgsql;

namespace CreditGrains.Storage.Postgres;

/// <summary>
/// The access log: one row for each append, whose hash covers its bytes and the hash before it. Keys by subject are spread at random, so
/// they gather until there are some thousands; those not written yet are read from the rows themselves.
/// </summary>
internal sealed class PostgresAccessLog(PostgresDatabase database, ShardLeases leases) : IAccessLog
{
    internal const string ReadHead = "SELECT number, hash, keyed FROM credit.access_head WHERE single = 1";
    internal const string LockHead = "SELECT number, hash, keyed FROM credit.access_head WHERE single = 1 FOR UPDATE";
    internal const string WriteHead = "UPDATE credit.access_head SET number = $1, hash = $2 WHERE single = 1";
    internal const string WriteKeyed = "UPDATE credit.access_head SET keyed = $1 WHERE single = 1";
    internal const string InsertBlock = "INSERT INTO credit.access_log (first, last, entries, hash) VALUES ($1, $2, $3, $4)";
    internal const string SelectAfter = "SELECT first, entries FROM credit.access_log WHERE first > $1 ORDER BY first";

    internal const string SelectHolding = """
        SELECT DISTINCT b.first, b.entries FROM (
            SELECT (SELECT a.first FROM credit.access_log AS a WHERE a.first <= k.number ORDER BY a.first DESC LIMIT 1) AS first
            FROM credit.access_key AS k WHERE k.key = $1 AND k.number < $2 ORDER BY k.number DESC LIMIT $3) AS h
        JOIN credit.access_log AS b ON b.first = h.first
        """;

    internal const string SelectChain =
        "SELECT first, last, entries, hash FROM credit.access_log WHERE first > $1 ORDER BY first LIMIT 1000";

    internal const string CopyKeys = "COPY credit.access_key (key, number) FROM STDIN (FORMAT BINARY)";

    /// <summary>Entries that gather before their keys are written.</summary>
    private const int UnkeyedMax = 4_096;

    private const short KeyColumns = 2;

    private readonly record struct Head(long Number, byte[] Hash, long Keyed);

    public Task AppendAsync(IReadOnlyList<AccessEntry> entries, CancellationToken cancellation)
    {
        if (entries.Count == 0)
            return Task.CompletedTask;
        leases.RequireHeld();
        return database.WriteAsync(
            async transaction =>
            {
                await AppendAsync(transaction, entries).ConfigureAwait(false);
                return true;
            },
            cancellation);
    }

    public Task<IReadOnlyList<AccessEntry>> ReadAsync(SubjectId subject, long? before, int limit, CancellationToken cancellation) =>
        database.SnapshotAsync<IReadOnlyList<AccessEntry>>(
            async connection =>
            {
                var bound = before ?? long.MaxValue;
                var keyed = (await RowsAsync(connection, P.Command(ReadHead), HeadOf, cancellation).ConfigureAwait(false)).Single().Keyed;
                var blocks = await RowsAsync(connection, P.Command(SelectAfter, P.Long(keyed)), BlockOf, cancellation)
                    .ConfigureAwait(false);

                // Subjects may share a key: what is not about this one is left out, and a few more are asked for.
                blocks.AddRange(await RowsAsync(
                    connection,
                    P.Command(SelectHolding, P.Long(ShardMap.KeyOf(subject)), P.Long(Math.Min(bound, keyed + 1)), P.Int(limit + 16)),
                    BlockOf,
                    cancellation).ConfigureAwait(false));
                return
                [
                    .. blocks.SelectMany(block => block).Where(entry => entry.Subject == subject && entry.Number < bound)
                        .DistinctBy(entry => entry.Number).OrderByDescending(entry => entry.Number).Take(limit),
                ];
            },
            cancellation);

    public Task<long?> VerifyAsync(CancellationToken cancellation) => database.SnapshotAsync(
        async connection =>
        {
            var head = (await RowsAsync(connection, P.Command(ReadHead), HeadOf, cancellation).ConfigureAwait(false)).Single();
            var number = 0L;
            var begun = 0L;
            var hash = new byte[SHA256.HashSizeInBytes];
            while (true)
            {
                var rows = await RowsAsync(
                    connection,
                    P.Command(SelectChain, P.Long(begun)),
                    row => (First: row.GetInt64(0), Last: row.GetInt64(1), Entries: row.Bytes(2), Hash: row.Bytes(3)),
                    cancellation).ConfigureAwait(false);
                foreach (var row in rows)
                {
                    hash = AccessBlock.HashOf(hash, row.First, row.Last, row.Entries);
                    if (row.First != number + 1 || !hash.AsSpan().SequenceEqual(row.Hash))
                        return number + 1;
                    (number, begun) = (row.Last, row.First);
                }

                if (rows.Count == 0)
                    break;
            }

            if (number < head.Number)
                return number + 1;
            return number > head.Number || !hash.AsSpan().SequenceEqual(head.Hash) ? Math.Max(head.Number, 1) : (long?)null;
        },
        cancellation);

    private static async Task AppendAsync(PostgresTransaction transaction, IReadOnlyList<AccessEntry> entries)
    {
        var head = (await transaction.ReadAsync(P.Command(LockHead), HeadOf).ConfigureAwait(false)) is [var only] ? only : throw Missing();
        var (first, last) = (head.Number + 1, head.Number + entries.Count);
        var block = AccessBlock.Write(entries);
        var hash = AccessBlock.HashOf(head.Hash, first, last, block);
        await transaction.ExecuteAsync(
            P.Command(InsertBlock, P.Long(first), P.Long(last), P.Bytes(block), P.Bytes(hash)),
            P.Command(WriteHead, P.Long(last), P.Bytes(hash))).ConfigureAwait(false);
        if (last - head.Keyed < UnkeyedMax)
            return;
        var blocks = await transaction.ReadAsync(P.Command(SelectAfter, P.Long(head.Keyed)), BlockOf).ConfigureAwait(false);
        var keys = blocks.SelectMany(each => each).Select(entry => (Key: ShardMap.KeyOf(entry.Subject), entry.Number)).ToList();
        keys.Sort();
        using var rows = new CopyBuffer(keys.Count * 32);
        foreach (var (key, number) in keys)
            rows.Row(KeyColumns).Long(key).Long(number);
        await transaction.CopyAsync(CopyKeys, rows.End()).ConfigureAwait(false);
        await transaction.ExecuteAsync(P.Command(WriteKeyed, P.Long(last))).ConfigureAwait(false);
    }

    private static async Task<List<T>> RowsAsync<T>(
        NpgsqlConnection connection, NpgsqlBatchCommand statement, Func<NpgsqlDataReader, T> read, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(statement);
        await using var rows = await batch.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        return await rows.TakeAsync(read, cancellation).ConfigureAwait(false);
    }

    private static List<AccessEntry> BlockOf(NpgsqlDataReader row) => AccessBlock.Read(row.GetInt64(0), row.Bytes(1));

    private static Head HeadOf(NpgsqlDataReader row) => new(row.GetInt64(0), row.Bytes(1), row.GetInt64(2));

    private static StoreException Missing() =>
        new("The end of the access log is missing in the database: restore a backup.", StoreFault.Corrupt);
}
