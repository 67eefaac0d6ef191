using System.Globalization;
using System.Security.Cryptography;
using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Postgres.Database;
using CreditGrains.Storage.Postgres.Nodes;

namespace CreditGrains.Storage.Postgres;

/// <summary>
/// Finds out, when the store is opened, whether the database was put back (R11). A dump that was restored has its rows from another
/// transaction than they say, a copy lies in another database or cluster, and recovery to a point in time ends on another timeline. A
/// cluster's files that were put back as they were look the same from within: the mark in a node's data directory
/// (<see cref="StoreMark"/>) knows a later opening then.
/// </summary>
internal sealed class PostgresMark(PostgresDatabase database, string? path, TimeProvider time)
{
    internal const string Lock = "SELECT pg_advisory_xact_lock(4848021, 3)";
    internal const string SelectMayAsk = "SELECT has_function_privilege('pg_control_system()', 'execute')";
    internal const string SelectCluster = "SELECT system_identifier::text FROM pg_control_system()";

    // The name of the file of the log that is written now begins with the timeline; the control file tells of a new one later.
    internal const string SelectPlace = """
        SELECT (SELECT oid::text FROM pg_database WHERE datname = current_database()),
            left(pg_walfile_name(pg_current_wal_insert_lsn()), 8)
        """;

    internal const string SelectLast = """
        SELECT number, nonce, made_by = xmin::text, place FROM credit.opening ORDER BY number DESC LIMIT 1
        """;

    internal const string SelectOpening = "SELECT nonce FROM credit.opening WHERE number = $1";
    internal const string SelectMeta = "SELECT value FROM credit.meta WHERE name = $1";
    internal const string InsertOpening = """
        INSERT INTO credit.opening (number, nonce, made_by, place, at) VALUES ($1, $2, pg_current_xact_id()::xid::text, $3, $4)
        """;

    internal const string DeleteOld = "DELETE FROM credit.opening WHERE number <= $1";
    internal const string SelectFormer = "SELECT id FROM credit.former_incarnation ORDER BY number";
    internal const string InsertFormer = "INSERT INTO credit.former_incarnation (id, at, reason) VALUES ($1, $2, $3)";
    internal const string UpdateIncarnation = "UPDATE credit.meta SET value = $1 WHERE name = 'incarnation'";

    /// <summary>The next opening takes the database for one that was put back.</summary>
    internal const string Disown = "UPDATE credit.opening SET made_by = ''";

    private const int Kept = 1_000;

    /// <summary>Judges, begins a new incarnation where the database was put back, and marks this opening.</summary>
    /// <param name="isShared">Others may have the store open.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The incarnation, those before it, and why it is a new one; null when it is not.</returns>
    /// <exception cref="NodeRefusedException">The store was put back while nodes work on it.</exception>
    public async Task<(uint Incarnation, IReadOnlyList<uint> Former, string? PutBack)> OpenAsync(
        bool isShared, CancellationToken cancellation)
    {
        var place = await PlaceAsync(cancellation).ConfigureAwait(false);
        var nodes = isShared ? await StoreNodes.ListAsync(database, cancellation).ConfigureAwait(false) : [];
        var (opened, mark) = await database.WriteAsync(
            async transaction =>
            {
                await transaction.ExecuteAsync(P.Command(Lock)).ConfigureAwait(false);
                var incarnation = (uint)await MetaAsync(transaction, "incarnation").ConfigureAwait(false);
                var last = (await transaction.ReadAsync(P.Command(SelectLast), row => new Opening(
                    row.GetInt64(0), row.GetString(1), row.GetBoolean(2), row.GetString(3))).ConfigureAwait(false)).FirstOrDefault();
                var (store, known) = await KnownAsync(transaction, place).ConfigureAwait(false);
                var reason = last is null ? null : Check(last, place)
                    ?? (known is null ? null : await CheckAsync(transaction, last, known).ConfigureAwait(false));
                if (reason is not null && nodes is [var node, ..])
                {
                    throw new NodeRefusedException(
                        $"The database was put back or has failed over ({reason}), and {node.Role} {node.Node} works on it as it was "
                        + "before: end all nodes, then start them again.",
                        isRulebook: false);
                }

                if (reason is not null)
                    incarnation = await RenewAsync(transaction, incarnation, reason).ConfigureAwait(false);
                var former = await transaction.ReadAsync(P.Command(SelectFormer), row => (uint)row.GetInt64(0)).ConfigureAwait(false);
                var next = await MarkAsync(transaction, store, Math.Max(last?.Number ?? 0, known?.Number ?? 0) + 1, place)
                    .ConfigureAwait(false);
                return ((incarnation, (IReadOnlyList<uint>)former, reason), next);
            },
            cancellation).ConfigureAwait(false);
        Keep(mark);
        return opened;
    }

