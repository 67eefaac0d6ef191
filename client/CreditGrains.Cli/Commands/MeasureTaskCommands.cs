using System.CommandLine;
using System.Globalization;
using CreditGrains.Cli.Terminal;
using CreditGrains.Client;

namespace CreditGrains.Cli.Commands;

/// <summary><c>credit measures tasks</c> and <c>credit measures done</c>: measures to be applied and to be lifted.</summary>
internal static class MeasureTaskCommands
{
    public static Command Tasks(Surroundings surroundings)
    {
        var implementer = new Option<string?>("--implementer")
        {
            Description = "Only of one implementer, as the measure list names it.", HelpName = "NAME",
        };
        var json = Options.Json();
        var command = new Command("tasks", "Measures that are to be applied or lifted, the oldest first.") { implementer, json };
        command.SetAction(async (result, cancellation) =>
        {
            using var connection = Credentials.Connect(surroundings, ["checker"]);
            var (cursor, count) = ((string?)null, 0);
            do
            {
                var page = await connection.Client.MeasureTasksAsync(result.GetValue(implementer), cursor, 200, cancellation);
                foreach (var task in page.Items)
                {
                    if (result.GetValue(json))
                        JsonOut.Write(surroundings.Out, task);
                    else
                        await surroundings.Out.WriteLineAsync(InWords(task));
                }

                (cursor, count) = (page.Next, count + page.Items.Count);
            }
            while (cursor is not null);
            await surroundings.Talk.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{count} measures to apply or lift."));
            return ExitCode.Done;
        });
        return command;
    }

    public static Command Done(Surroundings surroundings)
    {
        var task = new Argument<string>("TASK") { Description = "The task, MT-..." };
        var on = Options.Date("--on", "Day of the act, YYYY-MM-DD; today by default.");
        var note = new Option<string?>("--note") { Description = "In words.", HelpName = "TEXT" };
        var json = Options.Json();
        var command = new Command("done", "Say that a measure was applied or lifted.") { task, on, note, json };
        command.SetAction(async (result, cancellation) =>
        {
            using var connection = Credentials.Connect(surroundings, ["checker"]);
            var done = await connection.Client.EndMeasureTaskAsync(
                result.GetRequiredValue(task), new MeasureTaskDone(result.GetValue(on), result.GetValue(note)), cancellation);
            if (result.GetValue(json))
                JsonOut.Write(surroundings.Out, done);
            else
                await surroundings.Out.WriteLineAsync($"Done  {InWords(done)}, on {done.DoneOn:yyyy-MM-dd}");
            return ExitCode.Done;
        });
        return command;
    }

    private static string InWords(MeasureTask task) =>
        $"{task.Since:yyyy-MM-dd}  {task.Task}  {task.Action}  {task.Measure}  {task.Subject}  {task.Implementer}";
}
