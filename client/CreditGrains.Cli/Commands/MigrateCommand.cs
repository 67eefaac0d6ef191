using System.CommandLine;
using CreditGrains.Cli.Terminal;
using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Postgres;

namespace CreditGrains.Cli.Commands;

/// <summary><c>credit migrate</c>: creates the schema of a PostgreSQL store, or brings it forward, without starting a server.</summary>
internal static class MigrateCommand
{
    /// <summary>Names the connection string; it holds a password, so it is better there than among the options.</summary>
    internal const string ConnectionVariable = "CREDIT_CONNECTION";

    public static Command Make(Surroundings surroundings)
    {
        var connection = new Option<string?>("--connection")
        {
            Description = $"Connection string of PostgreSQL; with a password rather in {ConnectionVariable}: options are seen by others.",
            HelpName = "TEXT",
        };
        var command = new Command("migrate", "Create the schema of a PostgreSQL store, or bring it forward.") { connection };
        command.SetAction(async (result, cancellation) =>
        {
            var given = result.GetValue(connection) ?? surroundings.Variable(ConnectionVariable);
            if (string.IsNullOrEmpty(given))
                throw new CliException(ExitCode.Usage, "There is no connection string.",
                    $"Set {ConnectionVariable}, or give --connection.");
            try
            {
                var (from, to) = await PostgresStore.MigrateAsync(new PostgresStoreOptions { Connection = given }, cancellation);
                await surroundings.Out.WriteLineAsync(
                    from == to ? $"schema version {to}: nothing to do" : $"schema version {from} -> {to}");
                return ExitCode.Done;
            }
            catch (StoreException refused)
            {
                throw new CliException(refused.Fault == StoreFault.Unavailable ? ExitCode.Unreachable : ExitCode.Failed, refused.Message);
            }
        });
        return command;
    }
}
