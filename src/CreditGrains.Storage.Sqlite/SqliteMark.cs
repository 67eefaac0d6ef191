using System.Security.Cryptography;
using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Sqlite.Database;

namespace CreditGrains.Storage.Sqlite;

/// <summary>
/// Holds the database against the mark beside it (<see cref="StoreMark"/>) when it is opened. The database keeps the number, the nonce and
/// the identity of the file of each mark that it has had: of files put back by a copy, alone or together, at least one does not agree.
/// </summary>
internal sealed class SqliteMark(string database, TimeProvider time)
{
    /// <summary>Beside the database file.</summary>
    public const string Ending = ".mark";

    internal const string SelectLast = "SELECT coalesce(max(number), 0) FROM opening";
    internal const string SelectOpening = "SELECT nonce, file FROM opening WHERE number = ?";
    internal const string InsertOpening = "INSERT INTO opening (number, nonce, file, at) VALUES (?, ?, ?, ?)";
    internal const string DeleteFrom = "DELETE FROM opening WHERE number >= ?";
    internal const string DeleteOld = "DELETE FROM opening WHERE number <= ?";
    internal const string SelectFormer = "SELECT id FROM former_incarnation ORDER BY number";
    internal const string InsertFormer = "INSERT INTO former_incarnation (id, at, reason) VALUES (?, ?, ?)";
    internal const string UpdateMeta = "UPDATE meta SET value = ?2 WHERE name = ?1";

    private const string Store = "sqlite";
    private const int Kept = 16;
    private readonly string _path = database + Ending;

    /// <summary>Judges, begins a new incarnation where the files were put back, and marks this opening.</summary>
    /// <returns>The incarnation, those before it, and why it is a new one; null when it is not.</returns>
    /// <exception cref="StoreException">The database cannot be written, and must be.</exception>
    public (uint Incarnation, IReadOnlyList<uint> Former, string? PutBack) Open(Connection connection, uint incarnation)
    {
        string? reason = null;
        connection.Begin();
        try
        {
            reason = Check(connection);
            if (reason is not null)
                incarnation = Renew(connection, incarnation, reason);
            Mark(connection, isRenewed: reason is not null);
            connection.Commit();
            PutInPlace();
        }
        catch (Exception full) when (reason is null && full is StoreException { Fault: StoreFault.Full } or IOException)
        {
            // A full disk does not keep a server from reading; the mark of before holds.
            connection.Rollback();
        }
        catch
        {
            connection.Rollback();
            throw;
        }

        var former = new List<uint>();
        var rows = connection.Prepare(SelectFormer);
        while (rows.Read())
            former.Add((uint)rows.Long(0));
        return (incarnation, former, reason);
    }

    /// <summary>Inside a transaction: the next mark, which lies ready to be put in place.</summary>
    public void Mark(Connection connection, bool isRenewed = false)
    {
        var last = Number(connection);
        var known = StoreMark.Read(_path) is var (mark, _) ? mark.Number : 0;

        // A mark that never came to its place is forgotten; a new incarnation goes on beyond all that was.
        var number = (isRenewed || known == 0 ? Math.Max(last, known) : known) + 1;
        var next = StoreMark.Next(Store, number);
        connection.Prepare(DeleteFrom).Bind(number).Execute();
        connection.Prepare(InsertOpening).Bind(number).Bind(next.Nonce).Bind(next.Prepare(_path)).Bind(time.GetUtcNow()).Execute();
        connection.Prepare(DeleteOld).Bind(number - Kept).Execute();
    }

    /// <summary>After the transaction.</summary>
    public void PutInPlace() => StoreMark.PutInPlace(_path);

    private uint Renew(Connection connection, uint incarnation, string reason)
    {
        var fresh = incarnation;
        while (fresh == incarnation)
            fresh = BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(4));
        connection.Prepare(InsertFormer).Bind((long)incarnation).Bind(time.GetUtcNow()).Bind(reason).Execute();
        connection.Prepare(UpdateMeta).Bind("incarnation").Bind((long)fresh).Execute();
        return fresh;
    }

    private string? Check(Connection connection)
    {
        var last = Number(connection);
        if (StoreMark.Read(_path) is not var (mark, file))
            return last == 0 ? null : "its mark (credit.db.mark) is missing: the database is a copy, or was restored";

        // Has never had a mark, and there is one: the database is from before the upgrade.
        if (last == 0)
            return "the database is older than its mark";
        var row = connection.Prepare(SelectOpening).Bind(mark.Number);
        if (!row.Read())
            return "the database does not know its mark: one of the two was put back";
        var (nonce, wrote) = (row.Text(0), row.Text(1));
        row.Reset();
        if (nonce != mark.Nonce || last > mark.Number + 1)
            return "the database has another mark than it wrote: one of the two was put back";
        return wrote == file ? null : "the mark is a copy: the data directory was put back or moved by copying";
    }

    private static long Number(Connection connection)
    {
        var row = connection.Prepare(SelectLast);
        row.Read();
        var number = row.Long(0);
        row.Reset();
        return number;
    }
}
