using System.Buffers;
using System.Globalization;
using System.Text;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Postgres.Database;
using CreditGrains.Storage.Postgres.Subjects;
using Npgsql;

namespace CreditGrains.Storage.Postgres;

/// <summary>Whole pages of a shard: states come as COPY sends them and stay where they are received, results go into the blocks.</summary>
internal sealed partial class PostgresSubjectStore
{
    internal const string SelectBlocksAfter = """
        SELECT first, body, xmin FROM credit.sheet
        WHERE shard = $1 AND first >= coalesce(
            (SELECT f.first FROM credit.sheet AS f WHERE f.shard = $1 AND f.first <= $2 ORDER BY f.first DESC LIMIT 1), '')
        ORDER BY first LIMIT $3
        """;

    internal const string SelectBlocksThrough = """
        SELECT first, body FROM credit.sheet
        WHERE shard = $1 AND first >= coalesce(
            (SELECT f.first FROM credit.sheet AS f WHERE f.shard = $1 AND f.first <= $2 ORDER BY f.first DESC LIMIT 1), '')
            AND first <= $3
        ORDER BY first
        """;

    // A block written since it was read has another xmin.
    internal const string UpdateReadBlocks = """
        UPDATE credit.sheet AS h SET body = u.body, next_due = u.next_due, grades = u.grades
        FROM unnest($1, $2, $3, $4, $5, $6) AS u(shard, first, body, next_due, grades, version)
        WHERE h.shard = u.shard AND h.first = u.first AND h.xmin = u.version
        """;

    internal const string SelectTransaction = "SELECT pg_current_xact_id()::xid";

    // COPY takes no parameters: shard and subjects are written into it. Rows come in the order in which they lie: to have them sorted
    // would cost the server more than to send them.
    internal const string CopyStates = """
        COPY (SELECT subject, state_position, facts, state FROM credit.subject
        WHERE shard = {0} AND subject > {1} AND subject <= {2}) TO STDOUT (FORMAT BINARY)
        """;

    /// <summary>About what a socket holds.</summary>
    private const int SocketBytes = 192 * 1024;
    private const int UsualEntries = AssessmentBlock.EntriesMax * 2 / 3;

    private static readonly CompositeFormat CopyStatesFormat = CompositeFormat.Parse(CopyStates);

    public async Task<StatePage> ReadStatesAsync(
        int shard, SubjectId? after, int limit, CancellationToken cancellation) => await database.SnapshotAsync(
        async connection =>
        {
            var blocks = await BlocksAsync(connection, shard, after, limit, cancellation).ConfigureAwait(false);
            try
            {
                return await StatesAsync(connection, shard, after, blocks, cancellation).ConfigureAwait(false);
            }
            catch
            {
                blocks.Dispose();
                throw;
            }
        },
        cancellation).ConfigureAwait(false);

