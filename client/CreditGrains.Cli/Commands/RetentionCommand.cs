using System.CommandLine;
using CreditGrains.Cli.Terminal;
using CreditGrains.Client;

namespace CreditGrains.Cli.Commands;

/// <summary><c>credit retention</c>: counts records whose retention is over, and destroys their content by a second person.</summary>
internal static class RetentionCommand
{
    private static readonly string[] Operator = ["operator"];
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(500);

    public static Command Make(Surroundings surroundings) =>
        new("retention", "Destroy the content of records whose retention is over: one person counts, another carries it out.")
    {
        Count(surroundings), CarryOut(surroundings), List(surroundings), Show(surroundings),
    };

    private static Command Count(Surroundings surroundings)
    {
        var (reason, watch, json) = (Reason(), Watch(), Options.Json());
        var command = new Command("count", "Count by kind what is due to be destroyed today; nothing is changed.")
        {
            reason, watch, json,
        };
        command.SetAction(async (result, cancellation) =>
        {
            using var connection = Credentials.Connect(surroundings, Operator);
            var run = await connection.Client.CountRetentionAsync(result.GetRequiredValue(reason), cancellation);
            return await AnswerAsync(connection.Client, run, result.GetValue(watch), result.GetValue(json), surroundings, cancellation);
        });
        return command;
    }

    private static Command CarryOut(Surroundings surroundings)
    {
        var (id, reason, watch, json) = (RunId(), Reason(), Watch(), Options.Json());
        var confirm = new Option<long>("--confirm")
        {
            Description = "How many records the dry run found due.", HelpName = "N", Required = true,
        };
        var command = new Command("carry-out", "Destroy what a dry run of another person has counted; it cannot be undone.")
        {
            id, confirm, reason, watch, json,
        };
        command.SetAction(async (result, cancellation) =>
        {
            using var connection = Credentials.Connect(surroundings, Operator);
            var run = await connection.Client.CarryOutRetentionAsync(
                result.GetRequiredValue(id), result.GetRequiredValue(confirm), result.GetRequiredValue(reason), cancellation);
            return await AnswerAsync(connection.Client, run, result.GetValue(watch), result.GetValue(json), surroundings, cancellation);
        });
        return command;
    }

    private static Command List(Surroundings surroundings)
    {
        var json = Options.Json();
        var command = new Command("list", "List dry runs and what carried them out, newest first.") { json };
        command.SetAction(async (result, cancellation) =>
        {
            using var connection = Credentials.Connect(surroundings, Operator);
            var page = await connection.Client.RetentionRunsAsync(cancellation);
            if (result.GetValue(json))
            {
                JsonOut.Write(surroundings.Out, page);
                return ExitCode.Done;
            }

            foreach (var run in page.Items)
                await surroundings.Out.WriteLineAsync($"{LineOf(run)}  by {run.Actor}  {run.Reason}");
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Show(Surroundings surroundings)
    {
        var (id, watch, json) = (RunId(), Watch(), Options.Json());
        var command = new Command("show", "Show a run: its figures by kind of record, with the retention of each.") { id, watch, json };
        command.SetAction(async (result, cancellation) =>
        {
            using var connection = Credentials.Connect(surroundings, Operator);
            var run = await connection.Client.RetentionRunAsync(result.GetRequiredValue(id), cancellation);
            return await AnswerAsync(connection.Client, run, result.GetValue(watch), result.GetValue(json), surroundings, cancellation);
        });
        return command;
    }

    private static async Task<int> AnswerAsync(
        CreditClient client, RetentionRun run, bool watch, bool json, Surroundings surroundings, CancellationToken cancellation)
    {
        while (watch && run.State is "queued" or "running")
        {
            await Task.Delay(Poll, surroundings.Time, cancellation);
            run = await client.RetentionRunAsync(run.Run, cancellation);
        }

        if (json)
            JsonOut.Write(surroundings.Out, run);
        else
            await WriteAsync(run, surroundings);
        return watch && run.State is "failed" ? ExitCode.Failed : ExitCode.Done;
    }

    private static async Task WriteAsync(RetentionRun run, Surroundings surroundings)
    {
        var output = surroundings.Out;
        await output.WriteLineAsync(LineOf(run) + (run.Of is null ? "" : $"  of {run.Of}"));
        await output.WriteLineAsync($"  begun by {run.Actor}: {run.Reason}");
        await output.WriteLineAsync($"  by {run.On:yyyy-MM-dd}; {run.Subjects} organisations passed, {run.Proofs} files of proofs");
        foreach (var kind in run.Kinds)
        {
            var rule = kind.Years is { } years
                ? $"  kept {years} years from its {(kind.From == "until" ? "end" : "date")} ({kind.Basis})" : "";
            await output.WriteLineAsync(
                $"  {kind.Kind,-24}  {kind.Due,8} due since {kind.Since:yyyy-MM-dd}  {kind.Destroyed,8} destroyed{rule}");
        }

        if (run.Skipped > 0)
            await output.WriteLineAsync($"  {run.Skipped} changed at the same time; the next run looks at them again");
        if (run.Error is not null)
            await output.WriteLineAsync($"  failed: {run.Error}");
        if (run is { DryRun: true, State: "finished", Due: > 0 })
        {
            await surroundings.Talk.WriteLineAsync(
                $"Another operator carries it out: credit retention carry-out {run.Run} --confirm {run.Due} --reason TEXT");
        }
    }

    private static string LineOf(RetentionRun run) =>
        $"{run.Run}  {(run.DryRun ? "count" : "destroy"),-7}  {run.State,-11}  {run.Due} due, {run.Destroyed} destroyed";

    private static Argument<string> RunId() => new("RUN") { Description = "A run (credit retention list)." };

    private static Option<string> Reason() => new("--reason") { Description = "Why; kept for good.", HelpName = "TEXT", Required = true };

    private static Option<bool> Watch() => new("--watch") { Description = "Stay with it until it is over." };
}
