using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Sqlite.Database;

namespace CreditGrains.Storage.Sqlite;

/// <summary>Write-back: rows by compare-and-swap, changes and watermarks, in one transaction.</summary>
internal sealed partial class SqliteSubjectStore
{
    internal const string FindListed =
        "SELECT id, position, name, region, grade, next_change FROM subject WHERE shard = ? AND subject = ?";

    internal const string InsertRow = """
        INSERT INTO subject (shard, subject, position, state_position, name, region, industry, status, score, grade, policy, as_of,
            next_change, state, facts)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """;

    internal const string UpdateRow = """
        UPDATE subject SET position = ?2, score = ?3, as_of = ?4, industry = ?5, status = ?6,
            state_position = CASE WHEN ?8 IS NULL THEN state_position ELSE ?7 END, policy = ?9,
            state = coalesce(?8, state), facts = CASE WHEN ?8 IS NULL THEN facts ELSE ?10 END
        WHERE id = ?1
        """;

    // Apart from the row, since naming an indexed column in an update rewrites its index entries even where nothing changes.
    internal const string UpdateListed =
        "UPDATE subject SET name = ?2, region = ?3, grade = ?4, next_change = ?5 WHERE id = ?1";

    internal const string ReadChangeHead = """
        SELECT s.change_head, c.at FROM shard AS s LEFT JOIN change AS c ON c.shard = s.shard AND c.number = s.change_head WHERE s.shard = ?
        """;

    internal const string InsertChange = "INSERT INTO change (shard, number, subject, type, data, at) VALUES (?, ?, ?, ?, ?, ?)";

    internal const string PruneChanges = """
        DELETE FROM change WHERE shard = ?1 AND number IN (
            SELECT c.number FROM change AS c WHERE c.shard = ?1 AND c.number <= ?2
                AND c.number < (SELECT s.change_head FROM shard AS s WHERE s.shard = ?1)
            ORDER BY c.number LIMIT ?3)
        """;

    internal const string UpdateShard = """
        UPDATE shard SET change_head = change_head + ?2, watermark = max(watermark, ?3), subjects = subjects + ?4 WHERE shard = ?1
        """;

    private readonly record struct Listed(string? Name, string? Region, string? Grade, DateOnly? NextChange);

    public async Task WriteAsync(IReadOnlyList<ShardWrite> writes, CancellationToken cancellation)
    {
        foreach (var write in writes)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)write.Shard, (uint)shardCount, nameof(writes));
            foreach (var subject in write.Subjects)
                SqliteStore.RequireShard(subject.Row.Subject, write.Shard, shardCount);
        }

        await names.WaitAsync(writes.Sum(write => write.Subjects.Count), cancellation).ConfigureAwait(false);
        var inserted = await writer.RunAsync(
            WriteLane.Other, connection => writes.Sum(write => WriteShard(connection, write)), cancellation).ConfigureAwait(false);
        names.Inserted(inserted);
    }

    public Task<int> PruneChangesAsync(int shard, long until, int limit, CancellationToken cancellation) => writer.RunAsync(
        WriteLane.Other, connection => connection.Prepare(PruneChanges).Bind(shard).Bind(until).Bind(limit).Execute(), cancellation);

    /// <summary>Returns the number of new subjects.</summary>
    private int WriteShard(Connection connection, ShardWrite write)
    {
        var inserted = 0;
        foreach (var (row, expected) in write.Subjects)
            inserted += WriteRow(connection, write.Shard, row, expected);
        if (write.Changes.Count > 0)
            AppendChanges(connection, write.Shard, write.Changes);
        if (inserted > 0 || write.Changes.Count > 0 || write.Watermark is not null)
        {
            connection.Prepare(UpdateShard)
                .Bind(write.Shard).Bind(write.Changes.Count).Bind(write.Watermark ?? 0).Bind(inserted).Execute();
        }

        return inserted;
    }

    private int WriteRow(Connection connection, int shard, StoredSubject row, long? expected)
    {
        var listed = new Listed(row.Description?.Name, row.Description?.Region, row.Grade, row.NextChange);
        var found = connection.Prepare(FindListed).Bind(shard).Bind(row.Subject.Value);
        if (!found.Read())
        {
            if (expected is not null)
                throw new WriteConflictException($"Subject {row.Subject} is not stored, position {expected} was expected.");
            Insert(connection, shard, row, listed);
            return 1;
        }

        var id = found.Long(0);
        var position = found.Long(1);
        var stored = new Listed(found.TextOrNull(2), found.TextOrNull(3), found.TextOrNull(4), found.DateOrNull(5));
        found.Reset();
        if (position != expected)
        {
            throw new WriteConflictException(
                $"Subject {row.Subject} is stored at position {position}, {expected?.ToString() ?? "nothing"} was expected.");
        }

        connection.Prepare(UpdateRow)
            .Bind(id).Bind(row.Position).Bind(row.ScoreMilli).Bind(row.AsOf)
            .Bind(row.Description?.Industry).Bind(row.Description?.Status)
            .Bind(row.StatePosition).BindBlob(row.State).Bind(symbols.Intern(row.PolicyVersion)).Bind(symbols.Intern(row.FactsVersion))
            .Execute();
        if (listed != stored)
        {
            connection.Prepare(UpdateListed)
                .Bind(id).Bind(listed.Name).Bind(listed.Region).Bind(listed.Grade).Bind(listed.NextChange)
                .Execute();
        }

        if (listed.Name != stored.Name)
            NameIndex.Rename(connection, id, stored.Name, listed.Name);
        return 0;
    }

    private void Insert(Connection connection, int shard, StoredSubject row, Listed listed)
    {
        connection.Prepare(InsertRow)
            .Bind(shard).Bind(row.Subject.Value).Bind(row.Position).Bind(row.State is null ? 0 : row.StatePosition)
            .Bind(listed.Name).Bind(listed.Region).Bind(row.Description?.Industry).Bind(row.Description?.Status)
            .Bind(row.ScoreMilli).Bind(listed.Grade).Bind(symbols.Intern(row.PolicyVersion)).Bind(row.AsOf)
            .Bind(listed.NextChange).BindBlob(row.State).Bind(symbols.Intern(row.FactsVersion))
            .Execute();
    }

    private void AppendChanges(Connection connection, int shard, IReadOnlyList<SubjectChange> changes)
    {
        var row = connection.Prepare(ReadChangeHead).Bind(shard);
        row.Read();
        var number = row.Long(0);
        var last = row.LongOrNull(1) ?? 0;
        row.Reset();
        foreach (var change in ChangeRow.Pack(changes))
        {
            last = Math.Max(last, change.At.UtcTicks);
            number += change.Count;
            connection.Prepare(InsertChange)
                .Bind(shard).Bind(number).Bind(change.Subject.Value).Bind(symbols.Intern(change.Type)).Bind(change.Data)
                .Bind(last).Execute();
        }
    }
}