    /// <summary>Marks the store's end, so that a copy made while it was open is known for one.</summary>
    public async Task CloseAsync()
    {
        if (path is null)
            return;
        try
        {
            var place = await PlaceAsync(CancellationToken.None).ConfigureAwait(false);
            Keep(await database.WriteAsync(
                async transaction =>
                {
                    await transaction.ExecuteAsync(P.Command(Lock)).ConfigureAwait(false);
                    var (store, known) = await KnownAsync(transaction, place).ConfigureAwait(false);
                    var last = await transaction.ReadAsync(P.Command(SelectLast), row => row.GetInt64(0)).ConfigureAwait(false);
                    return await MarkAsync(transaction, store, Math.Max(last.FirstOrDefault(), known?.Number ?? 0) + 1, place)
                        .ConfigureAwait(false);
                },
                CancellationToken.None).ConfigureAwait(false));
        }
        catch (Exception gone) when (gone is StoreException or IOException)
        {
            // The mark of the opening holds.
        }
    }

    private static string? Check(Opening last, string place)
    {
        if (!last.IsOwn)
            return "a dump was restored";
        var (was, now) = (last.Place.Split('/'), place.Split('/'));
        if (was[1] != now[1])
            return "the database is a copy";
        if (was[0] != now[0] && was[0].Length > 0 && now[0].Length > 0)
            return "the database is in another cluster";
        return was[2] != now[2] ? $"the server has gone from timeline {was[2]} to {now[2]}" : null;
    }

    private static async Task<string?> CheckAsync(PostgresTransaction transaction, Opening last, StoreMark known)
    {
        if (known.Number > last.Number)
            return $"this node has seen opening {known.Number}, the database knows {last.Number}";
        var nonces = await transaction.ReadAsync(P.Command(SelectOpening, P.Long(known.Number)), row => row.GetString(0))
            .ConfigureAwait(false);
        return nonces is [var nonce] && nonce != known.Nonce ? $"this node has seen another opening {known.Number}" : null;
    }

    private static async Task<long> MetaAsync(PostgresTransaction transaction, string name) =>
        (await transaction.ReadAsync(P.Command(SelectMeta, P.Text(name)), row => row.GetInt64(0)).ConfigureAwait(false)).Single();

    private async Task<uint> RenewAsync(PostgresTransaction transaction, uint incarnation, string reason)
    {
        var fresh = incarnation;
        while (fresh == incarnation)
            fresh = BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(4));
        await transaction.ExecuteAsync(
            P.Command(InsertFormer, P.Long(incarnation), P.Long(time.GetUtcNow().UtcTicks), P.Text(reason)),
            P.Command(UpdateIncarnation, P.Long(fresh))).ConfigureAwait(false);
        return fresh;
    }

    private async Task<StoreMark> MarkAsync(PostgresTransaction transaction, string store, long number, string place)
    {
        var mark = StoreMark.Next(store, number);
        await transaction.ExecuteAsync(
            P.Command(InsertOpening, P.Long(number), P.Text(mark.Nonce), P.Text(place), P.Long(time.GetUtcNow().UtcTicks)),
            P.Command(DeleteOld, P.Long(number - Kept))).ConfigureAwait(false);
        return mark;
    }

    /// <summary>
    /// The store's name, and what the mark beside this node says of it. A copy has the name with another database behind it: a node that
    /// looks at the copy once does not take the original for put back.
    /// </summary>
    private async Task<(string Store, StoreMark? Known)> KnownAsync(PostgresTransaction transaction, string place)
    {
        var id = await MetaAsync(transaction, "store_id").ConfigureAwait(false);
        var store = string.Create(CultureInfo.InvariantCulture, $"{id:x}-{place.Split('/')[1]}");
        return (store, path is not null && StoreMark.Read(path) is var (mark, _) && mark.Store == store ? mark : null);
    }

    /// <summary>Nodes of one machine may share the directory: a mark that another has put there is as good, unless it is older.</summary>
    private void Keep(StoreMark mark)
    {
        if (path is null || (StoreMark.Read(path) is var (other, _) && other.Store == mark.Store && other.Number > mark.Number))
            return;
        mark.Replace(path);
    }

    /// <summary>Cluster, database and timeline; the cluster is empty where the user may not ask.</summary>
    private async Task<string> PlaceAsync(CancellationToken cancellation)
    {
        var mayAsk = await database.PointAsync(() => P.Command(SelectMayAsk), row => row.GetBoolean(0), cancellation).ConfigureAwait(false);
        var cluster = mayAsk
            ? await database.PointAsync(() => P.Command(SelectCluster), row => row.GetString(0), cancellation).ConfigureAwait(false)
            : string.Empty;
        return await database.PointAsync(
            () => P.Command(SelectPlace), row => $"{cluster}/{row.GetString(0)}/{row.GetString(1)}", cancellation).ConfigureAwait(false)
            ?? throw new StoreException("The server does not say which database this is.", StoreFault.Unavailable);
    }

    /// <param name="Number">Which.</param>
    /// <param name="Nonce">Random.</param>
    /// <param name="IsOwn">The row is from the transaction that it says.</param>
    /// <param name="Place">Cluster, database and timeline.</param>
    private sealed record Opening(long Number, string Nonce, bool IsOwn, string Place);
}
