using System.CommandLine;
using System.Text;
using CreditGrains.Cli.Terminal;
using CreditGrains.Client;

namespace CreditGrains.Cli.Commands;

/// <summary><c>credit policy simulate</c>: what a version would do, without touching anything.</summary>
internal static class PolicySimulation
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(300);

    public static Command Make(Surroundings surroundings)
    {
        var version = PolicyCommand.Version();
        var against = PolicyCommand.Against();
        var asOf = Options.Date("--as-of", "Legal date; default today.");
        var sample = new Option<decimal?>("--sample") { Description = "Look at this share of the subjects only.", HelpName = "PERCENT" };
        var seed = new Option<long?>("--seed") { Description = "Which sample.", HelpName = "N" };
        var movers = new Option<int?>("--movers") { Description = "Explain so many falls and rises; default 10.", HelpName = "N" };
        var from = Options.Date("--from", "With --to: a past period, date by date.");
        var to = Options.Date("--to", "The period's last date.");
        var step = new Option<string?>("--step") { Description = "day, week or month (default).", HelpName = "STEP" };
        step.AcceptOnlyFromAmong("day", "week", "month");
        var knownNow = new Option<bool>("--known-now")
        {
            Description = "Of a period: with all that is known now; default is what was known at each date.",
        };
        var json = Options.Json();
        var command = new Command("simulate", "Say what a version would do to everybody, without touching anything.")
        {
            version, against, asOf, sample, seed, movers, from, to, step, knownNow, json,
        };
        command.SetAction(async (result, cancellation) =>
        {
            using var connection = Credentials.Connect(surroundings, ["policy-author"]);
            var question = new SimulationQuestion
            {
                Against = result.GetValue(against),
                AsOf = result.GetValue(asOf),
                SamplePercent = result.GetValue(sample),
                Seed = result.GetValue(seed),
                Movers = result.GetValue(movers),
                From = result.GetValue(from),
                To = result.GetValue(to),
                Step = result.GetValue(step),
                KnownThen = result.GetValue(knownNow) ? false : null,
            };
            var begun = await connection.Client.SimulateAsync(result.GetRequiredValue(version), question, cancellation);
            return await FinishAsync(connection.Client, begun, result.GetValue(json), surroundings, cancellation);
        });
        return command;
    }

    public static Command List(Surroundings surroundings)
    {
        var json = Options.Json();
        var command = new Command("simulations", "List the simulations that are kept, the newest first.") { json };
        command.SetAction(async (result, cancellation) =>
        {
            using var connection = Credentials.Connect(surroundings, ["policy-author"]);
            var kept = await connection.Client.SimulationsAsync(cancellation);
            if (result.GetValue(json))
            {
                JsonOut.Write(surroundings.Out, new { items = kept });
                return ExitCode.Done;
            }

            foreach (var simulation in kept)
            {
                await surroundings.Out.WriteLineAsync(
                    $"{simulation.Id}  {simulation.State,-11}  {simulation.Against} -> {simulation.Version}  "
                    + $"{PolicyCommand.Instant(simulation.AskedAt)}  by {simulation.Actor}");
            }

            return ExitCode.Done;
        });
        return command;
    }

    public static Command Show(Surroundings surroundings)
    {
        var id = new Argument<string>("SIMULATION") { Description = "As it was answered." };
        var start = new Option<bool>("--start") { Description = "Make it again; it was interrupted or cancelled or has failed." };
        var json = Options.Json();
        var command = new Command("simulation", "Wait for a simulation and show what it found.") { id, start, json };
        command.SetAction(async (result, cancellation) =>
        {
            using var connection = Credentials.Connect(surroundings, ["policy-author"]);
            var named = result.GetRequiredValue(id);
            var begun = result.GetValue(start)
                ? await connection.Client.StartSimulationAsync(named, cancellation)
                : await connection.Client.SimulationAsync(named, cancellation);
            return await FinishAsync(connection.Client, begun, result.GetValue(json), surroundings, cancellation);
        });
        return command;
    }

    private static async Task<int> FinishAsync(
        CreditClient client, Simulation begun, bool json, Surroundings surroundings, CancellationToken cancellation)
    {
        var done = await WaitAsync(client, begun, surroundings, cancellation);
        if (done.State != "finished")
        {
            var next = done.State == "interrupted" ? $" Next: credit policy simulation {done.Id} --start" : "";
            throw new CliException(ExitCode.Failed, $"The simulation is {done.State}. {done.Error}".TrimEnd() + next);
        }

        if (json)
        {
            await surroundings.Out.WriteLineAsync(Encoding.UTF8.GetString(await client.SimulationBytesAsync(done.Id, cancellation)));
            return ExitCode.Done;
        }

        await WriteAsync(done, surroundings.Out);
        await surroundings.Talk.WriteLineAsync(done.CountsForActivation
            ? $"It counts for 7 days for an activation from its day on. Next, by a second person: "
                + $"credit policy approve {done.Version} --reason TEXT"
            : "An activation does not go by this: it asks for a simulation against the version in force, as of today or later.");
        return ExitCode.Done;
    }

    private static async Task<Simulation> WaitAsync(
        CreditClient client, Simulation begun, Surroundings surroundings, CancellationToken cancellation)
    {
        if (!IsOpen(begun))
            return begun;
        return await ProgressLine.RunAsync(surroundings, $"simulating {begun.Version}", 100, async report =>
        {
            var shown = begun;
            while (IsOpen(shown))
            {
                report(shown.Subjects == 0 ? 0 : 100.0 * shown.Done / shown.Subjects);
                await Task.Delay(Poll, surroundings.Time, cancellation);
                shown = await client.SimulationAsync(begun.Id, cancellation);
            }

            return shown;
        });
    }

    private static bool IsOpen(Simulation simulation) => simulation.State is "running" or "queued";

    private static async Task WriteAsync(Simulation done, TextWriter output)
    {
        foreach (var result in done.Series ?? (done.Result is { } one ? [one] : []))
        {
            await output.WriteLineAsync(
                $"{done.Against} -> {done.Version} as of {result.AsOf:yyyy-MM-dd}, {result.Subjects} subjects"
                + (result.Population > result.Subjects ? $", a sample of {result.Population}" : "")
                + (result.Unread > 0 ? $"; {result.Unread} could not be evaluated" : ""));
            foreach (var line in GradeTable.Lines(
                [.. result.Matrix.Select(change => (change.Old, change.New, change.Share.Count))],
                [.. result.GradesBefore.Select(grade => grade.Grade)], [.. result.GradesAfter.Select(grade => grade.Grade)]))
                await output.WriteLineAsync("  " + line);
            await output.WriteLineAsync($"  down {Words(result.Down)}, up {Words(result.Up)}");
            foreach (var measure in result.Measures)
                await output.WriteLineAsync($"  measure {measure.Measure}: begins for {measure.Begins}, ends for {measure.Ends}");
        }

        foreach (var (title, list) in new[] { ("falls", done.Falls), ("rises", done.Rises) })
        {
            if (list is not { Count: > 0 })
                continue;
            await output.WriteLineAsync($"greatest {title}:");
            foreach (var mover in list)
            {
                await output.WriteLineAsync(
                    $"  {mover.Subject}  {mover.OldGrade ?? "-"} -> {mover.NewGrade ?? "-"}  {mover.OldScore ?? "-"} -> "
                    + $"{mover.NewScore ?? "-"}  {mover.Name}");
                foreach (var reason in mover.Reasons)
                    await output.WriteLineAsync($"    {reason}");
            }
        }
    }

    private static string Words(PopulationShare share) => share.LowPercent == share.HighPercent
        ? $"{share.Count} ({share.Percent} %)"
        : $"{share.Count} of those looked at ({share.Percent} %; of all {share.LowPercent} to {share.HighPercent} % at 95 %)";
}
