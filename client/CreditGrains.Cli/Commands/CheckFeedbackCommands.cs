using System.CommandLine;
using System.Globalization;
using CreditGrains.Cli.Terminal;
using CreditGrains.Client;

namespace CreditGrains.Cli.Commands;

/// <summary><c>credit check feedback</c> and <c>credit check reminders</c>: acts on checks, and those still to be told.</summary>
internal static class CheckFeedbackCommands
{
    public static Command Feedback(Surroundings surroundings)
    {
        var number = new Argument<string>("NUMBER") { Description = "The check's number, CK-..." };
        var measure = new Option<string?>("--measure") { Description = "A measure of the check's answer.", HelpName = "M" };
        var action = new Option<string?>("--action")
        {
            Description = "applied, not-applied or incentive-granted.", HelpName = "ACTION",
        };
        var amount = new Option<string?>("--amount") { Description = "Amount in 10,000 yuan.", HelpName = "N" };
        var note = new Option<string?>("--note") { Description = "In words.", HelpName = "TEXT" };
        var actedOn = Options.Date("--acted-on", "Day of the act, YYYY-MM-DD; today by default.");
        var correct = new Option<bool>("--correct") { Description = "Correct what was fed back before." };
        var json = Options.Json();
        var command = new Command("feedback", "Say what was done with a measure of a check, or show what was said.")
        {
            number, measure, action, amount, note, actedOn, correct, json,
        };
        command.SetAction(async (result, cancellation) =>
        {
            using var connection = Credentials.Connect(surroundings, ["checker"]);
            var check = result.GetRequiredValue(number);
            if (result.GetValue(measure) is not { Length: > 0 } named)
            {
                Show(await connection.Client.FeedbackAsync(check, cancellation), surroundings, result.GetValue(json));
                return ExitCode.Done;
            }

            if (result.GetValue(action) is not { Length: > 0 } done)
            {
                throw new CliException(
                    ExitCode.Usage, "Option '--action' is required with '--measure'.", "See: credit check feedback --help");
            }


            var feedback = new CheckFeedback(
                named, done, result.GetValue(amount), result.GetValue(note), result.GetValue(actedOn));
            var given = result.GetValue(correct)
                ? await connection.Client.CorrectFeedbackAsync(check, feedback, null, cancellation)
                : await connection.Client.GiveFeedbackAsync(check, feedback, cancellation);
            if (result.GetValue(json))
            {
                JsonOut.Write(surroundings.Out, given);
            }
            else
            {
                await surroundings.Out.WriteLineAsync(
                    $"Fed back  {given.Measure}  {given.Action} on {given.ActedOn:yyyy-MM-dd}, revision {given.Revision}");
                await surroundings.Talk.WriteLineAsync("Next: credit check reminders");
            }

            return ExitCode.Done;
        });
        return command;
    }

    public static Command Reminders(Surroundings surroundings)
    {
        var due = Options.Date("--due", "Only what is due on or before this day, YYYY-MM-DD.");
        var department = new Option<string?>("--department")
        {
            Description = "Only of one department; for auditors and operators.", HelpName = "ID",
        };
        var json = Options.Json();
        var command = new Command("reminders", "List checks whose mandatory measures nobody has fed back on.") { due, department, json };
        command.SetAction(async (result, cancellation) =>
        {
            using var connection = Credentials.Connect(surroundings, ["checker"]);
            var (cursor, count) = ((string?)null, 0);
            do
            {
                var page = await connection.Client.CheckRemindersAsync(
                    result.GetValue(due), result.GetValue(department), cursor, 200, cancellation);
                foreach (var each in page.Items)
                    Show(each, surroundings, result.GetValue(json));
                (cursor, count) = (page.Next, count + page.Items.Count);
            }
            while (cursor is not null);
            await surroundings.Talk.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{count} measures wait for feedback."));
            return ExitCode.Done;
        });
        return command;
    }

    private static void Show(CheckReminder reminder, Surroundings surroundings, bool asJson)
    {
        if (asJson)
        {
            JsonOut.Write(surroundings.Out, reminder);
            return;
        }

        surroundings.Out.WriteLine(
            $"{(reminder.Due is { } day ? $"{day:yyyy-MM-dd}" : "          ")}  {(reminder.Overdue ? "overdue" : "       ")}  "
            + $"{reminder.Check}  {reminder.Measure}  {reminder.Subject}  {reminder.Matter}");
    }

    private static void Show(FeedbackOfCheck feedback, Surroundings surroundings, bool asJson)
    {
        if (asJson)
        {
            JsonOut.Write(surroundings.Out, feedback);
            return;
        }

        var output = surroundings.Out;
        output.WriteLine($"{feedback.Check}  {feedback.Subject}  {feedback.Matter}");
        foreach (var item in feedback.Items)
        {
            output.WriteLine(
                $"  {item.Measure}  {item.Action} on {item.ActedOn:yyyy-MM-dd}{(item.Amount is null ? "" : $", {item.Amount}")}"
                + $"{(item.Note is null ? "" : $": {item.Note}")} (revision {item.Revision}, {item.By})");
        }

        foreach (var each in feedback.Pending)
            output.WriteLine($"  {each.Measure}  nothing yet{(each.Due is { } day ? $", due {day:yyyy-MM-dd}" : "")}");
    }
}
