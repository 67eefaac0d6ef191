using System.CommandLine;
using System.Globalization;
using CreditGrains.Cli.Terminal;
using CreditGrains.Engine.Backups;
using CreditGrains.Storage.Postgres;
using CreditGrains.Storage.Sqlite;

namespace CreditGrains.Cli.Commands;

/// <summary><c>credit backup</c>: copies a store into one file while servers work on it, and verifies such files.</summary>
internal static class BackupCommand
{
    public static Command Make(Surroundings surroundings)
    {
        var file = new Argument<string?>("FILE")
        {
            Description = "The backup to write; nothing may be there yet.", Arity = ArgumentArity.ZeroOrOne,
        };
        var store = new StoreChoice();
        var json = Options.Json();
        var command = new Command("backup", "Copy the store into a file, also while servers work on it.") { file, json };
        store.AddTo(command);
        command.Add(Verify(surroundings));
        command.SetAction(async (result, cancellation) =>
        {
            if (result.GetValue(file) is not { Length: > 0 } name)
                throw new CliException(ExitCode.Usage, "Name the file to write.", "See: credit backup --help");
            var path = surroundings.PathOf(name);
            BackupFile.RequireFree(path);
            var manifest = await ProgressLine.RunAsync(surroundings, "Backing up", 1, progress =>
                store.DatabaseFile(result, surroundings) is { } database
                    ? SqliteBackup.WriteAsync(database, path, surroundings.Time, progress, cancellation)
                    : PostgresBackup.WriteAsync(store.Database(result, surroundings), path, progress, cancellation));
            await ShowAsync(surroundings, path, manifest, result.GetValue(json));
            await surroundings.Talk.WriteLineAsync("It holds records, secrets and keys: keep it where only operators can read it.");
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>Contents of a backup, for a person or a program.</summary>
    public static async Task ShowAsync(Surroundings surroundings, string path, BackupManifest manifest, bool asJson)
    {
        if (!asJson)
        {
            await surroundings.Out.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"{path}: {manifest.Events} events, {manifest.Subjects} subjects of {manifest.At.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z, "
                + $"rulebook {manifest.Rulebook ?? "unknown"}, {manifest.Bytes} bytes, sha256 {manifest.Sha256}"));
            return;
        }

        JsonOut.Write(surroundings.Out, writer =>
        {
            writer.WriteString("file", path);
            writer.WriteString("store", manifest.Store);
            writer.WriteNumber("form", manifest.Form);
            writer.WriteNumber("schemaVersion", manifest.SchemaVersion);
            writer.WriteString("incarnation", manifest.Incarnation);
            writer.WriteString("rulebook", manifest.Rulebook);
            writer.WriteString("at", manifest.At);
            writer.WriteNumber("events", manifest.Events);
            writer.WriteNumber("changes", manifest.Changes);
            writer.WriteNumber("subjects", manifest.Subjects);
            writer.WriteNumber("bytes", manifest.Bytes);
            writer.WriteString("sha256", manifest.Sha256);
        });
    }

    /// <summary>Reads a backup to its end.</summary>
    public static Task<BackupManifest> VerifyAsync(Surroundings surroundings, string path, CancellationToken cancellation)
    {
        if (!File.Exists(path))
            throw new CliException(ExitCode.Failed, $"There is no file {path}.");
        return ProgressLine.RunAsync(
            surroundings, "Verifying", Math.Max(1, new FileInfo(path).Length),
            progress => BackupFile.VerifyAsync(path, count => progress(count), cancellation));
    }

    private static Command Verify(Surroundings surroundings)
    {
        var file = new Argument<string>("FILE") { Description = "A backup." };
        var json = Options.Json();
        var command = new Command("verify", "Read a backup to its end and hold it against its checksum.") { file, json };
        command.SetAction(async (result, cancellation) =>
        {
            var path = surroundings.PathOf(result.GetValue(file)!);
            await ShowAsync(surroundings, path, await VerifyAsync(surroundings, path, cancellation), result.GetValue(json));
            return ExitCode.Done;
        });
        return command;
    }
}
