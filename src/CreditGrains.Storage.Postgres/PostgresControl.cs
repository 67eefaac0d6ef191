using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Postgres.Database;
using CreditGrains.Storage.Postgres.Leases;
using Npgsql;

namespace CreditGrains.Storage.Postgres;

/// <summary>
/// Control documents and what was done to them. Writers of events go one after the other, behind the row of <c>control_head</c>.
/// </summary>
internal sealed class PostgresControl(PostgresDatabase database, ShardLeases leases, TimeProvider time) : IControlStore
{
    internal const string FindOne =
        "SELECT kind, id, version, content, at FROM credit.control WHERE kind = $1 AND id = $2";

    internal const string SelectKind =
        "SELECT kind, id, version, content, at FROM credit.control WHERE kind = $1 AND id > $2 ORDER BY id LIMIT $3";

    internal const string SelectEvents = """
        SELECT number, kind, id, version, at, action, actor, data FROM credit.control_event WHERE number > $1 ORDER BY number LIMIT $2
        """;

    internal const string SelectEventsOf = """
        SELECT number, kind, id, version, at, action, actor, data FROM credit.control_event
        WHERE kind = $3 AND id = $4 AND number > $1 ORDER BY number LIMIT $2
        """;

    internal const string SelectEventsOfKind = """
        SELECT number, kind, id, version, at, action, actor, data FROM credit.control_event
        WHERE kind = $3 AND number > $1 ORDER BY number LIMIT $2
        """;

    internal const string SelectEventsOfId = """
        SELECT number, kind, id, version, at, action, actor, data FROM credit.control_event
        WHERE id = $3 AND number > $1 ORDER BY number LIMIT $2
        """;

    internal const string LockHead = "SELECT number FROM credit.control_head WHERE single = 1 FOR UPDATE";
    internal const string WriteHead = "UPDATE credit.control_head SET number = $1 WHERE single = 1";

    internal const string LockVersions = """
        SELECT c.kind, c.id, c.version FROM unnest($1, $2) AS u(kind, id)
        JOIN credit.control AS c ON c.kind = u.kind AND c.id = u.id ORDER BY c.kind, c.id FOR UPDATE OF c
        """;

    internal const string Put = """
        INSERT INTO credit.control (kind, id, version, content, at) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (kind, id) DO UPDATE SET version = excluded.version, content = excluded.content, at = excluded.at
        """;

    internal const string InsertEvent = """
        INSERT INTO credit.control_event (number, kind, id, version, at, action, actor, data) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        """;

    public Task<ControlDocument?> FindAsync(string kind, string id, CancellationToken cancellation) =>
        database.PointAsync<ControlDocument?>(() => P.Command(FindOne, P.Text(kind), P.Text(id)), DocumentOf, cancellation);

    public async Task<IReadOnlyList<ControlDocument>> ListAsync(
        string kind, string? after, int limit, CancellationToken cancellation) => await database.QueryAsync(
        PostgresDatabase.PrepareRead,
        () => P.Command(SelectKind, P.Text(kind), P.Text(after ?? string.Empty), P.Int(limit)),
        DocumentOf,
        cancellation).ConfigureAwait(false);

    public async Task<IReadOnlyList<ControlEvent>> EventsAsync(
        string? kind, string? id, long after, int limit, CancellationToken cancellation) => await database.QueryAsync(
        PostgresDatabase.PrepareRead,
        () => (kind, id) switch
        {
            (null, null) => P.Command(SelectEvents, P.Long(after), P.Int(limit)),
            (null, _) => P.Command(SelectEventsOfId, P.Long(after), P.Int(limit), P.Text(id)),
            (_, null) => P.Command(SelectEventsOfKind, P.Long(after), P.Int(limit), P.Text(kind)),
            _ => P.Command(SelectEventsOf, P.Long(after), P.Int(limit), P.Text(kind), P.Text(id)),
        },
        row => new ControlEvent(
            row.GetInt64(0), row.Text(1), row.Text(2), row.GetInt64(3), row.Instant(4),
            new ControlAction(row.Text(5), row.Text(6), row.Text(7))),
        cancellation).ConfigureAwait(false);

    public Task WriteAsync(IReadOnlyList<ControlWrite> writes, CancellationToken cancellation)
    {
        leases.RequireHeld();
        return database.WriteAsync(
            async transaction =>
            {
                await WriteAsync(transaction, writes, time.GetUtcNow()).ConfigureAwait(false);
                return true;
            },
            cancellation);
    }

    /// <summary>As a part of a transaction.</summary>
    /// <exception cref="WriteConflictException">A version is not the expected one.</exception>
    internal static async Task WriteAsync(PostgresTransaction transaction, IReadOnlyList<ControlWrite> writes, DateTimeOffset now)
    {
        if (writes.Count == 0)
            return;

        // Taken even where there is no event: it also puts two who make the same document one after the other.
        var head = (await transaction.ReadAsync(P.Command(LockHead), row => row.GetInt64(0)).ConfigureAwait(false)).Single();
        var known = (await transaction.ReadAsync(
            P.Command(LockVersions, P.Texts(writes.Select(write => write.Kind)), P.Texts(writes.Select(write => write.Id))),
            row => (Key: (row.Text(0), row.Text(1)), Version: row.GetInt64(2))).ConfigureAwait(false))
            .DistinctBy(row => row.Key).ToDictionary(row => row.Key, row => row.Version);
        var statements = new List<NpgsqlBatchCommand>();
        foreach (var write in writes)
        {
            long? version = known.TryGetValue((write.Kind, write.Id), out var stored) ? stored : null;
            if (version != write.ExpectedVersion)
            {
                throw new WriteConflictException(
                    $"Document {write.Kind} {write.Id} has version {version}, {write.ExpectedVersion} was expected.");
            }

            var next = (version ?? 0) + 1;
            statements.Add(P.Command(
                Put, P.Text(write.Kind), P.Text(write.Id), P.Long(next), P.Text(write.Content), P.Long(now.UtcTicks)));
            if (write.Event is { } act)
                statements.Add(EventOf(++head, write.Kind, write.Id, next, act, now));
        }

        statements.Add(P.Command(WriteHead, P.Long(head)));
        await transaction.ExecuteAsync(statements).ConfigureAwait(false);
    }

    /// <summary>Tells of what is done to something that is no document, as a part of a transaction.</summary>
    internal static async Task AppendAsync(
        PostgresTransaction transaction, IReadOnlyList<(string Kind, string Id, long Version, ControlAction Act)> acts, DateTimeOffset now)
    {
        if (acts.Count == 0)
            return;
        var head = (await transaction.ReadAsync(P.Command(LockHead), row => row.GetInt64(0)).ConfigureAwait(false)).Single();
        var statements = acts.Select(done => EventOf(++head, done.Kind, done.Id, done.Version, done.Act, now)).ToList();
        statements.Add(P.Command(WriteHead, P.Long(head)));
        await transaction.ExecuteAsync(statements).ConfigureAwait(false);
    }

    private static NpgsqlBatchCommand EventOf(
        long number, string kind, string id, long version, ControlAction act, DateTimeOffset now) => P.Command(
        InsertEvent,
        P.Long(number), P.Text(kind), P.Text(id), P.Long(version), P.Long(now.UtcTicks), P.Text(act.Action), P.Text(act.Actor),
        P.Text(act.Data));

    private static ControlDocument DocumentOf(NpgsqlDataReader row) =>
        new(row.Text(0), row.Text(1), row.GetInt64(2), row.Text(3), row.Instant(4));
}
