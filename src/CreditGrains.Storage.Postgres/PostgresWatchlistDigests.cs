using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Postgres.Database;
using CreditGrains.Storage.Postgres.Leases;
using Npgsql;

namespace CreditGrains.Storage.Postgres;

/// <summary>Daily digests of watchlists, one row a list and day.</summary>
internal sealed class PostgresWatchlistDigests(PostgresDatabase database, ShardLeases leases, TimeProvider time) : IWatchlistDigestStore
{
    internal const string Insert = """
        INSERT INTO credit.watchlist_digest (watchlist, day, made_at, counts, content, subscription, attempts, next_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING
        """;

    internal const string Select = "SELECT " + Columns + ", content FROM credit.watchlist_digest WHERE watchlist = $1 AND day = $2";

    internal const string SelectNewest = "SELECT " + Columns + """
        , NULL FROM credit.watchlist_digest WHERE watchlist = $1 AND day < $2 ORDER BY day DESC LIMIT $3
        """;

    internal const string SelectDue = "SELECT " + Columns + """
        , content FROM credit.watchlist_digest WHERE next_at <= $1 ORDER BY next_at LIMIT $2
        """;

    internal const string Update = """
        UPDATE credit.watchlist_digest SET attempts = $3, next_at = $4, delivered_at = $5, error = $6
        WHERE watchlist = $1 AND day = $2
        """;

    internal const string DeleteOld = """
        DELETE FROM credit.watchlist_digest WHERE ctid = ANY(ARRAY(
            SELECT ctid FROM credit.watchlist_digest WHERE made_at < $1 ORDER BY made_at LIMIT $2))
        """;

    private const string Columns = "watchlist, day, made_at, counts, subscription, attempts, next_at, delivered_at, error";

    public Task AddAsync(IReadOnlyList<WatchlistDigest> digests, ControlWrite place, CancellationToken cancellation)
    {
        leases.RequireHeld();
        return database.WriteAsync(
            async transaction =>
            {
                await PostgresControl.WriteAsync(transaction, [place], time.GetUtcNow()).ConfigureAwait(false);
                await transaction.ExecuteAsync(
                    [
                        .. digests.Select(digest => P.Command(
                            Insert, P.Text(digest.Watchlist), P.Date(digest.Day), P.Long(digest.MadeAt.UtcTicks), P.Text(digest.Counts),
                            P.Text(digest.Content), P.Text(digest.Delivery?.Subscription), P.Int(digest.Delivery?.Attempts ?? 0),
                            P.LongOrNull(digest.Delivery?.NextAt?.UtcTicks))),
                    ]).ConfigureAwait(false);
                return true;
            },
            cancellation);
    }

    public Task<WatchlistDigest?> FindAsync(string watchlist, DateOnly day, CancellationToken cancellation) =>
        database.PointAsync<WatchlistDigest?>(() => P.Command(Select, P.Text(watchlist), P.Date(day)), DigestOf, cancellation);

    public async Task<IReadOnlyList<WatchlistDigest>> ListAsync(
        string watchlist, DateOnly? before, int limit, CancellationToken cancellation) => await database.QueryAsync(
        PostgresDatabase.PrepareRead,
        () => P.Command(SelectNewest, P.Text(watchlist), P.Int(before?.DayNumber ?? int.MaxValue), P.Int(limit)), DigestOf, cancellation)
        .ConfigureAwait(false);

    public async Task<IReadOnlyList<WatchlistDigest>> DueAsync(DateTimeOffset now, int limit, CancellationToken cancellation) =>
        await database.QueryAsync(
            PostgresDatabase.PrepareRead, () => P.Command(SelectDue, P.Long(now.UtcTicks), P.Int(limit)), DigestOf, cancellation)
            .ConfigureAwait(false);

    public Task NoteAsync(string watchlist, DateOnly day, WatchlistDelivery delivery, CancellationToken cancellation)
    {
        leases.RequireHeld();
        return database.WriteAsync(
            async transaction =>
            {
                await transaction.ExecuteAsync(P.Command(
                    Update, P.Text(watchlist), P.Date(day), P.Int(delivery.Attempts), P.LongOrNull(delivery.NextAt?.UtcTicks),
                    P.LongOrNull(delivery.DeliveredAt?.UtcTicks), P.Text(delivery.Error))).ConfigureAwait(false);
                return true;
            },
            cancellation);
    }

    public Task<int> TrimAsync(DateTimeOffset before, int limit, CancellationToken cancellation)
    {
        leases.RequireHeld();
        return database.WriteAsync(
            async transaction =>
            {
                var old = P.Command(DeleteOld, P.Long(before.UtcTicks), P.Int(limit));
                await transaction.ExecuteAsync(old).ConfigureAwait(false);
                return (int)old.RecordsAffected;
            },
            cancellation);
    }

    private static WatchlistDigest DigestOf(NpgsqlDataReader row) => new()
    {
        Watchlist = row.Text(0),
        Day = DateOnly.FromDayNumber(row.GetInt32(1)),
        MadeAt = row.Instant(2),
        Counts = row.Text(3),
        Content = row.TextOrNull(9),
        Delivery = row.IsDBNull(4) ? null : new WatchlistDelivery(
            row.Text(4), row.GetInt32(5), row.IsDBNull(6) ? null : row.Instant(6), row.IsDBNull(7) ? null : row.Instant(7),
            row.TextOrNull(8)),
    };
}
