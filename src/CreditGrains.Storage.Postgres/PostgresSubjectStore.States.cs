using System.Buffers;
using System.Globalization;
using System.Text;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Postgres.Database;
using CreditGrains.Storage.Postgres.Subjects;
using Npgsql;

namespace CreditGrains.Storage.Postgres;

/// <summary>Whole pages of a shard: states come as COPY sends them and stay where they are received, results go into the sheets.</summary>
internal sealed partial class PostgresSubjectStore
{
    internal const string SelectSheetsAfter = """
        SELECT body FROM credit.sheet
        WHERE shard = $1 AND first >= coalesce(
            (SELECT f.first FROM credit.sheet AS f WHERE f.shard = $1 AND f.first <= $2 ORDER BY f.first DESC LIMIT 1), '')
        ORDER BY first LIMIT $3
        """;

    internal const string SelectSheetsThrough = """
        SELECT shard, first, body FROM credit.sheet
        WHERE shard = $1 AND first >= coalesce(
            (SELECT f.first FROM credit.sheet AS f WHERE f.shard = $1 AND f.first <= $2 ORDER BY f.first DESC LIMIT 1), '')
            AND first <= $3
        ORDER BY first
        """;

    // COPY takes no parameters: shard and subjects are written into it. Rows come in the order in which they lie: to have them sorted
    // would cost the server more than to send them.
    internal const string CopyStates = """
        COPY (SELECT subject, state_position, facts, state FROM credit.subject
        WHERE shard = {0} AND subject > {1} AND subject <= {2}) TO STDOUT (FORMAT BINARY)
        """;

    private const int UsualEntries = AssessmentSheet.EntriesMax * 2 / 3;

    private static readonly CompositeFormat CopyStatesFormat = CompositeFormat.Parse(CopyStates);

    public async Task<StatePage> ReadStatesAsync(
        int shard, SubjectId? after, int limit, CancellationToken cancellation) => await database.SnapshotAsync(
        async connection =>
        {
            using var entries = await EntriesAsync(connection, shard, after, limit, cancellation).ConfigureAwait(false);
            return entries.Count == 0
                ? StatePage.Of([])
                : await StatesAsync(connection, shard, after, entries, cancellation).ConfigureAwait(false);
        },
        cancellation).ConfigureAwait(false);

