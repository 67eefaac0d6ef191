using System.CommandLine;
using CreditGrains.Cli.Feeding;
using CreditGrains.Cli.Terminal;
using CreditGrains.Domain.Feeds;

namespace CreditGrains.Cli.Commands;

/// <summary><c>credit feed</c>: reports a file of events or rows.</summary>
internal static class FeedCommand
{
    private const int BatchMax = 9000; // an answer lists up to 10,000 lines
    private static readonly TimeSpan BusyMax = TimeSpan.FromMinutes(10);

    public static Command Make(Surroundings surroundings)
    {
        var file = new Argument<string>("FILE")
        {
            Description = "Events (.ndjson, .jsonl, .json) or rows (.csv, .tsv, .txt, .xlsx, .xls); UTF-8, UTF-16 or GB 18030 (GBK).",
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
        var batch = new Option<int>("--batch")
        {
            Description = $"Lines a request, 1 to {BatchMax}.",
            DefaultValueFactory = _ => 5000,
            HelpName = "N"
        };
        var resume = new Option<bool>("--resume") { Description = "Go on where an interrupted feed of this file ended." };
        var strict = new Option<bool>("--strict") { Description = "Exit with 1 when lines were rejected." };
        var json = Options.Json();
        var command = new Command("feed", "Report a file of events or rows.") { file, source, mapping, rulebook, sheet, batch, resume,
            strict, json };
        command.SetAction(async (result, cancellation) =>
        {
            var path = surroundings.PathOf(result.GetRequiredValue(file));
            if (!File.Exists(path))
                throw new CliException(ExitCode.Invalid, $"There is no file {path}.");
            if (result.GetValue(batch) is < 1 or > BatchMax)
                throw new CliException(ExitCode.Usage, $"--batch is 1 to {BatchMax}.");
            var id = result.GetRequiredValue(source);
            var busySince = surroundings.Time.GetTimestamp();
            var told = false;
            using var connection = Credentials.Connect(surroundings, ["source"], id, BusyMax, (pause, reason) =>
            {
                // The first pauses are usual; say so only when waiting would look like hanging.
                if (told || surroundings.Time.GetElapsedTime(busySince) < TimeSpan.FromSeconds(1))
                    return;
                told = true;
                surroundings.Talk.WriteLine($"Waiting: {reason}. Interrupt at any time and go on with --resume.");
            });
            await RequireServerAsync(connection, cancellation);
            var (feed, usedMapping) = await OpenAsync(
                path, result.GetValue(mapping), result.GetValue(rulebook), result.GetValue(sheet), surroundings, connection, cancellation);
            var progress = Progress(path, id, usedMapping, result.GetValue(resume), surroundings);
            var began = surroundings.Time.GetTimestamp();
            var length = new FileInfo(path).Length;
            FeedSummary summary;
            try
            {
                summary = await ProgressLine.RunAsync(surroundings, Path.GetFileName(path), length,
                    report => new FeedRun(connection.Client, id, feed, progress)
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
                summary.ShowJson(surroundings, path, id, usedMapping, progress.From, took);
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

    private static async Task<(IFeedFile File, string? Mapping)> OpenAsync(
        string path, string? mapping, string? rulebook, string? sheet, Surroundings surroundings, Connection connection,
        CancellationToken cancellation)
    {
        ITable table;
        switch (Path.GetExtension(path).ToUpperInvariant())
        {
            case ".NDJSON" or ".JSONL":
                return (new NdjsonFile(path), null);
            case ".JSON":
                return (IsArray(path) ? new JsonArrayFile(path) : new NdjsonFile(path), null);
            case ".CSV" or ".TSV" or ".TXT":
                table = new CsvTable(path);
                break;
            case ".XLSX" or ".XLS":
                table = new XlsxTable(path, sheet);
                break;
            case var other:
                throw new CliException(ExitCode.Usage, $"Files ending in '{other}' cannot be fed.", "Use .ndjson, .json, .csv or .xlsx.");
        }

        var rules = rulebook is null
            ? await RulebookSource.OfServerAsync(connection.Client, cancellation)
            : RulebookSource.OfFolder(surroundings.PathOf(rulebook));
        using var rows = table.Open();
        var chosen = MappingChoice.Of(rules.Mappings, rules.Kinds, mapping, rows.Header);
        if (mapping is null)
            await surroundings.Talk.WriteLineAsync($"Using mapping '{chosen.Name}', the only one that fits the columns.");
        if (!rules.Kinds.TryGetValue(chosen.Kind, out var kind))
            throw new CliException(ExitCode.Invalid,
                $"Mapping '{chosen.Name}' is of kind '{chosen.Kind}', which the rulebook does not have.");
        return (new RowFile(table, new RowConverter(chosen, kind), chosen.Revision is not null), chosen.Name);
    }

    private static bool IsArray(string path)
    {
        var (encoding, _) = TextForm.Of(path);
        using var reader = new StreamReader(path, encoding);
        int first;
        do
            first = reader.Read();
        while (first >= 0 && char.IsWhiteSpace((char)first));
        return first == '[';
    }
}
