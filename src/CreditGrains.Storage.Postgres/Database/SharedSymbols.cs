using CreditGrains.Domain.Assessment;
using Npgsql;

namespace CreditGrains.Storage.Postgres.Database;

/// <summary>
/// The symbol table of a store that several processes write: a symbol is committed on its own, before anything that refers to it, so that
/// all processes have the same ones.
/// </summary>
internal sealed class SharedSymbols(PostgresDatabase database) : ISymbolSource
{
    internal const string SelectFrom = "SELECT id, text FROM credit.symbol WHERE id >= $1 ORDER BY id";

    // One after the other, so that numbers have no gaps: the lock is held to the commit.
    internal const string Insert = """
        INSERT INTO credit.symbol (id, text)
        SELECT coalesce(max(id), -1) + 1, $1 FROM credit.symbol HAVING NOT EXISTS (SELECT 1 FROM credit.symbol WHERE text = $1)
        """;

    private const string Lock = "SELECT pg_advisory_xact_lock(4848021, 2)";

    public void Add(string text) => database.Blocking(connection =>
    {
        using var transaction = connection.BeginTransaction();
        Run(connection, P.Command(Lock));
        Run(connection, P.Command(Insert, P.Text(text)));
        transaction.Commit();
        return true;
    });

    public IReadOnlyList<string> ReadFrom(int symbol) => database.Blocking(connection =>
    {
        using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(P.Command(SelectFrom, P.Int(symbol)));
        using var rows = batch.ExecuteReader();
        var texts = new List<string>();

        // A gap is one of a damaged table: what comes after it is not taken for something else.
        while (rows.Read() && rows.GetInt32(0) == symbol + texts.Count)
            texts.Add(StoredText.Out(rows.GetString(1)));
        return texts;
    });

    private static void Run(NpgsqlConnection connection, NpgsqlBatchCommand command)
    {
        using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(command);
        batch.ExecuteNonQuery();
    }
}