    public async Task<IReadOnlyList<StoredSubject>> PageAsync(
        int shard, SubjectId? after, int limit, CancellationToken cancellation)
    {
        // A subject that is stored stays so: reading the rows a moment after their names misses none.
        using var entries = await database.SnapshotAsync(
            connection => EntriesAsync(connection, shard, after, limit, cancellation), cancellation).ConfigureAwait(false);
        var order = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var entry in entries.Span)
            order.Add(StoredText.Out(entry.Subject), order.Count);
        var rows = await RowsAsync(FindMany, [.. order.Keys.Select(subject => new SubjectId(subject))], cancellation).ConfigureAwait(false);
        rows.Sort((one, other) => order[one.Subject.Value].CompareTo(order[other.Subject.Value]));
        return rows;
    }

    public async Task WriteAssessmentsAsync(AssessmentPage page, CancellationToken cancellation)
    {
        foreach (var result in page.Results)
            PostgresStore.RequireShard(result.Subject, page.Shard, shardCount);
        foreach (var (row, expected) in page.Refolded)
        {
            PostgresStore.RequireShard(row.Subject, page.Shard, shardCount);
            if (expected is null)
                throw new ArgumentException($"Subject {row.Subject} is to be stored already.", nameof(page));
        }

        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)page.Shard, (uint)shardCount, nameof(page));
        leases.RequireHeld();
        var flushed = await database.WriteAsync(
            async transaction =>
            {
                if (page.Refolded.Count > 0)
                    await WriteAsync(transaction, [new ShardWrite(page.Shard, page.Refolded, [], null)]).ConfigureAwait(false);
                await WriteAsync(transaction, page).ConfigureAwait(false);
                return await symbolRows.FlushAsync(transaction).ConfigureAwait(false);
            },
            cancellation).ConfigureAwait(false);
        flushed();
    }

    private async Task WriteAsync(PostgresTransaction transaction, AssessmentPage page)
    {
        var sheets = new List<(string First, byte[] Body)>();
        var heads = await LockAsync(
            transaction, [page.Shard],
            P.Command(SelectSheetsThrough, P.Short(page.Shard), P.Text(page.After?.Value ?? ""), P.Text(page.Through.Value)),
            (_, first, body) => sheets.Add((first, body))).ConfigureAwait(false);
        var rows = new SheetResults(page.Shard, page.Results, symbols.Intern).Put(sheets);
        List<NpgsqlBatchCommand> statements = rows.Count > 0 ? [rows.Statement(UpdateSheets)] : [];
        AddChanges(statements, [(page.Shard, page.Changes)], heads);
        statements.Add(P.Command(
            UpdateFolds, P.Shorts([page.Shard]), P.Ints([page.Changes.Count]), P.Ints([0]), P.Longs([0L])));
        await transaction.ExecuteAsync(statements).ConfigureAwait(false);
        await PostgresControl.WriteAsync(transaction, page.Progress, time.GetUtcNow()).ConfigureAwait(false);
    }

    /// <summary>Entries of a shard in order, after a subject, exactly so many if there are.</summary>
    private static async Task<SheetEntries> EntriesAsync(
        NpgsqlConnection connection, int shard, SubjectId? after, int limit, CancellationToken cancellation)
    {
        var entries = new SheetEntries(Math.Clamp(limit, 1, 16_384));
        var last = after is { } subject ? KeyOf(subject.Value) : [];
        while (entries.Count < limit)
        {
            // What sheets usually hold: seldom a second question, and seldom much that is not wanted.
            var sheets = (Math.Min(limit - entries.Count, 1_000_000) / UsualEntries) + 2;
            await using var batch = new NpgsqlBatch(connection);
            batch.BatchCommands.Add(P.Command(
                SelectSheetsAfter,
                P.Short(shard), P.Text(StoredText.Out(Encoding.UTF8.GetString(last))), P.Int(sheets)));
            await using var rows = await batch.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
            var bodies = await rows.TakeAsync(row => row.Bytes(0), cancellation).ConfigureAwait(false);
            foreach (var body in bodies)
                Add(body);
            if (bodies.Count < sheets || entries.Count == 0)
                break;
            last = entries[entries.Count - 1].Key.ToArray();
        }

        return entries;

        void Add(byte[] body)
        {
            for (var at = 0; at < body.Length && entries.Count < limit;)
            {
                var entry = AssessmentSheet.Read(body, ref at);
                if (entry.CompareTo(last) > 0)
                    entries.Add(entry);
            }
        }
    }

    private async Task<StatePage> StatesAsync(
        NpgsqlConnection connection, int shard, SubjectId? after, SheetEntries entries, CancellationToken cancellation)
    {
        var sql = string.Format(
            CultureInfo.InvariantCulture, CopyStatesFormat, shard, Literal(StoredText.In(after?.Value ?? "")),
            Literal(entries[entries.Count - 1].Subject));
        var (received, length) = await ReceiveAsync(connection, sql, entries.Count * 384, cancellation).ConfigureAwait(false);
        var states = ArrayPool<StoredState>.Shared.Rent(entries.Count);
        try
        {
            using var places = new EntryPlaces(entries);
            var rows = new CopyRows(received.AsMemory(0, length));
            var count = 0;
            while (rows.Next())
            {
                var key = rows.Bytes()!.Value;
                var (position, facts, state) = (rows.Long(), rows.Int(), rows.Bytes());
                var place = places.Find(key.Span);
                if (place < 0)
                    throw Torn(Encoding.UTF8.GetString(key.Span));
                var entry = entries[place];
                states[place] = new StoredState(
                    new SubjectId(StoredText.Out(entry.Subject)), entry.Position, position, state ?? ReadOnlyMemory<byte>.Empty,
                    symbols.Text(facts), entry.ScoreMilli, entry.Grade < 0 ? null : symbols.Text(entry.Grade), symbols.Text(entry.Policy),
                    DateOnly.FromDayNumber(entry.AsOf), entry.NextChange == 0 ? null : DateOnly.FromDayNumber(entry.NextChange));
                count++;
            }

            // Keys of rows differ, so as many rows as entries are one for each.
            if (count != entries.Count)
                throw Torn($"between {after} and {entries[entries.Count - 1].Subject}");
        }
        catch
        {
            ArrayPool<StoredState>.Shared.Return(states, clearArray: true);
            ArrayPool<byte>.Shared.Return(received);
            throw;
        }

        return new StatePage(states, entries.Count, received);
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
        var (bytes, length) = (ArrayPool<byte>.Shared.Rent(capacity), 0);
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
        }
    }

    /// <summary>A text as SQL writes it, whatever standard_conforming_strings says.</summary>
    private static string Literal(string text) =>
        $"convert_from('\\x{Convert.ToHexString(Encoding.UTF8.GetBytes(text))}'::bytea, 'UTF8') COLLATE \"C\"";
}
