using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Postgres.Database;
using Npgsql;

namespace CreditGrains.Storage.Postgres;

/// <summary>
/// Group commit: the shards' rows are locked in their order, positions assigned, and entries and revisions sent with COPY.
/// </summary>
internal sealed partial class PostgresJournal
{
    internal const string LockHeads =
        "SELECT shard, head, received_at, epoch FROM credit.shard WHERE shard = ANY($1) ORDER BY shard FOR NO KEY UPDATE";

    internal const string CopyEntries = """
        COPY credit.journal (shard, position, subject, subject_key, source, record_id, revision, op, kind, date, digest, natural_key, actor,
            received_at, payload) FROM STDIN (FORMAT BINARY)
        """;

    internal const string CopyRevisions =
        "COPY credit.record (source, record_id, revision, shard, position, first) FROM STDIN (FORMAT BINARY)";

    internal const string WriteHeads = """
        UPDATE credit.shard AS s SET head = u.head, received_at = u.received_at
        FROM unnest($1, $2, $3) AS u(shard, head, received_at) WHERE s.shard = u.shard
        """;

    internal const string FindRevision =
        "SELECT shard, position FROM credit.record WHERE source = $1 AND record_id = $2 AND revision = $3";

    private const short EntryColumns = 15;
    private const short RevisionColumns = 6;

    /// <summary>How long after a lost commit its outcome is asked for, before the caller is told that it is not known.</summary>
    private static readonly TimeSpan SettleMax = TimeSpan.FromSeconds(20);

    private volatile bool _unsettled;

    private readonly record struct Head(long Position, long ReceivedAt);

    public async Task<IReadOnlyList<JournalEntry>> AppendAsync(IReadOnlyList<JournalEntry> entries, CancellationToken cancellation)
    {
        foreach (var entry in entries)
            PostgresStore.RequireShard(entry.Subject, entry.Shard, shardCount);
        cancellation.ThrowIfCancellationRequested();
        if (entries.Count == 0)
            return [];
        leases.RequireHeld();
        JournalEntry[]? placed = null;
        try
        {
            var flushed = await database.WriteAsync(
                async transaction =>
                {
                    placed = await AppendAsync(transaction, entries).ConfigureAwait(false);
                    return await symbolRows.FlushAsync(transaction).ConfigureAwait(false);
                },
                cancellation).ConfigureAwait(false);
            flushed();
            return placed!;
        }
        catch (UnknownOutcomeException)
        {
            _unsettled = true;
            if (await CameAboutAsync(placed![0]).ConfigureAwait(false))
                return placed;
            throw;
        }
        catch (StoreException refused) when (refused.InnerException is PostgresException
            { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "record_revision" or "record_first" })
        {
            throw new DuplicateRevisionException("A revision that was to be appended is already in the journal.", refused);
        }
    }

    /// <summary>
    /// After a commit whose answer was lost: waits until the transaction, which may still be running on the server, has ended. It holds the
    /// rows of its shards until then, so having locked them is knowing.
    /// </summary>
    public async Task SettleAsync(CancellationToken cancellation)
    {
        if (!_unsettled)
            return;
        await database.WriteAsync(
            async transaction =>
            {
                await LockAsync(transaction, Enumerable.Range(0, shardCount).Where(leases.Holds)).ConfigureAwait(false);
                return true;
            },
            cancellation).ConfigureAwait(false);
        _unsettled = false;
    }

    /// <summary>Whether an entry of a lost commit is in the journal. All or nothing was appended, so one tells of all.</summary>
    private async Task<bool> CameAboutAsync(JournalEntry entry)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                await EndedAsync().ConfigureAwait(false);
                var found = await database.PointAsync<(int Shard, long Position)?>(
                    () => P.Command(
                        FindRevision, P.Int(symbols.Find(entry.Record.Source.Value)), P.Text(entry.Record.Id), P.Int(entry.Revision)),
                    row => (row.GetInt16(0), row.GetInt64(1)),
                    CancellationToken.None).ConfigureAwait(false);

