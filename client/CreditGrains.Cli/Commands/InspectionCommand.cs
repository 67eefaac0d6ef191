using System.CommandLine;
using System.Globalization;
using CreditGrains.Cli.Terminal;
using CreditGrains.Client;

namespace CreditGrains.Cli.Commands;

/// <summary><c>credit inspection</c>: inspection plans by grade: draw, show, export, verify.</summary>
internal static class InspectionCommand
{
    private const int PageRows = 200;
    private const string Drawing = "drawing";
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(300);
    private static readonly string[] Operator = ["operator"];

    public static Command Make(Surroundings surroundings) =>
        new("inspection", "Inspection plans by grade, drawn so that anybody can repeat it.")
    {
        Draw(surroundings), List(surroundings), Show(surroundings), Verify(surroundings),
    };

    private static Command Draw(Surroundings surroundings)
    {
        var period = new Option<string>("--period") { Description = "The period, such as 2026-Q4.", HelpName = "PERIOD", Required = true };
        var id = new Option<string?>("--id") { Description = "Name of the plan; default the period.", HelpName = "ID" };
        var seed = new Option<string?>("--seed")
        {
            Description = "Drawn in public or fixed beforehand; default a random one, which is shown.",
            HelpName = "TEXT",
        };
        var units = new Option<string[]>("--unit")
        {
            Description = "A unit of inspectors and how many inspections it can make; for each unit once.",
            HelpName = "NAME=N",
        };
        var json = Options.Json();
        var command = new Command("draw", "Draw a plan over all organisations by their grade; it never changes.")
        {
            period, id, seed, units, json,
        };
        command.SetAction(async (result, cancellation) =>
        {
            using var connection = Credentials.Connect(surroundings, Operator);
            var order = new InspectionPlanCommand(
                result.GetRequiredValue(period), result.GetValue(id), result.GetValue(seed),
                    [.. (result.GetValue(units) ?? []).Select(Unit)]);
            var plan = await WaitAsync(
                connection.Client, await connection.Client.DrawInspectionsAsync(order, cancellation), surroundings, cancellation);
            if (result.GetValue(json))
                JsonOut.Write(surroundings.Out, plan);
            else
                await WriteAsync(plan, surroundings.Out);
            await surroundings.Talk.WriteLineAsync($"Next: credit inspection show {plan.Plan} --csv > {plan.Plan}.csv");
            return ExitCode.Done;
        });
        return command;
    }

    private static async Task<InspectionPlan> WaitAsync(
        CreditClient client, InspectionPlan begun, Surroundings surroundings, CancellationToken cancellation)
    {
        if (begun.State != Drawing)
            return begun;
        return await ProgressLine.RunAsync(surroundings, $"drawing {begun.Plan}", 100, async report =>
        {
            var shown = begun;
            while (shown.State == Drawing)
            {
                report(shown.Subjects == 0 ? 0 : 100.0 * shown.Done / shown.Subjects);
                await Task.Delay(Poll, surroundings.Time, cancellation);
                shown = await client.InspectionPlanAsync(begun.Plan, cancellation);
            }

            return shown;
        });
    }

