using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Sqlite.Database;

namespace CreditGrains.Storage.Sqlite;

/// <summary>Daily digests of watchlists, one row a list and day.</summary>
internal sealed class SqliteWatchlistDigests(Writer writer, Readers readers, TimeProvider time) : IWatchlistDigestStore
{
    internal const string Insert = """
        INSERT INTO watchlist_digest (watchlist, day, made_at, counts, content, subscription, attempts, next_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
        """;

    internal const string Select = "SELECT " + Columns + ", content FROM watchlist_digest WHERE watchlist = ? AND day = ?";

    internal const string SelectNewest = "SELECT " + Columns + """
        , NULL FROM watchlist_digest WHERE watchlist = ? AND day < ? ORDER BY day DESC LIMIT ?
        """;

    internal const string SelectDue = "SELECT " + Columns + """
        , content FROM watchlist_digest INDEXED BY watchlist_digest_due WHERE next_at <= ? ORDER BY next_at LIMIT ?
        """;

    internal const string Update = """
        UPDATE watchlist_digest SET attempts = ?3, next_at = ?4, delivered_at = ?5, error = ?6 WHERE watchlist = ?1 AND day = ?2
        """;

    internal const string DeleteOld = """
        DELETE FROM watchlist_digest WHERE (watchlist, day) IN (
            SELECT watchlist, day FROM watchlist_digest INDEXED BY watchlist_digest_made WHERE made_at < ? ORDER BY made_at LIMIT ?)
        """;

    private const string Columns = "watchlist, day, made_at, counts, subscription, attempts, next_at, delivered_at, error";

    public Task AddAsync(IReadOnlyList<WatchlistDigest> digests, ControlWrite place, CancellationToken cancellation) => writer.RunAsync(
        WriteLane.Other,
        connection =>
        {
            SqliteControlStore.Write(connection, [place], time.GetUtcNow());
            foreach (var digest in digests)
            {
                connection.Prepare(Insert).Bind(digest.Watchlist).Bind(digest.Day).Bind(digest.MadeAt).Bind(digest.Counts)
                    .Bind(digest.Content).Bind(digest.Delivery?.Subscription).Bind(digest.Delivery?.Attempts ?? 0)
                    .Bind(digest.Delivery?.NextAt?.UtcTicks).Execute();
            }

            return true;
        },
        cancellation);

    public Task<WatchlistDigest?> FindAsync(string watchlist, DateOnly day, CancellationToken cancellation) => readers.PointAsync(
        connection => DigestsOf(connection.Prepare(Select).Bind(watchlist).Bind(day)).SingleOrDefault(), cancellation);

    public Task<IReadOnlyList<WatchlistDigest>> ListAsync(
        string watchlist, DateOnly? before, int limit, CancellationToken cancellation) =>
        readers.PointAsync<IReadOnlyList<WatchlistDigest>>(
            connection => DigestsOf(
                connection.Prepare(SelectNewest).Bind(watchlist).Bind(before?.DayNumber ?? int.MaxValue).Bind(limit)),
            cancellation);

    public Task<IReadOnlyList<WatchlistDigest>> DueAsync(DateTimeOffset now, int limit, CancellationToken cancellation) =>
        readers.PointAsync<IReadOnlyList<WatchlistDigest>>(
            connection => DigestsOf(connection.Prepare(SelectDue).Bind(now).Bind(limit)), cancellation);

    public Task NoteAsync(string watchlist, DateOnly day, WatchlistDelivery delivery, CancellationToken cancellation) => writer.RunAsync(
        WriteLane.Other,
        connection => connection.Prepare(Update).Bind(watchlist).Bind(day).Bind(delivery.Attempts).Bind(delivery.NextAt?.UtcTicks)
            .Bind(delivery.DeliveredAt?.UtcTicks).Bind(delivery.Error).Execute(),
        cancellation);

    public Task<int> TrimAsync(DateTimeOffset before, int limit, CancellationToken cancellation) => writer.RunAsync(
        WriteLane.Other, connection => connection.Prepare(DeleteOld).Bind(before).Bind(limit).Execute(), cancellation);

    private static List<WatchlistDigest> DigestsOf(Statement row)
    {
        var digests = new List<WatchlistDigest>();
        while (row.Read())
        {
            digests.Add(new WatchlistDigest
            {
                Watchlist = row.Text(0),
                Day = DateOnly.FromDayNumber(row.Int(1)),
                MadeAt = row.Instant(2),
                Counts = row.Text(3),
                Content = row.TextOrNull(9),
                Delivery = row.IsNull(4) ? null : new WatchlistDelivery(
                    row.Text(4), row.Int(5), row.IsNull(6) ? null : row.Instant(6), row.IsNull(7) ? null : row.Instant(7),
                    row.TextOrNull(8)),
            });
        }

        return digests;
    }
}
