using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Sqlite.Database;

namespace CreditGrains.Storage.Sqlite;

/// <summary>Subject rows, the outbox and the shards' watermarks. A description whose parts are all null is stored as none.</summary>
internal sealed partial class SqliteSubjectStore(
    Writer writer, Readers readers, NameIndex names, SymbolTable symbols, int shardCount, TimeProvider time) : ISubjectStore
{
    internal const string Find = "SELECT " + Columns + ", state, facts FROM subject WHERE shard = ? AND subject = ?";

    internal const string Page =
        "SELECT " + Columns + ", state, facts FROM subject WHERE shard = ? AND subject > ? ORDER BY subject LIMIT ?";

    internal const string Due = "SELECT subject FROM subject WHERE shard = ? AND next_change <= ? LIMIT ?";

    internal const string SelectShards = "SELECT shard, head, watermark FROM shard ORDER BY shard";
    internal const string SumSubjects = "SELECT sum(subjects) FROM shard";
    internal const string SelectChangeHeads = "SELECT shard, change_head FROM shard ORDER BY shard";
    internal const string SelectChanges =
        "SELECT number, subject, type, data, at FROM change WHERE shard = ? AND number > ? ORDER BY number LIMIT ?";

    internal const string SelectChangesOf =
        "SELECT number, subject, type, data, at FROM change WHERE shard = ? AND number > ? AND type IN (?, ?, ?) ORDER BY number LIMIT ?";

    private const string Columns = """
        subject, shard, position, state_position, name, region, industry, status, score, grade, policy, as_of, next_change
        """;

    public Task<StoredSubject?> FindAsync(SubjectId subject, CancellationToken cancellation) =>
        readers.PointAsync(connection => FindRow(connection.Prepare(Find), subject), cancellation);

    public Task<IReadOnlyList<StoredSubject>> FindManyAsync(
        IReadOnlyCollection<SubjectId> subjects, CancellationToken cancellation) => readers.ScanAsync(
        connection => connection.Snapshot<IReadOnlyList<StoredSubject>>(snapshot =>
        {
            var found = new List<StoredSubject>(subjects.Count);
            var statement = snapshot.Prepare(Find);
            foreach (var subject in subjects)
            {
                cancellation.ThrowIfCancellationRequested();
                if (FindRow(statement, subject) is { } row)
                    found.Add(row);
            }

            return found;
        }),
        cancellation);

    public Task<IReadOnlyList<StoredSubject>> PageAsync(
        int shard, SubjectId? after, int limit, CancellationToken cancellation) => readers.ScanAsync<IReadOnlyList<StoredSubject>>(
        connection =>
        {
            var page = new List<StoredSubject>();
            var row = connection.Prepare(Page).Bind(shard).Bind(after?.Value ?? string.Empty).Bind(limit);
            while (row.Read())
            {
                cancellation.ThrowIfCancellationRequested();
                page.Add(RowOf(row, withState: true));
            }

            return page;
        },
        cancellation);

    public Task<IReadOnlyList<SubjectId>> DueAsync(int shard, DateOnly date, int limit, CancellationToken cancellation) =>
        readers.ScanAsync<IReadOnlyList<SubjectId>>(
            connection =>
            {
                var due = new List<SubjectId>();
                var row = connection.Prepare(Due).Bind(shard).Bind(date).Bind(limit);
                while (row.Read())
                    due.Add(new SubjectId(row.Text(0)));
                return due;
            },
            cancellation);

    public Task<IReadOnlyList<ShardStatus>> ShardsAsync(CancellationToken cancellation) =>
        readers.PointAsync<IReadOnlyList<ShardStatus>>(
            connection =>
            {
                var shards = new List<ShardStatus>(shardCount);
                var row = connection.Prepare(SelectShards);
                while (row.Read())
                    shards.Add(new ShardStatus(row.Int(0), row.Long(1), row.Long(2)));
                return shards;
            },
            cancellation);

    public Task<IReadOnlyList<SubjectChange>> ReadChangesAsync(int shard, long after, int limit, CancellationToken cancellation) =>
        ReadChangesAsync([new ShardNumber(shard, after)], limit, cancellation);

    public Task<IReadOnlyList<SubjectChange>> ReadChangesAsync(
        IReadOnlyList<ShardNumber> after, int limitEach, CancellationToken cancellation) => ReadChangesAsync(
        after, limitEach,
        (connection, place) => connection.Prepare(SelectChanges).Bind(place.Shard).Bind(place.Number).Bind(limitEach),
        _ => true, cancellation);

    public Task<IReadOnlyList<SubjectChange>> ReadMeasureChangesAsync(
        IReadOnlyList<ShardNumber> after, int limitEach, CancellationToken cancellation) => ReadChangesAsync(
        after, limitEach,
        (connection, place) =>
        {
            var row = connection.Prepare(SelectChangesOf).Bind(place.Shard).Bind(place.Number);
            foreach (var type in ChangeRow.OfMeasures)
                row = row.Bind(symbols.Find(type));
            return row.Bind(limitEach);
        },
        change => change.IsOfMeasure, cancellation);

    private Task<IReadOnlyList<SubjectChange>> ReadChangesAsync(
        IReadOnlyList<ShardNumber> after, int limitEach, Func<Connection, ShardNumber, Statement> select,
        Func<SubjectChange, bool> isWanted, CancellationToken cancellation) =>
        readers.ScanAsync<IReadOnlyList<SubjectChange>>(
            connection =>
            {
                var changes = new List<SubjectChange>();
                foreach (var (shard, number) in after.OrderBy(place => place.Shard))
                {
                    var row = select(connection, new ShardNumber(shard, number));
                    var room = limitEach;
                    while (room > 0 && row.Read())
                    {
                        foreach (var change in new ChangeRow(
                            row.Long(0), new SubjectId(row.Text(1)), symbols.Text(row.Int(2)), row.Text(3), row.Instant(4), 0)
                            .Unpack(shard, number).Where(isWanted).Take(room))
                        {
                            changes.Add(change);
                            room--;
                        }
                    }

                    row.Reset();
                }

                return changes;
            },
            cancellation);

    public Task<long[]> ChangeHeadsAsync(CancellationToken cancellation) => readers.PointAsync(
        connection =>
        {
            var heads = new long[shardCount];
            var row = connection.Prepare(SelectChangeHeads);
            while (row.Read())
                heads[row.Int(0)] = row.Long(1);
            return heads;
        },
        cancellation);

    public Task<long> CountAsync(CancellationToken cancellation) => readers.PointAsync(
        connection =>
        {
            var row = connection.Prepare(SumSubjects);
            row.Read();
            var count = row.Long(0);
            row.Reset();
            return count;
        },
        cancellation);

    private StoredSubject? FindRow(Statement row, SubjectId subject)
    {
        if (!row.Bind(ShardMap.ShardOf(subject, shardCount)).Bind(subject.Value).Read())
            return null;
        var found = RowOf(row, withState: true);
        row.Reset();
        return found;
    }

    /// <summary>The catalogue of a row of version 1 is not known: no catalogue has this name.</summary>
    private string FactsOf(Statement row, int column) => row.IsNull(column) ? string.Empty : symbols.Text(row.Int(column));

    private StoredSubject RowOf(Statement row, bool withState)
    {
        var description = new SubjectDescription(row.TextOrNull(4), row.TextOrNull(5), row.TextOrNull(6), row.TextOrNull(7));
        return new StoredSubject
        {
            Subject = new SubjectId(row.Text(0)),
            Shard = row.Int(1),
            Position = row.Long(2),
            StatePosition = row.Long(3),
            State = withState ? row.BlobOrNull(13) : null,
            FactsVersion = withState ? FactsOf(row, 14) : string.Empty,
            Description = description is (null, null, null, null) ? null : description,
            ScoreMilli = row.LongOrNull(8),
            Grade = row.TextOrNull(9),
            PolicyVersion = symbols.Text(row.Int(10)),
            AsOf = DateOnly.FromDayNumber(row.Int(11)),
            NextChange = row.DateOrNull(12),
        };
    }
}