                // Under another position somebody else's append of the same revision won.
                return found == (entry.Shard, entry.Position);
            }
            catch (StoreException) when (TimeProvider.System.GetElapsedTime(began) < SettleMax)
            {
                await Task.Delay(100).ConfigureAwait(false);
            }
        }
    }

    /// <summary>
    /// Waits for the end of the transaction. Leases that were lost meanwhile are seen under the same locks, so it has ended then, too
    /// (Append_whose_answer_is_lost_while_the_database_is_taken_over_is_decided).
    /// </summary>
    private async Task EndedAsync()
    {
        try
        {
            await SettleAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (ShardLostException)
        {
            // Every row was locked before their epochs were compared.
        }
    }

    private async Task<JournalEntry[]> AppendAsync(PostgresTransaction transaction, IReadOnlyList<JournalEntry> entries)
    {
        var counts = new int[shardCount];
        foreach (var entry in entries)
            counts[entry.Shard]++;
        var shards = Enumerable.Range(0, shardCount).Where(shard => counts[shard] > 0).ToArray();
        var heads = await LockAsync(transaction, shards).ConfigureAwait(false);
        var now = time.GetUtcNow().UtcTicks;
        var placed = new JournalEntry[entries.Count];

        // By shard and position: neighbours go to the same page.
        var starts = new int[shardCount];
        for (var shard = 1; shard < shardCount; shard++)
            starts[shard] = starts[shard - 1] + counts[shard - 1];
        var order = new int[entries.Count];
        for (var i = 0; i < placed.Length; i++)
        {
            var entry = entries[i];
            ref var head = ref heads[entry.Shard];
            head = new Head(head.Position + 1, Math.Max(now, head.ReceivedAt));
            placed[i] = entry with { Position = head.Position, ReceivedAt = new DateTimeOffset(head.ReceivedAt, TimeSpan.Zero) };
            order[starts[entry.Shard]++] = i;
        }

        using (var rows = EntryRows(placed, order))
            await transaction.CopyAsync(CopyEntries, rows.End()).ConfigureAwait(false);

        // By their ids, which often rise: neighbours go to the same page of the key.
        var byId = Enumerable.Range(0, placed.Length).ToArray();
        Array.Sort(byId, (x, y) => string.CompareOrdinal(placed[x].Record.Id, placed[y].Record.Id));
        using (var rows = RevisionRows(placed, byId))
            await transaction.CopyAsync(CopyRevisions, rows.End()).ConfigureAwait(false);
        var written = P.Command(
            WriteHeads,
            P.Shorts(shards), P.Longs(shards.Select(shard => heads[shard].Position)),
            P.Longs(shards.Select(shard => heads[shard].ReceivedAt)));
        await transaction.ExecuteAsync(
            Array.Exists(placed, entry => entry.Deadlines is not null) ? [written, .. PostgresDeadlines.Replace(placed)] : [written])
            .ConfigureAwait(false);
        return placed;
    }

    private async Task<Head[]> LockAsync(PostgresTransaction transaction, IEnumerable<int> shards)
    {
        var heads = new Head[shardCount];
        var rows = await transaction.ReadAsync(
            P.Command(LockHeads, P.Shorts(shards)),
            row => (Shard: row.GetInt16(0), Head: new Head(row.GetInt64(1), row.GetInt64(2)), Epoch: row.GetInt64(3)))
            .ConfigureAwait(false);
        foreach (var (shard, head, epoch) in rows)
        {
            leases.Require(shard, epoch);
            heads[shard] = head;
        }

        return heads;
    }

    private CopyBuffer EntryRows(JournalEntry[] entries, int[] order)
    {
        var rows = new CopyBuffer(entries.Length * 512);
        foreach (var index in order)
        {
            var entry = entries[index];
            rows.Row(EntryColumns).Short(entry.Shard).Long(entry.Position).Text(entry.Subject.Value).Long(ShardMap.KeyOf(entry.Subject))
                .Int(symbols.Intern(entry.Record.Source.Value)).Text(entry.Record.Id).Int(entry.Revision).Short((int)entry.Op)
                .Int(symbols.Intern(entry.Kind)).Int(entry.Date?.DayNumber).Pair(entry.Digest.High, entry.Digest.Low)
                .Long(entry.NaturalKey).Int(symbols.Intern(entry.Actor)).Long(entry.ReceivedAt.UtcTicks).Bytes(entry.Payload.Span);
        }

        return rows;
    }

    private CopyBuffer RevisionRows(JournalEntry[] entries, int[] order)
    {
        var rows = new CopyBuffer(entries.Length * 96);
        foreach (var index in order)
        {
            var entry = entries[index];
            rows.Row(RevisionColumns).Int(symbols.Intern(entry.Record.Source.Value)).Text(entry.Record.Id).Int(entry.Revision)
                .Short(entry.Shard).Long(entry.Position).Short(shared && entry.IsFirst ? 1 : 0);
        }

        return rows;
    }
}
