using System.CommandLine;
using System.Globalization;
using CreditGrains.Cli.Terminal;
using CreditGrains.Client;

namespace CreditGrains.Cli.Commands;

/// <summary><c>credit recompute</c>: bulk recomputation: look on, start, pause, resume, cancel, throttle.</summary>
internal static class RecomputeCommand
{
    private const string Newest = "newest";
    private static readonly string[] Operator = ["operator"];
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(500);

    public static Command Make(Surroundings surroundings) =>
        new("recompute", "Recompute all subjects; it begins by itself after a change of rules.")
    {
        Start(surroundings), List(surroundings), Show(surroundings), Turn(surroundings, "pause", "Stop the newest run where it is."),
        Turn(surroundings, "resume", "Go on with it."), Turn(surroundings, "cancel", "End it."), Throttle(surroundings),
    };

    private static Command Start(Surroundings surroundings)
    {
        var reason = Reason();
        var watch = Watch();
        var json = Options.Json();
        var command = new Command("start", "Recompute all subjects under the rules in force.") { reason, watch, json };
        command.SetAction(async (result, cancellation) =>
        {
            using var connection = Credentials.Connect(surroundings, Operator);
            var run = await connection.Client.StartRecomputationAsync(result.GetRequiredValue(reason), cancellation);
            return await AnswerAsync(connection.Client, run, result.GetValue(watch), result.GetValue(json), surroundings, cancellation);
        });
        return command;
    }

