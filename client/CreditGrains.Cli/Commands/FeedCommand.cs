using System.CommandLine;
using CreditGrains.Cli.Feeding;
using CreditGrains.Cli.Terminal;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.FeedFiles;

namespace CreditGrains.Cli.Commands;

/// <summary><c>credit feed</c>: reports a file of events or rows.</summary>
internal static class FeedCommand
{
    private const int BatchMax = 9000; // an answer lists up to 10,000 lines
    private static readonly TimeSpan BusyMax = TimeSpan.FromMinutes(10);
    private static readonly Dictionary<string, FeedMapping> NoMappings = [];
    private static readonly Dictionary<string, RecordKind> NoKinds = [];

    public static Command Make(Surroundings surroundings)
    {
        var file = new Argument<string>("FILE")
        {
            Description = "Events (.ndjson, .jsonl, .json) or rows (.csv, .tsv, .txt, .xlsx); UTF-8, UTF-16 or GB 18030 (GBK).",
        };
        var source = Options.Source();
        var mapping = new Option<string?>("--mapping")
        {
            Description = "Rows: mapping of the rulebook; default the one that fits.",
            HelpName = "NAME"
        };
        var rulebook = new Option<string?>("--rulebook")
        {
            Description = "Rows: folder of the mapping; default the server's rulebook.",
            HelpName = "DIR"
        };
        var sheet = new Option<string?>("--sheet") { Description = "XLSX: the sheet; default the first.", HelpName = "NAME" };
        var encoding = new Option<string?>("--encoding")
        {
            Description = $"Text: {TextEncoding.Names}; default what all of the file shows.",
            HelpName = "NAME"
        };
        var headerRow = new Option<int?>("--header-row")
        {
            Description = "Rows: where the column names stand; default the first row that is not empty.",
            HelpName = "N"
        };
        var report = new Option<string?>("--report")
        {
            Description = "Write every row that was not accepted, with its number, code and detail: one JSON object a line.",
            HelpName = "FILE"
        };
        var batch = new Option<int>("--batch")
        {
            Description = $"Lines a request, 1 to {BatchMax}.",
            DefaultValueFactory = _ => 5000,
            HelpName = "N"
        };
        var resume = new Option<bool>("--resume") { Description = "Go on where an interrupted feed of this file ended." };
        var withdraw = new Option<bool>("--withdraw")
        {
            Description = "Take back what this file reported: each of its records is withdrawn in the revision after its own."
        };
        var strict = new Option<bool>("--strict") 
        {
            Description = "Send nothing when a column is used by nothing (exit code 3); exit with 1 when lines were rejected."
        };
        var json = Options.Json();
        var command = new Command("feed", "Report a file of events or rows.") 
        {
            file, source, mapping, rulebook, sheet, encoding, headerRow, batch, resume, withdraw, report, strict, json
        };
        command.SetAction(async (result, cancellation) =>
        {
            var path = surroundings.PathOf(result.GetRequiredValue(file));
            if (!File.Exists(path))
                throw new CliException(ExitCode.Invalid, $"There is no file {path}.");
            if (result.GetValue(batch) is < 1 or > BatchMax)
                throw new CliException(ExitCode.Usage, $"--batch is 1 to {BatchMax}.");
            if (result.GetValue(headerRow) is < 1)
                throw new CliException(ExitCode.Usage, "--header-row is 1 or more.");
            var id = result.GetRequiredValue(source);
            var busySince = surroundings.Time.GetTimestamp();
            var told = "";
            using var connection = Credentials.Connect(surroundings, ["source"], id, BusyMax, (pause, reason) =>
            {
                // The first pauses are usual; say so only when waiting would look like hanging, and once for each reason.
                if (told == reason || surroundings.Time.GetElapsedTime(busySince) < TimeSpan.FromSeconds(1))
                    return;
                told = reason;
                surroundings.Talk.WriteLine($"Waiting: {reason.TrimEnd('.')}. Interrupt at any time and go on with --resume.");
            });
            await RequireServerAsync(connection, cancellation);
            var reading = new FeedReading(path, Path.GetFileName(path))
            {
                Mapping = result.GetValue(mapping), Sheet = result.GetValue(sheet), Encoding = result.GetValue(encoding),
                HeaderRow = result.GetValue(headerRow),
            };
            var feed = await OpenAsync(reading, result.GetValue(rulebook), surroundings, connection, cancellation);
            feed.Tell(surroundings, path);
            var withdraws = result.GetValue(withdraw);
            if (withdraws)
            {
                feed = feed with { File = new WithdrawalFile(feed.File) };
                await surroundings.Talk.WriteLineAsync("Taking back the records of this file.");
            }

            if (result.GetValue(strict) && feed.Columns is { Unused.Count: > 0 } columns)
                throw new CliException(ExitCode.Invalid, $"Nothing uses the columns {string.Join(", ", columns.Unused)}.",
                    "Nothing was sent. Rename or remove them, name them under 'drop' in the mapping, or leave out --strict.");
            var resumes = result.GetValue(resume);
            var progress = Progress(path, id, withdraws ? $"{feed.Mapping} (withdraw)" : feed.Mapping, resumes, surroundings);
            await using var reported = result.GetValue(report) is { } reportPath
                ? new StreamWriter(surroundings.PathOf(reportPath), append: progress.From.Rows > 0)
                : null;
            var began = surroundings.Time.GetTimestamp();
            var length = new FileInfo(path).Length;
            FeedSummary summary;
            try
            {
                summary = await ProgressLine.RunAsync(surroundings, Path.GetFileName(path), length,
                    report => new FeedRun(connection.Client, id, feed.File, progress, reported)
                    .SendAsync(result.GetValue(batch), place => report(place.Bytes > 0 ? place.Bytes : Math.Min(length,
                        place.Rows * 100.0)), cancellation));
            }
            catch (Exception) when (FeedProgress.Exists(path))
            {
                await surroundings.Talk.WriteLineAsync("Stopped before the end. Go on with the same command and --resume.");
                throw;
            }

            progress.End();
            var took = surroundings.Time.GetElapsedTime(began);
            if (result.GetValue(json))
                summary.ShowJson(surroundings, path, id, feed, progress.From, took);
            else
                summary.Show(surroundings, id, took);
            return result.GetValue(strict) && summary.Rejected > 0 ? ExitCode.Failed : ExitCode.Done;
        });
        return command;
    }

