using CreditGrains.Domain.Assessment;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Storage.Sqlite.Database;

/// <summary>
/// Keeps the symbol table on disk. Every write transaction carries the symbols made since the last one, so
/// nothing stored refers to a symbol that a crash could lose.
/// </summary>
internal sealed class SymbolRows(SymbolTable symbols)
{
    internal const string Load = "SELECT id, text FROM symbol ORDER BY id";
    internal const string Insert = "INSERT INTO symbol (id, text) VALUES (?, ?)";

    private int _stored;

    public SymbolTable Table => symbols;

    public void Read(Connection connection)
    {
        var rows = connection.Prepare(Load);
        while (rows.Read())
        {
            if (symbols.Intern(rows.Text(1)) != rows.Int(0))
                throw new StoreException("The symbol table of the database has a gap: restore a backup.", StoreFault.Corrupt);
        }

        _stored = symbols.Count;
    }

    /// <summary>Writes what is new and returns how many symbols will be stored once the transaction is committed.</summary>
    public int Flush(Connection connection)
    {
        var count = symbols.Count;
        for (var id = _stored; id < count; id++)
            connection.Prepare(Insert).Bind(id).Bind(symbols.Text(id)).Execute();
        return count;
    }

    public void Flushed(int count) => _stored = count;
}
