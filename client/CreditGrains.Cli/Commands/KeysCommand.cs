using System.CommandLine;
using CreditGrains.Cli.Terminal;
using CreditGrains.Client;

namespace CreditGrains.Cli.Commands;

/// <summary><c>credit keys</c>: which keys the platform has, their change, and their revocation.</summary>
internal static class KeysCommand
{
    private const string Sessions = "sessions";
    private static readonly string[] Operator = ["operator"];

    public static Command Make(Surroundings surroundings) => new("keys", "Keys of the platform, their change and revocation.")
    {
        List(surroundings), Rotate(surroundings), Revoke(surroundings),
    };

    private static Command List(Surroundings surroundings)
    {
        var json = Options.Json();
        var command = new Command("list", "List signing keys with their state, and who changed keys, when and why.") { json };
        command.SetAction(async (result, cancellation) =>
        {
            using var connection = Credentials.Connect(surroundings, Operator);
            var keys = await connection.Client.KeysAsync(cancellation);
            if (result.GetValue(json))
            {
                JsonOut.Write(surroundings.Out, keys);
                return ExitCode.Done;
            }

            foreach (var key in keys.Items)
                await surroundings.Out.WriteLineAsync(LineOf(key));
            if (keys.Acts.Count > 0)
                await surroundings.Out.WriteLineAsync("Changes, the newest first:");
            foreach (var act in keys.Acts)
            {
                await surroundings.Out.WriteLineAsync(
                    $"{act.At:yyyy-MM-dd HH:mm:ss}  {act.Actor,-16}  {act.Action,-8}  {act.Use,-10}  {act.KeyId ?? "-",-24}  {act.Reason}");
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static Command Rotate(Surroundings surroundings)
    {
        var use = new Argument<string>("USE") { Description = "reports (files of checks and heads of the log too), summaries or cursors." };
        use.AcceptOnlyFromAmong("reports", "summaries", "cursors");
        var (reason, json) = (Reason(), Options.Json());
        var command = new Command("rotate", "Put a new key in the place of one; a former signing key stays published.")
        {
            use, reason, json,
        };
        command.SetAction(async (result, cancellation) =>
        {
            using var connection = Credentials.Connect(surroundings, Operator);
            var changed = await connection.Client.RotateKeyAsync(
                result.GetRequiredValue(use), result.GetRequiredValue(reason), cancellation);
            return await WriteAsync(
                changed, result.GetValue(json),
                changed.KeyId is null ? $"{changed.Use}: a new key; what the former one marked holds until the next change."
                    : $"{changed.Use}: key {changed.KeyId} signs now, on all nodes within seconds.",
                surroundings);
        });
        return command;
    }

    private static Command Revoke(Surroundings surroundings)
    {
        var key = new Argument<string>("KEY")
        {
            Description = "Id of a former signing key (credit keys list), or sessions for all keys of the portal's sessions.",
        };
        var at = new Option<DateTimeOffset?>("--at")
        {
            Description = "Since when the key is not trusted, for readers; without, now.", HelpName = "INSTANT",
        };
        var (reason, json) = (Reason(), Options.Json());
        var command = new Command("revoke", "Say for good that a former signing key is not trusted, or end every session by its keys.")
        {
            key, at, reason, json,
        };
        command.SetAction(async (result, cancellation) =>
        {
            using var connection = Credentials.Connect(surroundings, Operator);
            var (named, why) = (result.GetRequiredValue(key), result.GetRequiredValue(reason));
            if (named == Sessions)
            {
                return await WriteAsync(
                    await connection.Client.RevokeSessionKeysAsync(why, cancellation), result.GetValue(json),
                    "sessions: all keys are revoked and a new one is made; every session and open form ends on all nodes within seconds.",
                    surroundings);
            }

            return await WriteAsync(
                await connection.Client.RevokeKeyAsync(named, result.GetValue(at), why, cancellation), result.GetValue(json),
                $"{named} is revoked: what it signed is told from a forgery by the register of numbers alone.", surroundings);
        });
        return command;
    }

    private static async Task<int> WriteAsync(KeyChange changed, bool json, string sentence, Surroundings surroundings)
    {
        if (json)
            JsonOut.Write(surroundings.Out, changed);
        else
            await surroundings.Out.WriteLineAsync(sentence);
        return ExitCode.Done;
    }

    private static Option<string> Reason() =>
        new("--reason") { Description = "Why; kept for good, and published with a revoked key.", HelpName = "TEXT", Required = true };

    private static string LineOf(SigningKey key) =>
        $"{key.Use,-10}  {key.KeyId,-24}  {key.Algorithm,-17}  {key.State,-7}" + (key.OfFile ? "  of a file" : "")
        + (key.RevokedAt is { } at ? $"  since {at:yyyy-MM-dd HH:mm} UTC: {key.RevokedReason}" : "");
}