    private static Command List(Surroundings surroundings)
    {
        var json = Options.Json();
        var command = new Command("list", "List the plans.") { json };
        command.SetAction(async (result, cancellation) =>
        {
            using var connection = Credentials.Connect(surroundings, Operator);
            var plans = new List<InspectionPlan>();
            for (string? cursor = null; ;)
            {
                var page = await connection.Client.InspectionPlansAsync(PageRows, cursor, cancellation);
                plans.AddRange(page.Items);
                if ((cursor = page.Next) is null)
                    break;
            }

            if (result.GetValue(json))
                JsonOut.Write(surroundings.Out, new InspectionPlanPage(plans, null));
            foreach (var plan in result.GetValue(json) ? [] : plans)
            {
                await surroundings.Out.WriteLineAsync(
                    $"{plan.Plan}  {plan.Period}  drawn {plan.AsOf:yyyy-MM-dd} by {plan.Actor}  {plan.Inspections} inspections  "
                    + $"policy {plan.Policy}");
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static Command Show(Surroundings surroundings)
    {
        var id = Plan();
        var csv = new Option<bool>("--csv") { Description = "Every inspection with its result, as CSV." };
        var json = Options.Json();
        var command = new Command("show", "Show a plan and its inspections.") { id, csv, json };
        command.SetAction(async (result, cancellation) =>
        {
            using var connection = Credentials.Connect(surroundings, Operator);
            var name = result.GetRequiredValue(id);
            if (result.GetValue(csv))
            {
                await using var output = surroundings.OutBytes();
                await output.WriteAsync(await connection.Client.InspectionsCsvAsync(name, cancellation), cancellation);
                return ExitCode.Done;
            }

            var plan = await connection.Client.InspectionPlanAsync(name, cancellation);
            var inspections = new List<PlannedInspection>();
            for (string? cursor = null; ;)
            {
                var page = await connection.Client.InspectionsAsync(name, PageRows, cursor, cancellation);
                inspections.AddRange(page.Items);
                if ((cursor = page.Next) is null)
                    break;
            }

            if (result.GetValue(json))
            {
                JsonOut.Write(surroundings.Out, new { plan, inspections });
                return ExitCode.Done;
            }

            await WriteAsync(plan, surroundings.Out);
            foreach (var planned in inspections)
            {
                await surroundings.Out.WriteLineAsync(
                    $"  {planned.Sequence,5}  {planned.Subject}  {planned.Grade}  {planned.Unit ?? "-"}  "
                    + $"{(planned.Result is null ? "open" : $"{planned.Result} on {planned.InspectedOn:yyyy-MM-dd}")}  {planned.Name}");
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static Command Verify(Surroundings surroundings)
    {
        var id = Plan();
        var json = Options.Json();
        var command = new Command("verify", "Repeat the draw from the journal and compare.") { id, json };
        command.SetAction(async (result, cancellation) =>
        {
            using var connection = Credentials.Connect(surroundings, Operator);
            var verified = await connection.Client.VerifyInspectionsAsync(result.GetRequiredValue(id), cancellation);
            if (result.GetValue(json))
                JsonOut.Write(surroundings.Out, verified);
            else
            {
                await surroundings.Out.WriteLineAsync(
                    verified.Matches ? $"{verified.Plan} is the draw" : $"{verified.Plan} is not the draw");
                if (!verified.CandidatesMatch)
                    await surroundings.Out.WriteLineAsync("  other organisations, grades or counts took part");
                foreach (var difference in verified.Differences)
                    await surroundings.Out.WriteLineAsync($"  {difference}");
            }

            if (!verified.CatalogueMatches)
                await surroundings.Talk.WriteLineAsync("The catalogue has changed since the draw; a difference may come from that.");
            return verified.Matches ? ExitCode.Done : ExitCode.Failed;
        });
        return command;
    }

    private static async Task WriteAsync(InspectionPlan plan, TextWriter output)
    {
        await output.WriteLineAsync($"plan {plan.Plan} for {plan.Period}, as of {plan.AsOf:yyyy-MM-dd} under policy {plan.Policy}");
        await output.WriteLineAsync($"  seed {plan.Seed}");
        foreach (var grade in plan.Grades)
        {
            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"  {grade.Grade}: {grade.Drawn} of {grade.Eligible} eligible, {grade.Subjects} in all ({grade.InspectionPercent} %)"));
        }

        await output.WriteLineAsync($"  {plan.Inspections} inspections, {plan.WithoutUnit} without a unit");
    }

    private static InspectionUnit Unit(string text)
    {
        var at = text.LastIndexOf('=');
        return at > 0 && int.TryParse(text.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var capacity)
            ? new InspectionUnit(text[..at], capacity)
            : throw new CliException(ExitCode.Usage, $"--unit '{text}' is no NAME=N.");
    }

    private static Argument<string> Plan() => new("PLAN") { Description = "Name of the plan." };
}
