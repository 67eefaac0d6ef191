using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Sqlite.Database;

namespace CreditGrains.Storage.Sqlite;

/// <summary>The control plane's documents and the record of what was done to them.</summary>
internal sealed class SqliteControlStore(Writer writer, Readers readers, TimeProvider time) : IControlStore
{
    internal const string Find = "SELECT version, content, at FROM control_document WHERE kind = ? AND id = ?";

    internal const string List =
        "SELECT id, version, content, at FROM control_document WHERE kind = ? AND id > ? ORDER BY id LIMIT ?";

    internal const string FindVersion = "SELECT rowid, version FROM control_document WHERE kind = ? AND id = ?";
    internal const string Insert = "INSERT INTO control_document (kind, id, version, content, at) VALUES (?, ?, 1, ?, ?)";
    internal const string Update = "UPDATE control_document SET version = version + 1, content = ?2, at = ?3 WHERE rowid = ?1";
    internal const string NextNumber = "SELECT coalesce(max(number), 0) + 1 FROM control_event";

    internal const string InsertEvent =
        "INSERT INTO control_event (number, kind, id, version, at, action, actor, data) VALUES (?, ?, ?, ?, ?, ?, ?, ?)";

    internal const string SelectEvents = "SELECT " + Columns + """
         FROM control_event WHERE number > ?1 AND (?2 IS NULL OR kind = ?2) AND (?3 IS NULL OR id = ?3) ORDER BY number LIMIT ?4
        """;

    internal const string SelectEventsOf = "SELECT " + Columns + """
         FROM control_event WHERE kind = ?2 AND id = ?3 AND number > ?1 ORDER BY number LIMIT ?4
        """;

    private const string Overwrite = "PRAGMA secure_delete = ON";
    private const string LeaveAsItIs = "PRAGMA secure_delete = OFF";
    private const string Columns = "number, kind, id, version, at, action, actor, data";

    /// <summary>A reader kept the log from being cleared: the next write tries it again, and closing the store does it too.</summary>
    private volatile bool _wipePending;

    public Task<ControlDocument?> FindAsync(string kind, string id, CancellationToken cancellation) => readers.PointAsync(
        connection =>
        {
            var row = connection.Prepare(Find).Bind(kind).Bind(id);
            if (!row.Read())
                return null;
            var found = new ControlDocument(kind, id, row.Long(0), row.Text(1), row.Instant(2));
            row.Reset();
            return found;
        },
        cancellation);

    public Task<IReadOnlyList<ControlDocument>> ListAsync(string kind, string? after, int limit, CancellationToken cancellation) =>
        readers.ScanAsync<IReadOnlyList<ControlDocument>>(
            connection =>
            {
                var documents = new List<ControlDocument>();
                var row = connection.Prepare(List).Bind(kind).Bind(after ?? string.Empty).Bind(limit);
                while (row.Read())
                    documents.Add(new ControlDocument(kind, row.Text(0), row.Long(1), row.Text(2), row.Instant(3)));
                return documents;
            },
            cancellation);

    /// <summary>Replaced content is overwritten, since documents hold secrets; content to be wiped leaves the log file too.</summary>
    public async Task WriteAsync(IReadOnlyList<ControlWrite> writes, CancellationToken cancellation)
    {
        await writer.RunAsync(
            WriteLane.Other,
            connection =>
            {
                connection.Run(Overwrite);
                try
                {
                    Write(connection, writes, time.GetUtcNow());
                }
                finally
                {
                    connection.Run(LeaveAsItIs);
                }

                return true;
            },
            cancellation).ConfigureAwait(false);
        if (writes.Any(write => write.Wipes))
            _wipePending = true;
        if (_wipePending)
            _wipePending = !await writer.ClearLogAsync().ConfigureAwait(false);
    }

    public Task<IReadOnlyList<ControlEvent>> EventsAsync(
        string? kind, string? id, long after, int limit, CancellationToken cancellation) =>
        readers.ScanAsync<IReadOnlyList<ControlEvent>>(
            connection =>
            {
                var events = new List<ControlEvent>();
                var row = connection.Prepare(kind is null || id is null ? SelectEvents : SelectEventsOf)
                    .Bind(after).Bind(kind).Bind(id).Bind(limit);
                while (row.Read())
                {
                    events.Add(new ControlEvent(
                        row.Long(0), row.Text(1), row.Text(2), row.Long(3), row.Instant(4),
                        new ControlAction(row.Text(5), row.Text(6), row.Text(7))));
                }

                return events;
            },
            cancellation);

    /// <summary>Inside the transaction of whoever writes.</summary>
    /// <exception cref="WriteConflictException">A document's version is not the expected one.</exception>
    internal static void Write(Connection connection, IReadOnlyList<ControlWrite> writes, DateTimeOffset now)
    {
        foreach (var write in writes)
        {
            var version = WriteDocument(connection, write, now);
            if (write.Event is { } act)
                Append(connection, write.Kind, write.Id, version, act, now);
        }
    }

    private static long WriteDocument(Connection connection, ControlWrite write, DateTimeOffset now)
    {
        var found = connection.Prepare(FindVersion).Bind(write.Kind).Bind(write.Id);
        var exists = found.Read();
        var (row, version) = exists ? (found.Long(0), found.Long(1)) : (0L, 0L);
        found.Reset();
        if ((exists ? version : null) != write.ExpectedVersion)
        {
            throw new WriteConflictException(
                $"Document {write.Kind} {write.Id} has version {version}, {write.ExpectedVersion?.ToString() ?? "none"} was expected.");
        }

        if (exists)
            connection.Prepare(Update).Bind(row).Bind(write.Content).Bind(now).Execute();
        else
            connection.Prepare(Insert).Bind(write.Kind).Bind(write.Id).Bind(write.Content).Bind(now).Execute();
        return version + 1;
    }

    /// <summary>The write lock makes the numbers gap-free and visible in order (I12).</summary>
    internal static void Append(Connection connection, string kind, string id, long version, ControlAction act, DateTimeOffset now)
    {
        var next = connection.Prepare(NextNumber);
        next.Read();
        var number = next.Long(0);
        next.Reset();
        connection.Prepare(InsertEvent)
            .Bind(number).Bind(kind).Bind(id).Bind(version).Bind(now)
            .Bind(act.Action).Bind(act.Actor).Bind(act.Data).Execute();
    }
}
