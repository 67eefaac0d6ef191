using System.CommandLine;
using System.Globalization;
using CreditGrains.Cli.Terminal;
using CreditGrains.Engine.Backups;
using CreditGrains.Engine.Rulebooks;
using CreditGrains.Storage.Postgres;
using CreditGrains.Storage.Sqlite;

namespace CreditGrains.Cli.Commands;

/// <summary><c>credit restore</c>: puts a backup in the place of a store that no server uses, and begins a new incarnation.</summary>
internal static class RestoreCommand
{
    public static Command Make(Surroundings surroundings)
    {
        var file = new Argument<string?>("FILE") { Description = "A backup.", Arity = ArgumentArity.ZeroOrOne };
        var store = new StoreChoice();
        var replace = new Option<bool>("--replace") { Description = "A store may be there; it is kept aside." };
        var inPlace = new Option<bool>("--in-place")
        {
            Description = "Restore nothing: the store was put back by other means, such as a snapshot of the volume.",
        };
        var rulebook = new Option<string?>("--rulebook")
        {
            Description = "The folder that the server will be started with (default rulebooks/cn-district).", HelpName = "DIR",
        };
        var json = Options.Json();
        var command = new Command("restore", "Put a backup in the place of a store that no server uses.")
        {
            file, replace, inPlace, rulebook, json,
        };
        store.AddTo(command);
        command.SetAction(async (result, cancellation) =>
        {
            var database = store.DatabaseFile(result, surroundings);
            if (result.GetValue(inPlace))
            {
                if (result.GetValue(file) is not null || result.GetValue(replace))
                {
                    throw new CliException(
                        ExitCode.Usage, "--in-place restores nothing and takes neither a backup nor --replace.",
                        "To restore the backup, leave --in-place out.");
                }

                var renewed = database is not null
                    ? await SqliteBackup.RenewAsync(database, surroundings.Time, cancellation)
                    : await PostgresBackup.RenewAsync(store.Database(result, surroundings), cancellation);
                await store.KeepOwnerAsync(result, surroundings, cancellation);
                await surroundings.Out.WriteLineAsync($"incarnation {Hex(renewed)}");
                return ExitCode.Done;
            }

            if (result.GetValue(file) is not { Length: > 0 } name)
                throw new CliException(ExitCode.Usage, "Name the backup.", "See: credit restore --help");
            var path = surroundings.PathOf(name);
            var manifest = await BackupCommand.VerifyAsync(surroundings, path, cancellation);
            RequireRulebook(surroundings, result.GetValue(rulebook), manifest);
            var (incarnation, before) = await ProgressLine.RunAsync(surroundings, "Restoring", 1, _ => database is not null
                ? SqliteBackup.RestoreAsync(path, database, result.GetValue(replace), surroundings.Time, cancellation)
                : PostgresBackup.RestoreAsync(store.Database(result, surroundings), path, result.GetValue(replace), cancellation));
            await store.KeepOwnerAsync(result, surroundings, cancellation);
            await ShowAsync(surroundings, manifest, incarnation, before, result.GetValue(json));
            return ExitCode.Done;
        });
        return command;
    }

    private static string Hex(uint incarnation) => string.Create(CultureInfo.InvariantCulture, $"{incarnation:x8}");

    private static async Task ShowAsync(
        Surroundings surroundings, BackupManifest manifest, uint incarnation, string? before, bool asJson)
    {
        if (asJson)
        {
            JsonOut.Write(surroundings.Out, writer =>
            {
                writer.WriteNumber("events", manifest.Events);
                writer.WriteNumber("subjects", manifest.Subjects);
                writer.WriteString("at", manifest.At);
                writer.WriteString("incarnation", Hex(incarnation));
                writer.WriteString("before", before);
            });
        }
        else
        {
            await surroundings.Out.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"restored {manifest.Events} events, {manifest.Subjects} subjects of {manifest.At.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z, "
                + $"incarnation {manifest.Incarnation} -> {Hex(incarnation)}"));
        }

        if (before is not null)
            await surroundings.Talk.WriteLineAsync($"The store that was there is now {before}; delete it when you need it no more.");
        await surroundings.Talk.WriteLineAsync(
            "Tokens and cursors from before are refused. What was reported after the backup is gone: have the sources send it again.");
    }

    private static void RequireRulebook(Surroundings surroundings, string? option, BackupManifest manifest)
    {
        var home = surroundings.Variable("CREDIT_HOME");
        var folder = option is not null ? surroundings.PathOf(option)
            : home is null ? null : Path.Combine(home, "rulebooks", "cn-district");
        if (folder is null || manifest.Rulebook is null)
            return;
        var read = RulebookFolder.Read(folder).Rulebook
            ?? throw new CliException(ExitCode.Invalid, $"The rulebook {folder} has mistakes.", $"credit rulebook check {folder}");
        if (read.Id != manifest.Rulebook)
        {
            throw new CliException(
                ExitCode.Invalid, $"The backup is of a store under rulebook {manifest.Rulebook}, {folder} is {read.Id}.",
                "Name the folder of that rulebook with --rulebook.");
        }
    }
}
