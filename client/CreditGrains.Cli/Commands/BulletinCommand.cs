using System.CommandLine;
using CreditGrains.Cli.Terminal;
using CreditGrains.Client;

namespace CreditGrains.Cli.Commands;

/// <summary><c>credit bulletin</c>: monthly bulletins, the rows behind them, and a department's own count.</summary>
internal static class BulletinCommand
{
    private const int PageMax = 200;

    public static Command Make(Surroundings surroundings) =>
        new("bulletin", "Monthly bulletins of departments' reports, and the rows behind them.")
        {
            List(surroundings), Show(surroundings), Rows(surroundings), Issue(surroundings), Count(surroundings),
        };

    private static Command List(Surroundings surroundings)
    {
        var json = Options.Json();
        var command = new Command("list", "Months, whether they are issued, and all departments together.") { json };
        command.SetAction(async (result, cancellation) =>
        {
            using var connection = Credentials.Connect(surroundings, ["operator"]);
            string? cursor = null;
            do
            {
                var page = await connection.Client.BulletinsAsync(PageMax, cursor, cancellation);
                foreach (var bulletin in page.Items)
                {
                    if (result.GetValue(json))
                        JsonOut.Write(surroundings.Out, bulletin);
                    else
                        await surroundings.Out.WriteLineAsync($"{bulletin.Month}  {bulletin.State}  {InWords(bulletin.Total)}");
                }

                cursor = page.Next;
            }
            while (cursor is not null);

            return ExitCode.Done;
        });
        return command;
    }

    private static Command Show(Surroundings surroundings)
    {
        var month = Month();
        var json = Options.Json();
        var command = new Command("show", "A month's bulletin, department by department.") { month, json };
        command.SetAction(async (result, cancellation) =>
        {
            using var connection = Credentials.Connect(surroundings, ["operator"]);
            var bulletin = await connection.Client.BulletinAsync(result.GetRequiredValue(month), cancellation);
            if (result.GetValue(json))
            {
                JsonOut.Write(surroundings.Out, bulletin);
                return ExitCode.Done;
            }

            foreach (var department in bulletin.Departments ?? [])
                await surroundings.Out.WriteLineAsync($"{department.Department}  {InWords(department.Score)}");
            await surroundings.Talk.WriteLineAsync(
                $"{bulletin.Month} is {bulletin.State}, counted on {bulletin.CountedOn:yyyy-MM-dd}; wrong or double codes "
                + $"{bulletin.CodeFaults.PerTenThousand ?? "-"} of 10,000; {bulletin.Corrections?.Total ?? 0} corrections since.");
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Rows(Surroundings surroundings)
    {
        var month = Month();
        var source = Options.Source();
        var only = new Option<string?>("--class") { Description = "Only rows of a class, such as late.", HelpName = "CLASS" };
        var json = Options.Json();
        var command = new Command("rows", "The rows behind a department's figures.") { month, source, only, json };
        command.SetAction(async (result, cancellation) =>
        {
            using var connection = Credentials.Connect(surroundings, ["operator"]);
            string? cursor = null;
            do
            {
                var page = await connection.Client.BulletinRowsAsync(
                    result.GetRequiredValue(month), result.GetRequiredValue(source), result.GetValue(only), PageMax, cursor, cancellation);
                foreach (var row in page.Items)
                {
                    if (result.GetValue(json))
                        JsonOut.Write(surroundings.Out, row);
                    else
                        await surroundings.Out.WriteLineAsync(InWords(row));
                }

                cursor = page.Next;
            }
            while (cursor is not null);

            return ExitCode.Done;
        });
        return command;
    }

    private static Command Issue(Surroundings surroundings)
    {
        var month = Month();
        var reason = new Option<string>("--reason") { Description = "Why, kept with the act.", Required = true, HelpName = "TEXT" };
        var command = new Command("issue", "Issue a month's bulletin: nothing of it changes after that.") { month, reason };
        command.SetAction(async (result, cancellation) =>
        {
            using var connection = Credentials.Connect(surroundings, ["operator"]);
            var issued = await connection.Client.IssueBulletinAsync(
                result.GetRequiredValue(month), result.GetRequiredValue(reason), cancellation);
            await surroundings.Out.WriteLineAsync($"{issued.Month}  issued  rows {issued.RowsDigest}");
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Count(Surroundings surroundings)
    {
        var month = Month();
        var source = Options.Source();
        var kind = new Option<string>("--kind") { Description = "Kind of the decisions.", Required = true, HelpName = "KIND" };
        var decisions = new Option<long>("--decisions")
        {
            Description = "How many the department counts.", Required = true, HelpName = "N",
        };
        var note = new Option<string?>("--note") { Description = "How they were counted.", HelpName = "TEXT" };
        var command = new Command("count", "Say how many decisions of a month the department counts itself.")
        {
            month, source, kind, decisions, note,
        };
        command.SetAction(async (result, cancellation) =>
        {
            var id = result.GetRequiredValue(source);
            using var connection = Credentials.Connect(surroundings, ["source"], id);
            var card = await connection.Client.ScorecardAsync(id, result.GetRequiredValue(month), cancellation);
            var counts = card.Score.Own.ToDictionary(each => each.Key, each => each.Value);
            counts[result.GetRequiredValue(kind)] = result.GetValue(decisions);
            var kept = await connection.Client.CountDecisionsAsync(
                id, result.GetRequiredValue(month), new DecisionCounts(counts, result.GetValue(note)), cancellation);
            foreach (var (name, number) in kept.Counts)
                await surroundings.Out.WriteLineAsync($"{name}  {number}");
            await surroundings.Talk.WriteLineAsync("It shows with the next counting.");
            return ExitCode.Done;
        });
        return command;
    }

    private static Argument<string> Month() => new("MONTH") { Description = "For instance 2026-11." };

    private static string InWords(DepartmentFigures score) =>
        $"reporting {InWords(score.Reporting)}, compliance {InWords(score.Compliance)}, timeliness {InWords(score.Timeliness)}, "
        + $"accuracy {InWords(score.Accuracy)}, completeness {InWords(score.Completeness)}";

    private static string InWords(BulletinRate? rate) =>
        rate?.Percent is { } percent ? $"{percent} % ({rate.Numerator}/{rate.Denominator})" : "-";

    private static string InWords(BulletinRow row) =>
        $"{row.Class}  {row.Id ?? "-"}  {row.Kind ?? row.Code ?? "-"}  {row.On:yyyy-MM-dd}"
        + (row.DaysLate is { } late ? $"  due {row.DueOn:yyyy-MM-dd}, {late} working days late" : "")
        + (row.Line is { } line ? $"  line {line}" : "");
}
