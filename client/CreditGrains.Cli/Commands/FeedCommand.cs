using System.CommandLine;
using CreditGrains.Cli.Feeding;
using CreditGrains.Cli.Terminal;
using CreditGrains.Domain.Feeds;
using CreditGrains.Domain.Rulebooks;

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
        var strict = new Option<bool>("--strict") 
        {
            Description = "Send nothing when a column is used by nothing (exit code 3); exit with 1 when lines were rejected."
        };
        var json = Options.Json();
        var command = new Command("feed", "Report a file of events or rows.") 
        {
            file, source, mapping, rulebook, sheet, encoding, headerRow, batch, resume, report, strict, json
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
            var reading = new Reading(
                path, result.GetValue(mapping), result.GetValue(rulebook), result.GetValue(sheet), result.GetValue(encoding),
                result.GetValue(headerRow));
            var feed = await OpenAsync(reading, surroundings, connection, cancellation);
            feed.Tell(surroundings, path);
            if (result.GetValue(strict) && feed.Columns is { Unused.Count: > 0 } columns)
                throw new CliException(ExitCode.Invalid, $"Nothing uses the columns {string.Join(", ", columns.Unused)}.",
                    "Nothing was sent. Rename or remove them, name them under 'drop' in the mapping, or leave out --strict.");
            var resumes = result.GetValue(resume);
            var progress = Progress(path, id, feed.Mapping, resumes, surroundings);
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
        Reading reading, Surroundings surroundings, Connection connection, CancellationToken cancellation)
    {
        var path = reading.Path;
        ITable table;
        switch (Path.GetExtension(path).ToUpperInvariant())
        {
            case ".NDJSON" or ".JSONL":
                return Lines(path, TextEncoding.Of(path, reading.Encoding));
            case ".JSON":
                var encoding = TextEncoding.Of(path, reading.Encoding);
                return IsArray(path, encoding)
                    ? new FeedSource(new JsonArrayFile(path, encoding), $"{encoding.Name}, one JSON array")
                    : Lines(path, encoding);
            case ".CSV" or ".TSV" or ".TXT":
                table = new CsvTable(path, TextEncoding.Of(path, reading.Encoding));
                break;
            case ".XLSX":
                table = new XlsxTable(path, reading.Sheet);
                break;
            case ".XLS":
                throw new CliException(
                    ExitCode.Invalid, $"{Path.GetFileName(path)} is an old workbook, which does not tell errors in cells.",
                    "Save it as .xlsx or .csv.");
            case var other:
                throw new CliException(ExitCode.Usage, $"Files ending in '{other}' cannot be fed.", "Use .ndjson, .json, .csv or .xlsx.");
        }

        var rules = reading.Rulebook is null
            ? await RulebookSource.OfServerAsync(connection.Client, cancellation)
            : RulebookSource.OfFolder(surroundings.PathOf(reading.Rulebook));
        using var rows = table.Open(reading.HeaderRow);
        var chosen = Choose(reading, rules, table, rows);
        if (reading.Mapping is null)
            await surroundings.Talk.WriteLineAsync($"Using mapping '{chosen.Name}', the only one that fits the columns.");
        if (!rules.Kinds.TryGetValue(chosen.Kind, out var kind))
            throw new CliException(ExitCode.Invalid,
                $"Mapping '{chosen.Name}' is of kind '{chosen.Kind}', which the rulebook does not have.");
        var converter = new RowConverter(chosen, kind);
        return new FeedSource(new RowFile(table, converter, chosen.Revision is not null, reading.HeaderRow), table.Description)
        {
            Mapping = chosen.Name,
            HeaderRow = rows.Row,
            Columns = Columns.Of(rows.Header, converter),
        };
    }

    private static FeedSource Lines(string path, TextEncoding encoding) =>
        new(new NdjsonFile(path, encoding), $"{encoding.Name}, one event a line");

    /// <summary>The mapping; where none fits and a row below has the columns of one, that row is named.</summary>
    private static FeedMapping Choose(Reading reading, RulebookSource rules, ITable table, ITableRows rows)
    {
        try
        {
            // A title above the header gives no columns of which two could have the same name.
            var chosen = MappingChoice.Of(rules.Mappings, rules.Kinds, reading.Mapping, rows.Header);
            Columns.RequireDistinct(rows.Header);
            return chosen;
        }
        catch (CliException none) when (none.ExitCode == ExitCode.Invalid && reading.HeaderRow is null
            && HeaderBelow(reading, rules, table, rows) is { } below)
        {
            throw new CliException(none.ExitCode, none.Message, $"Row {below} looks like the header: --header-row {below}");
        }
    }

    private static long? HeaderBelow(Reading reading, RulebookSource rules, ITable table, ITableRows rows)
    {
        const int TitleRowsMax = 10;
        if (MappingChoice.AnyFits(rules.Mappings, reading.Mapping, rows.Header))
            return null;
        for (var row = rows.Row + 1; row <= rows.Row + TitleRowsMax; row++)
        {
            try
            {
                using var below = table.Open((int)row);
                if (MappingChoice.AnyFits(rules.Mappings, reading.Mapping, below.Header))
                    return row;
            }
            catch (CliException)
            {
                // No header either.
            }
        }

        return null;
    }

    private static bool IsArray(string path, TextEncoding encoding)
    {
        using var utf8 = encoding.Open(path);
        int first;
        do
            first = utf8.ReadByte();
        while (first is ' ' or '\t' or '\r' or '\n');
        return first == '[';
    }

    /// <summary>What the command line says about reading the file; null where it says nothing.</summary>
    private sealed record Reading(string Path, string? Mapping, string? Rulebook, string? Sheet, string? Encoding, int? HeaderRow);
}
