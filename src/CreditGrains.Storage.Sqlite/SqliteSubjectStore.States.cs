using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Sqlite.Database;

namespace CreditGrains.Storage.Sqlite;

/// <summary>Pages of states for a recomputation, and its results without states.</summary>
internal sealed partial class SqliteSubjectStore
{
    internal const string States = """
        SELECT subject, position, state_position, score, grade, policy, as_of, next_change, state, facts
        FROM subject WHERE shard = ? AND subject > ? ORDER BY subject LIMIT ?
        """;

    internal const string UpdateAssessed = "UPDATE subject SET score = ?2, policy = ?3, as_of = ?4 WHERE id = ?1";

    /// <summary>States of one page share arrays of about this length.</summary>
    private const int StateArrayLength = 64 * 1024;

    public Task<StatePage> ReadStatesAsync(
        int shard, SubjectId? after, int limit, CancellationToken cancellation) => readers.ScanAsync(
        connection =>
        {
            var page = new List<StoredState>();
            var room = Memory<byte>.Empty;
            var row = connection.Prepare(States).Bind(shard).Bind(after?.Value ?? string.Empty).Bind(limit);
            while (row.Read())
            {
                cancellation.ThrowIfCancellationRequested();
                page.Add(StateOf(row, ref room));
            }

            return StatePage.Of(shard, page);
        },
        cancellation);

    public async Task WriteAssessmentsAsync(AssessmentPage page, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(page);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)page.Shard, (uint)shardCount, nameof(page));
        foreach (var result in page.Results)
            SqliteStore.RequireShard(result.Subject, page.Shard, shardCount);
        foreach (var (row, _) in page.Refolded)
            SqliteStore.RequireShard(row.Subject, page.Shard, shardCount);
        if (page.Refolded.Count > 0)
            await names.WaitAsync(1, cancellation).ConfigureAwait(false);
        await writer.RunAsync(WriteLane.Other, connection => WritePage(connection, page), cancellation).ConfigureAwait(false);
    }

    private bool WritePage(Connection connection, AssessmentPage page)
    {
        foreach (var result in page.Results)
            WriteResult(connection, page.Shard, result);
        foreach (var (row, expected) in page.Refolded)
            WriteRow(connection, page.Shard, row, RequireStored(row, expected));
        if (page.Changes.Count > 0)
        {
            AppendChanges(connection, page.Shard, page.Changes);
            connection.Prepare(UpdateShard).Bind(page.Shard).Bind(page.Changes.Count).Bind(0).Bind(0).Execute();
        }

        SqliteJobStore.Write(connection, new JobWrites(page.Progress), time.GetUtcNow());
        return true;
    }

    /// <summary>A run knows no new subjects.</summary>
    private static long RequireStored(StoredSubject row, long? expected) =>
        expected ?? throw new ArgumentException($"Subject {row.Subject} is to be stored already.", nameof(expected));

    private void WriteResult(Connection connection, int shard, in AssessmentResult result)
    {
        var found = connection.Prepare(FindListed).Bind(shard).Bind(result.Subject.Value);
        if (!found.Read())
            throw new WriteConflictException($"Subject {result.Subject} is not stored.");
        var id = found.Long(0);
        var position = found.Long(1);
        var stored = new Listed(found.TextOrNull(2), found.TextOrNull(3), found.TextOrNull(4), found.DateOrNull(5));
        found.Reset();
        if (position != result.Position)
        {
            throw new WriteConflictException(
                $"Subject {result.Subject} is stored at position {position}, {result.Position} was expected.");
        }

        connection.Prepare(UpdateAssessed)
            .Bind(id).Bind(result.ScoreMilli).Bind(symbols.Intern(result.PolicyVersion)).Bind(result.AsOf).Execute();
        if (stored.Grade != result.Grade || stored.NextChange != result.NextChange)
        {
            connection.Prepare(UpdateListed)
                .Bind(id).Bind(stored.Name).Bind(stored.Region).Bind(result.Grade).Bind(result.NextChange).Execute();
        }
    }

    private StoredState StateOf(Statement row, ref Memory<byte> room)
    {
        var key = Keep(row.BlobInPlace(0), ref room);
        var state = Keep(row.BlobInPlace(8), ref room);
        return new StoredState(
            key, row.Long(1), row.Long(2), state, FactsOf(row, 9), row.LongOrNull(3), row.TextOrNull(4),
            symbols.Text(row.Int(5)), DateOnly.FromDayNumber(row.Int(6)), row.DateOrNull(7));
    }

    private static ReadOnlyMemory<byte> Keep(ReadOnlySpan<byte> bytes, ref Memory<byte> room)
    {
        if (bytes.Length > room.Length)
            room = GC.AllocateUninitializedArray<byte>(Math.Max(StateArrayLength, bytes.Length));
        var kept = room[..bytes.Length];
        bytes.CopyTo(kept.Span);
        room = room[bytes.Length..];
        return kept;
    }
}
