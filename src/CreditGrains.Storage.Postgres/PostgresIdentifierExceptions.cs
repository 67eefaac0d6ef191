using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Postgres.Database;
using CreditGrains.Storage.Postgres.Leases;

namespace CreditGrains.Storage.Postgres;

/// <summary>The exception list, in the order of its codes.</summary>
internal sealed class PostgresIdentifierExceptions(PostgresDatabase database, ShardLeases leases) : IIdentifierExceptionStore
{
    internal const string SelectAll = "SELECT code, evidence, actor, at FROM credit.identifier_exception ORDER BY code";

    internal const string Put = """
        INSERT INTO credit.identifier_exception (code, evidence, actor, at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (code) DO UPDATE SET evidence = excluded.evidence, actor = excluded.actor, at = excluded.at
        """;

    public async Task<IReadOnlyList<IdentifierException>> ListAsync(CancellationToken cancellation) => await database.QueryAsync(
        PostgresDatabase.PrepareRead,
        () => P.Command(SelectAll),
        row => new IdentifierException(row.Text(0), row.Text(1), row.Text(2), row.Instant(3)),
        cancellation).ConfigureAwait(false);

    public Task PutAsync(IdentifierException exception, CancellationToken cancellation)
    {
        leases.RequireHeld();
        return database.WriteAsync(
            async transaction =>
            {
                await transaction.ExecuteAsync(P.Command(
                    Put,
                    P.Text(exception.Code), P.Text(exception.Evidence), P.Text(exception.Actor), P.Long(exception.At.UtcTicks)))
                    .ConfigureAwait(false);
                return true;
            },
            cancellation);
    }
}