    /// <summary>A server that is not there is told at once; one that goes away later is waited for.</summary>
    private static async Task RequireServerAsync(Connection connection, CancellationToken cancellation)
    {
        if (await connection.Client.ReadyAsync(cancellation) is null)
            throw new CliException(ExitCode.Unreachable, $"{connection.Options.Address} is not ready.",
                "Try again in a moment; credit doctor looks at everything.");
    }

    private static FeedProgress Progress(string path, string source, string? mapping, bool resume, Surroundings surroundings)
    {
        if (!FeedProgress.Exists(path))
        {
            if (resume)
                surroundings.Talk.WriteLine("Nothing to resume; feeding from the beginning.");
            return FeedProgress.Begin(path, source, mapping);
        }

        if (!resume)
        {
            surroundings.Talk.WriteLine("An earlier feed of this file was interrupted; feeding from the beginning (--resume would go on).");
            return FeedProgress.Begin(path, source, mapping);
        }

        var progress = FeedProgress.Resume(path, source, mapping);
        surroundings.Talk.WriteLine($"Going on after row {progress.From.Rows}.");
        return progress;
    }

    private static async Task<FeedSource> OpenAsync(
        FeedReading reading, string? rulebook, Surroundings surroundings, Connection connection, CancellationToken cancellation)
    {
        var rules = !FeedFileOpener.HasRows(reading.Name) ? new RulebookSource(NoMappings, NoKinds)
            : rulebook is null ? await RulebookSource.OfServerAsync(connection.Client, cancellation)
            : RulebookSource.OfFolder(surroundings.PathOf(rulebook));
        var feed = FeedFileOpener.Open(reading, rules.Mappings, rules.Kinds);
        if (feed.Mapping is not null && reading.Mapping is null)
            await surroundings.Talk.WriteLineAsync($"Using mapping '{feed.Mapping}', the only one that fits the columns.");
        return feed;
    }
}
