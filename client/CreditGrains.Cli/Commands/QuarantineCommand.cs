using System.CommandLine;
using CreditGrains.Cli.Terminal;

namespace CreditGrains.Cli.Commands;

/// <summary><c>credit quarantine</c>: rejected lines of a source: list, send again, dismiss.</summary>
internal static class QuarantineCommand
{
    private const int PageLines = 200;

    public static Command Make(Surroundings surroundings) => new("quarantine", "Rejected lines of a source.")
    {
        List(surroundings), Resubmit(surroundings), Dismiss(surroundings),
    };

    private static Command List(Surroundings surroundings)
    {
        var source = Options.Source();
        var json = Options.Json();
        var limit = new Option<int>("--limit") { Description = "Most lines.", DefaultValueFactory = _ => 100, HelpName = "N" };
        var state = new Option<string>("--state")
        {
            Description = "open, dismissed, resubmitted, superseded or all.", DefaultValueFactory = _ => "open", HelpName = "S",
        };
        var command = new Command("list", "List the lines that are open, or of another state, oldest first.")
        {
            source, state, limit, json,
        };
        command.SetAction(async (result, cancellation) =>
        {
            using var connection = Connect(surroundings, result.GetRequiredValue(source));
            var left = result.GetValue(limit);
            string? cursor = null;
            long open;
            do
            {
                var page = await connection.Client.QuarantineAsync(result.GetRequiredValue(source), Math.Clamp(left, 1, PageLines), cursor,
                    result.GetValue(state), cancellation);
                foreach (var line in page.Items)
                {
                    if (result.GetValue(json))
                    {
                        JsonOut.Write(surroundings.Out, writer =>
                        {
                            writer.WriteNumber("number", line.Number);
                            writer.WriteString("id", line.Id);
                            writer.WriteString("code", line.Code);
                            writer.WriteString("detail", line.Detail);
                            writer.WriteString("pointer", line.Pointer);
                            writer.WriteString("line", line.Line);
                            writer.WriteString("at", line.At);
                            writer.WriteString("state", line.State);
                            writer.WriteString("closedBy", line.ClosedBy);
                            if (line.ClosedAt is { } closed)
                                writer.WriteString("closedAt", closed);
                        });
                    }
                    else
                    {
                        await surroundings.Out.WriteLineAsync(
                            $"{line.Number}  {line.Id ?? "-"}  {line.Code} {line.Pointer}  {line.Detail}"
                            + (line.State is null or "open" ? "" : $"  ({line.State})"));
                    }
                }

                left -= page.Items.Count;
                (cursor, open) = (page.Next, page.Open);
            }
            while (left > 0 && cursor is not null);
            await surroundings.Talk.WriteLineAsync(open == 0
                ? "No line is open."
                : $"{open} open. Put a line right and send it: credit quarantine resubmit NUMBER "
                    + $"--source {result.GetRequiredValue(source)} --file F");
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Resubmit(Surroundings surroundings)
    {
        var number = new Argument<long>("NUMBER") { Description = "The line's number in the quarantine." };
        var source = Options.Source();
        var file = new Option<string?>("--file")
        {
            Description = "The event put right; without it the line is tried as it was kept.",
            HelpName = "F"
        };
        var command = new Command("resubmit", "Send a rejected line again.") { number, source, file };
        command.SetAction(async (result, cancellation) =>
        {
            using var connection = Connect(surroundings, result.GetRequiredValue(source));
            var corrected = result.GetValue(file) is { } path ? await File.ReadAllBytesAsync(surroundings.PathOf(path), cancellation) : [];
            var receipt = await connection.Client.ResubmitAsync(result.GetRequiredValue(source), result.GetValue(number), corrected,
                cancellation);
            var line = receipt.Lines.Count > 0 ? receipt.Lines[0] : null;
            await surroundings.Out.WriteLineAsync(receipt.Rejected == 0
                ? line?.Outcome ?? "accepted" : $"rejected  {line?.Code}  {line?.Detail}");
            return receipt.Rejected == 0 ? ExitCode.Done : ExitCode.Failed;
        });
        return command;
    }

    private static Command Dismiss(Surroundings surroundings)
    {
        var numbers = new Argument<long[]>("NUMBER") { Description = "Numbers in the quarantine.", Arity = ArgumentArity.OneOrMore };
        var source = Options.Source();
        var command = new Command("dismiss", "Close rejected lines without sending them again.") { numbers, source };
        command.SetAction(async (result, cancellation) =>
        {
            using var connection = Connect(surroundings, result.GetRequiredValue(source));
            foreach (var number in result.GetRequiredValue(numbers))
            {
                await connection.Client.DismissAsync(result.GetRequiredValue(source), number, cancellation);
                await surroundings.Out.WriteLineAsync($"{number}  dismissed");
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static Connection Connect(Surroundings surroundings, string source) => Credentials.Connect(surroundings, ["source"], source);
}
