using System.CommandLine;
using CreditGrains.Cli.Terminal;
using CreditGrains.Client;

namespace CreditGrains.Cli.Commands;

/// <summary><c>credit measures</c>: the published list, and every measure in force.</summary>
internal static class MeasuresCommand
{
    private const int PageMax = 200;

    public static Command Make(Surroundings surroundings) =>
        new("measures", "The published measure list, and every measure in force with its cause.")
        {
            List(surroundings), Audit(surroundings), MeasureTaskCommands.Tasks(surroundings), MeasureTaskCommands.Done(surroundings),
        };

    private static Command List(Surroundings surroundings)
    {
        var json = Options.Json();
        var command = new Command("list", "The published list: name, basis, implementer, strength, and when it lapses.") { json };
        command.SetAction(async (result, cancellation) =>
        {
            using var connection = Credentials.Connect(surroundings, ["operator"]);
            var list = await connection.Client.MeasuresAsync(cancellation);
            if (result.GetValue(json))
                JsonOut.Write(surroundings.Out, list);
            foreach (var measure in result.GetValue(json) ? [] : list.Items)
            {
                await surroundings.Out.WriteLineAsync(
                    $"{measure.Measure}  {measure.Class}, {(measure.Mandatory ? "mandatory" : "optional")}, {measure.State}"
                    + (measure.ValidUntil is { } last ? $", until {last:yyyy-MM-dd}" : ""));
                await surroundings.Out.WriteLineAsync($"  {measure.Title}: {measure.Implementer}; {measure.Basis}");
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static Command Audit(Surroundings surroundings)
    {
        var measure = new Option<string?>("--measure") { Description = "Only this measure of the list.", HelpName = "NAME" };
        var only = new Option<string?>("--class")
        {
            Description = "Only restraint, incentive, supervision or notice.", HelpName = "CLASS",
        };
        var purpose = new Option<string?>("--purpose") { Description = "For what, for the access logs.", HelpName = "TEXT" };
        var json = Options.Json();
        var command = new Command("audit", "Every measure in force, with cause, basis and implementer; and mistakes of the list.")
        {
            measure, only, purpose, json,
        };
        command.SetAction(async (result, cancellation) =>
        {
            using var connection = Credentials.Connect(surroundings, ["auditor"]);
            var count = 0L;
            MeasureAudit page;
            string? cursor = null;
            do
            {
                page = await connection.Client.AuditMeasuresAsync(
                    result.GetValue(measure), result.GetValue(only), PageMax, cursor, result.GetValue(purpose), cancellation);
                foreach (var item in page.Items)
                {
                    if (result.GetValue(json))
                        JsonOut.Write(surroundings.Out, item);
                    else
                        await surroundings.Out.WriteLineAsync(InWords(item));
                }

                foreach (var subject in page.Unread)
                    await surroundings.Talk.WriteLineAsync($"{subject}: its records cannot be evaluated; the operator's log says why.");
                count += page.Items.Count;
                cursor = page.Next;
            }
            while (cursor is not null);

            await surroundings.Talk.WriteLineAsync($"{count} measures in force on {page.AsOf:yyyy-MM-dd} under policy {page.Policy}.");
            await TellAsync(surroundings, "The basis has lapsed", page.Lapsed);
            await TellAsync(surroundings, "No body applies it", page.WithoutImplementer);
            await TellAsync(surroundings, "Not published yet", page.Unpublished);
            return ExitCode.Done;
        });
        return command;
    }

    private static string InWords(AuditedMeasure item) =>
        $"{item.Subject}  {item.Measure}  {(item.Cause is { } cause ? $"{cause.Source} {cause.Id}" : $"grade {item.CauseGrade}")}  "
        + $"{(item.From is { } from ? $"{from:yyyy-MM-dd}" : "")}..{(item.Until is { } until ? $"{until:yyyy-MM-dd}" : "")}  "
        + $"{item.Implementer}; {item.Basis}";

    private static async Task TellAsync(Surroundings surroundings, string what, IReadOnlyList<PublishedMeasure> measures)
    {
        if (measures.Count > 0)
            await surroundings.Talk.WriteLineAsync($"{what}: {string.Join(", ", measures.Select(measure => measure.Measure))}");
    }
}
