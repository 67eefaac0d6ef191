using CreditGrains.Domain.Assessment;
using CreditGrains.Engine.Storage;
using Npgsql;

namespace CreditGrains.Storage.Postgres.Database;

/// <summary>
/// Keeps the symbol table in the database. Every write transaction carries the symbols made since the last one, so nothing stored refers to
/// a symbol that a crash could lose. Two transactions may carry the same ones: the second waits for the first and finds them there. That
/// another process made a symbol of the same number, or another number for the same text, cannot happen while leases hold; if it does, the
/// write fails.
/// </summary>
/// <param name="symbols">The table in memory.</param>
/// <param name="shared">Symbols are stored by <see cref="SharedSymbols"/> as they are made.</param>
internal sealed class SymbolRows(SymbolTable symbols, bool shared)
{
    internal const string Load = "SELECT id, text FROM credit.symbol ORDER BY id";

    // Whichever key meets the other transaction's row: with one of them named, the other one's violation is an error if it is met first.
    internal const string Insert =
        "INSERT INTO credit.symbol (id, text) SELECT id, text FROM unnest($1, $2) AS u(id, text) ON CONFLICT DO NOTHING";

    internal const string CountSame =
        "SELECT count(*) FROM unnest($1, $2) AS u(id, text) JOIN credit.symbol AS s ON s.id = u.id AND s.text = u.text";

    private int _stored;

    public async Task ReadAsync(PostgresDatabase database, CancellationToken cancellation)
    {
        if (shared)
        {
            symbols.Find(string.Empty);
            return;
        }

        var rows = await database.QueryAsync(
            PostgresDatabase.PrepareRead, () => P.Command(Load), row => (Id: row.GetInt32(0), Text: row.Text(1)), cancellation)
            .ConfigureAwait(false);
        foreach (var (id, text) in rows)
        {
            if (symbols.Intern(text) != id)
                throw new StoreException("The symbol table of the database has a gap: restore a backup.", StoreFault.Corrupt);
        }

        _stored = symbols.Count;
    }

    /// <summary>The last step before the commit; gives what to call after it.</summary>
    public async Task<Action> FlushAsync(PostgresTransaction transaction)
    {
        var (stored, count) = (Volatile.Read(ref _stored), symbols.Count);
        if (shared || count <= stored)
            return static () => { };
        var ids = Enumerable.Range(stored, count - stored).ToArray();
        var texts = Array.ConvertAll(ids, symbols.Text);
        var same = await transaction.ReadAsync(
            rows => rows.TakeAsync(row => row.GetInt64(0), CancellationToken.None),
            P.Command(Insert, P.Ints(ids), P.Texts(texts)),
            P.Command(CountSame, P.Ints(ids), P.Texts(texts))).ConfigureAwait(false);
        if (same is not [var number] || number != ids.Length)
        {
            throw new StoreException(
                "Another process has added symbols to the database meanwhile: restart this one.", StoreFault.Conflict);
        }

        return () =>
        {
            int known;
            while ((known = Volatile.Read(ref _stored)) < count && Interlocked.CompareExchange(ref _stored, count, known) != known)
            {
            }
        };
    }
}
