using System.CommandLine;
using CreditGrains.Cli.Terminal;
using CreditGrains.Storage.Postgres;

namespace CreditGrains.Cli.Commands;

/// <summary>Which store backup and restore work on: the same options as those of <c>credit up</c>.</summary>
internal sealed class StoreChoice
{
    private const string StoreFile = "credit.db";
    private const string MarkFile = "postgres.mark";
    private readonly Option<string?> _data = Options.Data();

    private readonly Option<string> _store = new("--store")
    {
        Description = "sqlite (a file in the data directory) or postgres.", HelpName = "NAME", DefaultValueFactory = _ => "sqlite",
    };

    private readonly Option<string?> _connection = new("--connection")
    {
        Description = $"Connection string of PostgreSQL; with a password rather in {MigrateCommand.ConnectionVariable}.", HelpName = "TEXT",
    };

    public void AddTo(Command command)
    {
        command.Add(_data);
        command.Add(_store);
        command.Add(_connection);
    }

    /// <summary>The database file; null where the store is PostgreSQL.</summary>
    public string? DatabaseFile(ParseResult result, Surroundings surroundings) => result.GetValue(_store) switch
    {
        "sqlite" => Path.Combine(surroundings.DataDirectory(result.GetValue(_data)), StoreFile),
        "postgres" => null,
        var other => throw new CliException(ExitCode.Usage, $"There is no store '{other}'.", "There are sqlite and postgres."),
    };

    /// <summary>Leaves what was written into the data directory to the account that this belongs to.</summary>
    public Task KeepOwnerAsync(ParseResult result, Surroundings surroundings, CancellationToken cancellation) => DirectoryOwner.KeepAsync(
        surroundings.DataDirectory(result.GetValue(_data)), [StoreFile + "*", MarkFile], surroundings.Talk, cancellation);

    /// <summary>The PostgreSQL store.</summary>
    public PostgresStoreOptions Database(ParseResult result, Surroundings surroundings)
    {
        var given = result.GetValue(_connection) ?? surroundings.Variable(MigrateCommand.ConnectionVariable);
        return string.IsNullOrEmpty(given)
            ? throw new CliException(
                ExitCode.Usage, "There is no connection string.", $"Set {MigrateCommand.ConnectionVariable}, or give --connection.")
            : new PostgresStoreOptions
            {
                Connection = given,
                Time = surroundings.Time,
                MarkFile = Path.Combine(surroundings.DataDirectory(result.GetValue(_data)), MarkFile),
            };
    }
}
