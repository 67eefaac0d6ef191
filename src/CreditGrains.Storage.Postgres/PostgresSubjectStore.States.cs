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
        """;

    // COPY takes no parameters: shard and subjects are written into it.
    internal const string CopyStates = """
        COPY (SELECT subject, state_position, facts, state FROM credit.subject
        WHERE shard = {0} AND subject > {1} AND subject <= {2} ORDER BY subject) TO STDOUT (FORMAT BINARY)
        """;

    private const int FewEntries = AssessmentSheet.EntriesMax / 3;

    private static readonly CompositeFormat CopyStatesFormat = CompositeFormat.Parse(CopyStates);

    public async Task<IReadOnlyList<StoredState>> ReadStatesAsync(
        int shard, SubjectId? after, int limit, CancellationToken cancellation) => await database.SnapshotAsync<IReadOnlyList<StoredState>>(
        async connection =>
        {
            var entries = await EntriesAsync(connection, shard, after, limit, cancellation).ConfigureAwait(false);
            return entries.Count == 0 ? [] : await StatesAsync(connection, shard, after, entries, cancellation).ConfigureAwait(false);
        },
        cancellation).ConfigureAwait(false);

    public async Task<IReadOnlyList<StoredSubject>> PageAsync(
        int shard, SubjectId? after, int limit, CancellationToken cancellation)
    {
        // A subject that is stored stays so: reading the rows a moment after their names misses none.
        var entries = await database.SnapshotAsync(
            connection => EntriesAsync(connection, shard, after, limit, cancellation), cancellation).ConfigureAwait(false);
        var rows = await RowsAsync(FindMany, entries.ConvertAll(entry => new SubjectId(StoredText.Out(entry.Subject))), cancellation)
            .ConfigureAwait(false);
        var order = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var entry in entries)
            order.Add(StoredText.Out(entry.Subject), order.Count);
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
        var (heads, sheets) = await LockAsync(
            transaction, [page.Shard],
            P.Command(SelectSheetsThrough, P.Short(page.Shard), P.Text(page.After?.Value ?? ""), P.Text(page.Through.Value)))
            .ConfigureAwait(false);
        foreach (var result in page.Results)
        {
            var key = KeyOf(result.Subject.Value);
            var listed = sheets.Find(page.Shard, key)?.Listed ?? 0;
            var entry = new SheetEntry(
                key, result.Position, result.ScoreMilli, result.Grade is { } grade ? symbols.Intern(grade) : -1,
                symbols.Intern(result.PolicyVersion), result.AsOf.DayNumber, result.NextChange?.DayNumber ?? 0, listed);
            sheets.Swap(page.Shard, entry, result.Position);
        }

        var statements = sheets.Statements();
        AddChanges(statements, [(page.Shard, page.Changes)], heads);
        statements.Add(P.Command(
            UpdateFolds, P.Shorts([page.Shard]), P.Ints([page.Changes.Count]), P.Ints([0]), P.Longs([0L])));
        await transaction.ExecuteAsync(statements).ConfigureAwait(false);
        await PostgresControl.WriteAsync(transaction, page.Progress, time.GetUtcNow()).ConfigureAwait(false);
    }

    /// <summary>Entries of a shard in order, after a subject, exactly so many if there are.</summary>
    private static async Task<List<SheetEntry>> EntriesAsync(
        NpgsqlConnection connection, int shard, SubjectId? after, int limit, CancellationToken cancellation)
    {
        var entries = new List<SheetEntry>(Math.Min(limit, 16_384));
        var last = after is { } subject ? KeyOf(subject.Value) : [];
        while (entries.Count < limit)
        {
            // Sheets are seldom emptier than this, so that one question is enough.
            var sheets = (Math.Min(limit, 1_000_000) / FewEntries) + 2;
            await using var batch = new NpgsqlBatch(connection);
            batch.BatchCommands.Add(P.Command(
                SelectSheetsAfter,
                P.Short(shard), P.Text(StoredText.Out(Encoding.UTF8.GetString(last))), P.Int(sheets)));
            await using var rows = await batch.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
            var bodies = await rows.TakeAsync(row => row.Bytes(0), cancellation).ConfigureAwait(false);
            foreach (var entry in bodies.SelectMany(body => AssessmentSheet.Read(body)))
            {
                if (entry.CompareTo(last) > 0 && entries.Count < limit)
                    entries.Add(entry);
            }

            if (bodies.Count < sheets || entries.Count == 0)
                break;
            last = entries[^1].Key.ToArray();
        }

        return entries;
    }

    private async Task<StoredState[]> StatesAsync(
        NpgsqlConnection connection, int shard, SubjectId? after, List<SheetEntry> entries, CancellationToken cancellation)
    {
        var sql = string.Format(
            CultureInfo.InvariantCulture, CopyStatesFormat, shard, Literal(StoredText.In(after?.Value ?? "")),
            Literal(entries[^1].Subject));
        var rows = new CopyRows(await ReceiveAsync(connection, sql, entries.Count * 512, cancellation).ConfigureAwait(false));
        var states = new StoredState[entries.Count];
        for (var i = 0; i < states.Length; i++)
        {
            var entry = entries[i];
            if (!rows.Next() || rows.Bytes() is not { } key || !key.Span.SequenceEqual(entry.Key.Span))
                throw Torn(entry.Subject);
            var (position, facts, state) = (rows.Long(), rows.Int(), rows.Bytes());
            states[i] = new StoredState(
                new SubjectId(StoredText.Out(entry.Subject)), entry.Position, position, state ?? ReadOnlyMemory<byte>.Empty,
                symbols.Text(facts), entry.ScoreMilli, entry.Grade < 0 ? null : symbols.Text(entry.Grade), symbols.Text(entry.Policy),
                DateOnly.FromDayNumber(entry.AsOf), entry.NextChange == 0 ? null : DateOnly.FromDayNumber(entry.NextChange));
        }

        return states;
    }

    private static async Task<ReadOnlyMemory<byte>> ReceiveAsync(
        NpgsqlConnection connection, string sql, int capacity, CancellationToken cancellation)
    {
        var received = new ArrayBufferWriter<byte>(capacity);
        var copy = await connection.BeginRawBinaryCopyAsync(sql, cancellation).ConfigureAwait(false);
        await using var disposal = copy.ConfigureAwait(false);
        while (true)
        {
            var count = await copy.ReadAsync(received.GetMemory(64 * 1024), cancellation).ConfigureAwait(false);
            if (count == 0)
                return received.WrittenMemory;
            received.Advance(count);
        }
    }

    /// <summary>A text as SQL writes it, whatever standard_conforming_strings says.</summary>
    private static string Literal(string text) =>
        $"convert_from('\\x{Convert.ToHexString(Encoding.UTF8.GetBytes(text))}'::bytea, 'UTF8') COLLATE \"C\"";
}