    private static Command List(Surroundings surroundings)
    {
        var limit = new Option<int>("--limit") { Description = "Most rows, 1 to 200.", DefaultValueFactory = _ => 20, HelpName = "N" };
        var json = Options.Json();
        var command = new Command("list", "List the runs, newest first.") { limit, json };
        command.SetAction(async (result, cancellation) =>
        {
            using var connection = Credentials.Connect(surroundings, Operator);
            var page = await connection.Client.RecomputationsAsync(result.GetValue(limit), null, cancellation);
            if (result.GetValue(json))
            {
                JsonOut.Write(surroundings.Out, page);
                return ExitCode.Done;
            }

            foreach (var run in page.Items)
            {
                await surroundings.Out.WriteLineAsync(
                    $"{run.Run}  {run.State,-9}  {run.Policy,-12}  {Percent(run),6}  {run.GradesChanged} grades changed  {run.Reason}");
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static Command Show(Surroundings surroundings)
    {
        var id = RunId();
        var watch = Watch();
        var json = Options.Json();
        var command = new Command("show", "Show a run: progress, remaining time, matrix, what was set aside.") { id, watch, json };
        command.SetAction(async (result, cancellation) =>
        {
            using var connection = Credentials.Connect(surroundings, Operator);
            var run = await connection.Client.RecomputationAsync(result.GetRequiredValue(id), cancellation);
            return await AnswerAsync(connection.Client, run, result.GetValue(watch), result.GetValue(json), surroundings, cancellation);
        });
        return command;
    }

    private static Command Turn(Surroundings surroundings, string verb, string description)
    {
        var id = RunId();
        var reason = Reason();
        var json = Options.Json();
        var command = new Command(verb, description) { id, reason, json };
        command.SetAction(async (result, cancellation) =>
        {
            using var connection = Credentials.Connect(surroundings, Operator);
            var run = await connection.Client.TurnRecomputationAsync(
                result.GetRequiredValue(id), verb, result.GetRequiredValue(reason), cancellation);
            return await AnswerAsync(connection.Client, run, watch: false, result.GetValue(json), surroundings, cancellation);
        });
        return command;
    }

    private static Command Throttle(Surroundings surroundings)
    {
        var share = new Option<double?>("--cpu-share") { Description = "Most of a thread's time, above 0 to 1.", HelpName = "SHARE" };
        var rate = new Option<int?>("--per-second") { Description = "Most subjects a second; 0 for no bound.", HelpName = "N" };
        var latency = new Option<double?>("--live-ms")
        {
            Description = "Give way while live requests take longer at their 99th percentile.",
            HelpName = "MS",
        };
        var reason = new Option<string?>("--reason") { Description = "Why; kept for good.", HelpName = "TEXT" };
        var json = Options.Json();
        var command = new Command("throttle", "Set how much a run may take away from live requests; without options show it.")
        {
            share, rate, latency, reason, json,
        };
        command.SetAction(async (result, cancellation) =>
        {
            using var connection = Credentials.Connect(surroundings, Operator);
            var wanted = new RecomputationThrottle(
                result.GetValue(share), result.GetValue(rate), result.GetValue(latency), result.GetValue(reason));
            var throttle = wanted is { CpuShareMax: null, SubjectsPerSecondMax: null, LiveLatencyMsMax: null }
                ? await connection.Client.RecomputationThrottleAsync(cancellation)
                : await connection.Client.ThrottleRecomputationAsync(wanted, cancellation);
            if (result.GetValue(json))
                JsonOut.Write(surroundings.Out, throttle);
            else
            {
                await surroundings.Out.WriteLineAsync(
                    $"at most {throttle.CpuShareMax} of a processor, "
                    + (throttle.SubjectsPerSecondMax == 0 ? "any number of" : $"{throttle.SubjectsPerSecondMax}")
                    + $" subjects a second; gives way above {throttle.LiveLatencyMsMax} ms");
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static async Task<int> AnswerAsync(
        CreditClient client, Recomputation run, bool watch, bool json, Surroundings surroundings, CancellationToken cancellation)
    {
        if (watch && run.State == "running")
        {
            run = await ProgressLine.RunAsync(surroundings, $"recomputing under {run.Policy}", 100, async report =>
            {
                var shown = run;
                while (shown.State == "running")
                {
                    report(shown.Percent);
                    await Task.Delay(Poll, surroundings.Time, cancellation);
                    shown = await client.RecomputationAsync(run.Run, cancellation);
                }

                return shown;
            });
        }

        if (json)
            JsonOut.Write(surroundings.Out, run);
        else
            await WriteAsync(run, surroundings.Out);
        return watch && run.State is "failed" ? ExitCode.Failed : ExitCode.Done;
    }

    private static async Task WriteAsync(Recomputation run, TextWriter output)
    {
        var left = run.RemainingSeconds is { } seconds ? $", about {TimeSpan.FromSeconds(Math.Ceiling(seconds)):c} left" : "";
        await output.WriteLineAsync($"run {run.Run}  {run.State}  policy {run.Policy}  {Percent(run)}{left}");
        await output.WriteLineAsync($"  begun by {run.Actor}: {run.Reason}");
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"  {run.Done} of {run.Subjects} subjects in {run.ElapsedSeconds:0.0} s, {run.Written} written, ")
            + $"{run.GradesChanged} grades changed");
        if (run.Error is not null)
            await output.WriteLineAsync($"  failed: {run.Error}");
        if (run.Matrix.Count > 0)
        {
            foreach (var line in GradeTable.Lines([.. run.Matrix.Select(move => (move.Old, move.New, move.Count))]))
                await output.WriteLineAsync("  " + line);
        }

        foreach (var poison in run.Poison)
            await output.WriteLineAsync($"  set aside: {poison.Subject}: {poison.Error}");
        if (run.Summary is { } summary)
        {
            var signed = summary.KeyId is null ? "" : $", signed with {summary.KeyId}";
            await output.WriteLineAsync($"  summary sha256:{summary.Digest}{signed}");
        }
    }

    private static string Percent(Recomputation run) => string.Create(CultureInfo.InvariantCulture, $"{run.Percent:0.#} %");

    private static Argument<string> RunId() =>
        new("RUN") { Description = "A run; default the newest.", Arity = ArgumentArity.ZeroOrOne, DefaultValueFactory = _ => Newest };

    private static Option<string> Reason() => new("--reason") { Description = "Why; kept for good.", HelpName = "TEXT", Required = true };

    private static Option<bool> Watch() => new("--watch") { Description = "Stay with it until it is over, with a progress bar." };
}