    public async Task<IReadOnlyList<StoredSubject>> PageAsync(
        int shard, SubjectId? after, int limit, CancellationToken cancellation)
    {
        // A subject that is stored stays so: reading the rows a moment after their names misses none.
        using var blocks = await database.SnapshotAsync(
            connection => BlocksAsync(connection, shard, after, limit, cancellation), cancellation).ConfigureAwait(false);
        var order = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var place = 0; place < Math.Min(limit, blocks.Count); place++)
            order.Add(StoredText.Out(blocks[place].Subject), place);
        var rows = await RowsAsync(FindMany, [.. order.Keys.Select(subject => new SubjectId(subject))], cancellation).ConfigureAwait(false);
        rows.Sort((one, other) => order[one.Subject.Value].CompareTo(order[other.Subject.Value]));
        return rows;
    }

    public async Task WriteAssessmentsAsync(AssessmentPage page, CancellationToken cancellation)
    {
        RequireShard(page);
        foreach (var (row, expected) in page.Refolded)
        {
            PostgresStore.RequireShard(row.Subject, page.Shard, shardCount);
            if (expected is null)
                throw new ArgumentException($"Subject {row.Subject} is to be stored already.", nameof(page));
        }

        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)page.Shard, (uint)shardCount, nameof(page));
        leases.RequireHeld();
        var (flushed, written) = await database.WriteAsync(
            async transaction =>
            {
                if (page.Refolded.Count > 0)
                    await WriteAsync(transaction, [new ShardWrite(page.Shard, page.Refolded, [], null)]).ConfigureAwait(false);
                var blocks = await WriteAsync(transaction, page).ConfigureAwait(false);
                return (await symbolRows.FlushAsync(transaction).ConfigureAwait(false), blocks);
            },
            cancellation).ConfigureAwait(false);
        flushed();
        // The next page may begin in the block in which this one ends.
        foreach (var block in written.Blocks)
            block.Version = written.Version;
    }

    private void RequireShard(AssessmentPage page)
    {
        if (page.Read is { } read && read.Shard != page.Shard)
            throw new ArgumentException($"A page of shard {page.Shard} was read from shard {read.Shard}.", nameof(page));
        foreach (var result in page.Results)
        {
            if (page.Read is null || result.Place is null)
                PostgresStore.RequireShard(result.Subject, page.Shard, shardCount);
        }
    }

    /// <returns>The blocks that were written as they had been read, and what their version is from now on.</returns>
    private async Task<(List<ReadBlock> Blocks, uint Version)> WriteAsync(PostgresTransaction transaction, AssessmentPage page)
    {
        var version = 0U;
        var heads = await LockAsync(
            transaction, [page.Shard], page.Changes.Count > 0 ? [page.Shard] : [], P.Command(SelectTransaction),
            row => version = row.GetFieldValue<uint>(0)).ConfigureAwait(false);
        var symbolsOfPage = new AssessmentBlockSymbols(symbols.Intern);
        var blocks = new List<ReadBlock>();
        // Rows that were folded anew have just made their blocks others.
        var rows = page.Refolded.Count == 0
            ? (page.Read as AssessmentBlockPage)?.Blocks.Put(page.Shard, page.Results, symbolsOfPage, blocks)
            : null;
        if (rows is not null && !await UpdateAsync(transaction, rows, blocks).ConfigureAwait(false))
            rows = null;
        List<NpgsqlBatchCommand> statements = [];
        if (rows is null)
        {
            blocks.Clear();
            var read = await transaction.ReadAsync(
                P.Command(SelectBlocksThrough, P.Short(page.Shard), P.Text(page.After?.Value ?? ""), P.Text(page.Through.Value)),
                row => (row.GetString(0), row.Bytes(1))).ConfigureAwait(false);
            rows = new AssessmentBlockResults(page.Shard, page.Results, symbolsOfPage).Put(read);
            if (rows.Count > 0)
                statements.Add(rows.Statement(UpdateBlocks));
        }

        AddChanges(statements, [(page.Shard, page.Changes)], heads);
        statements.Add(P.Command(
            UpdateFolds, P.Shorts([page.Shard]), P.Ints([page.Changes.Count]), P.Ints([0]), P.Longs([0L])));
        await transaction.ExecuteAsync(statements).ConfigureAwait(false);
        await PostgresJobs.WriteAsync(transaction, new JobWrites(page.Progress), time.GetUtcNow()).ConfigureAwait(false);
        return (blocks, version);
    }

    /// <summary>False when somebody has written one of the blocks since: all are to be read again, and written again.</summary>
    private static async Task<bool> UpdateAsync(PostgresTransaction transaction, BlockRows rows, List<ReadBlock> blocks)
    {
        if (rows.Count == 0)
            return true;
        var update = rows.Statement(UpdateReadBlocks);
        update.Parameters.Add(P.Transactions(blocks.Select(block => block.Version)));
        await transaction.ExecuteAsync(update).ConfigureAwait(false);
        return (int)update.RecordsAffected == rows.Count;
    }

    /// <summary>The blocks of a shard's entries after a subject, whole: at least so many entries if there are.</summary>
    private static async Task<ReadBlocks> BlocksAsync(
        NpgsqlConnection connection, int shard, SubjectId? after, int limit, CancellationToken cancellation)
    {
        var read = new ReadBlocks(Math.Clamp(limit, 1, 16_384) + AssessmentBlock.EntriesMax);
        var last = after is { } subject ? KeyOf(subject.Value) : [];
        while (read.Count < limit)
        {
            // Usual size of a block's content: seldom a second query, and seldom much that is not wanted.
            var count = (Math.Min(limit - read.Count, 1_000_000) / UsualEntries) + 2;
            await using var batch = new NpgsqlBatch(connection);
            batch.BatchCommands.Add(P.Command(
                SelectBlocksAfter,
                P.Short(shard), P.Text(StoredText.Out(Encoding.UTF8.GetString(last))), P.Int(count)));
            await using var rows = await batch.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
            var blocks = await rows.TakeAsync(
                row => new ReadBlock(row.GetString(0), row.Bytes(1), row.GetFieldValue<uint>(2)), cancellation).ConfigureAwait(false);
            foreach (var block in blocks)
            {
                if (read.Count >= limit)
                    break;
                read.Add(block, last);
            }

            if (blocks.Count < count || read.Count == 0)
                break;
            last = read.KeyAt(read.Count - 1).ToArray();
        }

        return read;
    }

    private async Task<StatePage> StatesAsync(
        NpgsqlConnection connection, int shard, SubjectId? after, ReadBlocks blocks, CancellationToken cancellation)
    {
        if (blocks.Count == 0)
            return new AssessmentBlockPage(shard, [], 0, null, blocks);
        var last = Encoding.UTF8.GetString(blocks.KeyAt(blocks.Count - 1));
        var sql = string.Format(
            CultureInfo.InvariantCulture, CopyStatesFormat, shard, Literal(StoredText.In(after?.Value ?? "")), Literal(last));
        var (received, length) = await ReceiveAsync(connection, sql, blocks.Count * 384, cancellation).ConfigureAwait(false);
        var states = ArrayPool<StoredState>.Shared.Rent(blocks.Count);
        try
        {
            using var places = new EntryPlaces(blocks);
            var rows = new CopyRows(received.AsMemory(0, length));
            var count = 0;
            while (rows.Next())
            {
                var key = rows.Bytes()!.Value;
                var (position, facts, state) = (rows.Long(), rows.Int(), rows.Bytes());
                var place = places.Find(key.Span);
                if (place < 0)
                    throw Torn(Encoding.UTF8.GetString(key.Span));
                var entry = blocks[place];
                states[place] = new StoredState(
                    StoredText.Out(entry.Key), entry.Position, position, state ?? ReadOnlyMemory<byte>.Empty,
                    symbols.Text(facts), entry.ScoreMilli, entry.Grade < 0 ? null : symbols.Text(entry.Grade), symbols.Text(entry.Policy),
                    DateOnly.FromDayNumber(entry.AsOf), entry.NextChange == 0 ? null : DateOnly.FromDayNumber(entry.NextChange));
                count++;
            }

            // Keys of rows differ, so as many rows as entries are one for each.
            if (count != blocks.Count)
                throw Torn($"between {after} and {last}");
        }
        catch
        {
            ArrayPool<StoredState>.Shared.Return(states, clearArray: true);
            ArrayPool<byte>.Shared.Return(received);
            throw;
        }

        return new AssessmentBlockPage(shard, states, blocks.Count, received, blocks);
    }

    /// <summary>Everything that COPY sends, in memory that is lent, and its length.</summary>
    private static async Task<(byte[] Bytes, int Length)> ReceiveAsync(
        NpgsqlConnection connection, string sql, int capacity, CancellationToken cancellation)
    {
        var copy = await connection.BeginRawBinaryCopyAsync(sql, cancellation).ConfigureAwait(false);
        await using var disposal = copy.ConfigureAwait(false);

        // Each row is a message, and most are there already: a thread that reads them one after the other costs a fraction of asking the
        // pool for each.
        return await YieldingThread.RunAsync("states", () => Receive(copy, capacity, cancellation)).ConfigureAwait(false);
    }

    private static (byte[] Bytes, int Length) Receive(NpgsqlRawCopyStream copy, int capacity, CancellationToken cancellation)
    {
        var (bytes, length, rested) = (ArrayPool<byte>.Shared.Rent(capacity), 0, 0);
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            if (length == bytes.Length)
            {
                var larger = ArrayPool<byte>.Shared.Rent(length * 2);
                bytes.CopyTo(larger, 0);
                ArrayPool<byte>.Shared.Return(bytes);
                bytes = larger;
            }

            var count = copy.Read(bytes.AsSpan(length));
            if (count == 0)
                return (bytes, length);
            length += count;
            if (length - rested < SocketBytes)
                continue;
            // The server sends some kilobytes at a time. To be woken for each costs more than to read them, on both sides: so the socket
            // may fill meanwhile.
            Thread.Sleep(1);
            rested = length;
        }
    }

    /// <summary>A text as SQL writes it, whatever standard_conforming_strings says.</summary>
    private static string Literal(string text) =>
        $"convert_from('\\x{Convert.ToHexString(Encoding.UTF8.GetBytes(text))}'::bytea, 'UTF8') COLLATE \"C\"";
}
