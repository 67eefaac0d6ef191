using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Sqlite.Database;

namespace CreditGrains.Storage.Sqlite;

/// <summary>The exception list of subject codes: a few hundred rows, always read whole.</summary>
internal sealed class SqliteIdentifierExceptions(Writer writer, Readers readers) : IIdentifierExceptionStore
{
    internal const string SelectAll = "SELECT code, evidence, actor, at FROM identifier_exception ORDER BY code";

    internal const string Put = "INSERT OR REPLACE INTO identifier_exception (code, evidence, actor, at) VALUES (?, ?, ?, ?)";

    public Task<IReadOnlyList<IdentifierException>> ListAsync(CancellationToken cancellation) =>
        readers.ScanAsync<IReadOnlyList<IdentifierException>>(
            connection =>
            {
                var exceptions = new List<IdentifierException>();
                var row = connection.Prepare(SelectAll);
                while (row.Read())
                    exceptions.Add(new IdentifierException(row.Text(0), row.Text(1), row.Text(2), row.Instant(3)));
                return exceptions;
            },
            cancellation);

    public Task PutAsync(IdentifierException exception, CancellationToken cancellation) => writer.RunAsync(
        WriteLane.Other,
        connection => connection.Prepare(Put)
            .Bind(exception.Code).Bind(exception.Evidence).Bind(exception.Actor).Bind(exception.At).Execute(),
        cancellation);
}
