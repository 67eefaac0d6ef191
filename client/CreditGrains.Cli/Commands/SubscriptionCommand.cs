using System.CommandLine;
using CreditGrains.Cli.Terminal;
using CreditGrains.Client;

namespace CreditGrains.Cli.Commands;

/// <summary><c>credit subscription</c>: changes posted to receivers.</summary>
internal static class SubscriptionCommand
{
    private static readonly string[] Operator = ["operator"];

    public static Command Make(Surroundings surroundings) => new("subscription", "Changes posted to receivers (webhooks).")
    {
        List(surroundings), Show(surroundings), Create(surroundings), Pause(surroundings), Replay(surroundings), Rotate(surroundings),
        Delete(surroundings),
    };

    private static Command List(Surroundings surroundings)
    {
        var json = Options.Json();
        var command = new Command("list", "List the subscriptions, and how they stand.") { json };
        command.SetAction(async (result, cancellation) =>
        {
            using var connection = Credentials.Connect(surroundings, Operator);
            var page = await connection.Client.SubscriptionsAsync(cancellation);
            if (result.GetValue(json))
            {
                JsonOut.Write(surroundings.Out, page);
                return ExitCode.Done;
            }

            foreach (var subscription in page.Items)
                await surroundings.Out.WriteLineAsync(LineOf(subscription));
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Show(Surroundings surroundings) => On(
        surroundings, "show", "Show one: its state, how far it is, the last error.", [],
        (client, id, _, cancellation) => client.SubscriptionAsync(id, cancellation));

    private static Command Pause(Surroundings surroundings) => On(
        surroundings, "pause", "Hold one where it is, until a replay.", [],
        (client, id, _, cancellation) => client.PauseSubscriptionAsync(id, cancellation));

    private static Command Replay(Surroundings surroundings)
    {
        var after = new Option<string?>("--after")
        {
            Description = "A cursor, an instant with offset, or now; without, where it stopped.", HelpName = "PLACE",
        };
        return On(
            surroundings, "replay", "Let one go on, or send again from a place.", [after],
            (client, id, result, cancellation) => client.ReplaySubscriptionAsync(id, result.GetValue(after), cancellation));
    }

    private static Command Rotate(Surroundings surroundings)
    {
        var overlap = new Option<int>("--overlap")
        {
            Description = "Hours for which the former secret signs beside the new one, 0 to 168.", HelpName = "HOURS",
            DefaultValueFactory = _ => 24,
        };
        return On(
            surroundings, "rotate", "Give one a new secret, told once.", [overlap],
            (client, id, result, cancellation) => client.RotateSecretAsync(id, result.GetValue(overlap), cancellation));
    }

    private static Command Create(Surroundings surroundings)
    {
        var url = new Argument<string>("URL") { Description = "The receiver: https, outside the platform's own networks." };
        var types = WatchCommand.Types();
        var subjects = Words("--subjects", "Codes of organisations, with commas between.", "CODE,...");
        var grades = Words("--grades", "Grades that are come into or left.", "GRADE,...");
        var after = new Option<string?>("--after") { Description = "A cursor, an instant with offset, or now.", HelpName = "PLACE" };
        var purpose = new Option<string?>("--purpose") { Description = "Purpose, for the access log.", HelpName = "TEXT" };
        var json = Options.Json();
        var command = new Command("create", "Have changes posted to a receiver; tells the secret, once.")
        {
            url, types, subjects, grades, after, purpose, json,
        };
        command.SetAction(async (result, cancellation) =>
        {
            using var connection = Credentials.Connect(surroundings, Operator);
            var made = await connection.Client.SubscribeAsync(
                new SubscriptionRequest(
                    result.GetRequiredValue(url), WatchCommand.TypesOf(result.GetValue(types)), Split(result.GetValue(subjects)),
                    Split(result.GetValue(grades)), result.GetValue(after), result.GetValue(purpose)),
                cancellation);
            return await WriteAsync(made, result.GetValue(json), surroundings);
        });
        return command;
    }

    private static Command Delete(Surroundings surroundings)
    {
        var id = Which();
        var command = new Command("delete", "End one for good.") { id };
        command.SetAction(async (result, cancellation) =>
        {
            using var connection = Credentials.Connect(surroundings, Operator);
            await connection.Client.UnsubscribeAsync(result.GetRequiredValue(id), cancellation);
            await surroundings.Talk.WriteLineAsync("Deleted. What is on its way to the receiver may still arrive.");
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>A verb on one subscription, which shows how it stands then.</summary>
    private static Command On(
        Surroundings surroundings, string verb, string description, Option[] options,
        Func<CreditClient, string, ParseResult, CancellationToken, Task<Subscription>> act)
    {
        var id = Which();
        var json = Options.Json();
        var command = new Command(verb, description) { id, json };
        foreach (var option in options)
            command.Add(option);
        command.SetAction(async (result, cancellation) =>
        {
            using var connection = Credentials.Connect(surroundings, Operator);
            var subscription = await act(connection.Client, result.GetRequiredValue(id), result, cancellation);
            return await WriteAsync(subscription, result.GetValue(json), surroundings);
        });
        return command;
    }

    private static async Task<int> WriteAsync(Subscription subscription, bool json, Surroundings surroundings)
    {
        if (json)
        {
            JsonOut.Write(surroundings.Out, subscription);
            return ExitCode.Done;
        }

        await surroundings.Out.WriteLineAsync(LineOf(subscription));
        if (subscription.LastError is not null)
            await surroundings.Out.WriteLineAsync($"  {subscription.LastErrorAt:yyyy-MM-dd HH:mm:ss}  {subscription.LastError}");
        if (subscription.NextAttemptAt is { } next)
            await surroundings.Out.WriteLineAsync($"  tried again at {next:yyyy-MM-dd HH:mm:ss}, {subscription.Attempts} attempts failed");
        if (subscription.Secret is { } secret)
        {
            await surroundings.Out.WriteLineAsync($"  {secret}");
            await surroundings.Talk.WriteLineAsync("The secret is told this once: put it into the receiver's settings now.");
        }

        if (subscription.FormerSecretUntil is { } until)
            await surroundings.Out.WriteLineAsync($"  the former secret signs too until {until:yyyy-MM-dd HH:mm:ss}");
        return ExitCode.Done;
    }

    private static string LineOf(Subscription subscription) =>
        $"{subscription.Id}  {subscription.State,-8}  {subscription.Delivered} delivered  {subscription.Lag} behind  {subscription.Url}";

    private static Argument<string> Which() => new("ID") { Description = "Its id." };

    private static Option<string?> Words(string name, string description, string help) =>
        new(name) { Description = description, HelpName = help };

    private static string[]? Split(string? words) =>
        words?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
