using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using CreditGrains.Cli.Terminal;
using CreditGrains.Client;

namespace CreditGrains.Cli.Commands;

/// <summary><c>credit policy</c>: the life of policy versions, from draft to force and back.</summary>
internal static partial class PolicyCommand
{
    private static readonly string[] Author = ["policy-author"];
    private static readonly string[] Approver = ["policy-approver"];

    public static Command Make(Surroundings surroundings) =>
        new("policy", "Change the rules: draft, simulate, approve, activate, roll back.")
    {
        List(surroundings), Show(surroundings), Draft(surroundings), Diff(surroundings), Validate(surroundings),
        PolicySimulation.Make(surroundings), PolicySimulation.List(surroundings), PolicySimulation.Show(surroundings),
        Step(surroundings, "approve", "Approve a draft; not its author.", Approver, static (client, version, reason, cancellation) =>
            client.ApprovePolicyAsync(version, reason, cancellation), "Next: credit policy activate {0}"),
        Activate(surroundings), RollBack(surroundings),
        Step(surroundings, "cancel", "Take back the next scheduled activation.", Approver, static (client, version, reason, cancellation) =>
            client.CancelPolicyAsync(version, reason, cancellation), null),
        Step(surroundings, "withdraw", "Take a version back for good.", Author, static (client, version, reason, cancellation) =>
            client.WithdrawPolicyAsync(version, reason, cancellation), null),
    };

    private static Command List(Surroundings surroundings)
    {
        var json = Options.Json();
        var command = new Command("list", "List the versions; the one in force is marked.") { json };
        command.SetAction(async (result, cancellation) =>
        {
            using var connection = Credentials.Connect(surroundings, Author);
            var all = new List<PolicyVersion>();
            string? cursor = null;
            string inForce;
            do
            {
                var page = await connection.Client.PoliciesAsync(200, cursor, cancellation);
                all.AddRange(page.Items);
                (inForce, cursor) = (page.InForce, page.Next);
            }
            while (cursor is not null);
            if (result.GetValue(json))
            {
                JsonOut.Write(surroundings.Out, new PolicyPage(inForce, all, null));
                return ExitCode.Done;
            }

            foreach (var version in all)
            {
                var since = version.InForceFrom is { } from ? $"  from {Instant(from)}" : "";
                await surroundings.Out.WriteLineAsync(
                    $"{(version.Version == inForce ? "*" : " ")} {version.Version,-12}  {version.State,-10}  by {version.Author}{since}"
                    + (version.Note is null ? "" : $"  {version.Note}"));
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static Command Show(Surroundings surroundings)
    {
        var version = Version();
        var against = Against();
        var text = new Option<bool>("--text") { Description = "Only the text of policy.yaml." };
        var json = Options.Json();
        var command = new Command("show", "Show a version: state, history, and what it changes.") { version, against, text, json };
        command.SetAction(async (result, cancellation) =>
        {
            using var connection = Credentials.Connect(surroundings, Author);
            var shown = await connection.Client.PolicyAsync(result.GetRequiredValue(version), result.GetValue(against), cancellation);
            if (result.GetValue(text))
                await surroundings.Out.WriteAsync(shown.Text);
            else if (result.GetValue(json))
                JsonOut.Write(surroundings.Out, shown);
            else
                await WriteAsync(shown, surroundings.Out);
            return ExitCode.Done;
        });
        return command;
    }

    private static async Task WriteAsync(PolicyVersion shown, TextWriter output)
    {
        await output.WriteLineAsync($"{shown.Version}  {shown.State}  sha256:{shown.Digest[..Math.Min(12, shown.Digest.Length)]}");
        foreach (var mistake in shown.Mistakes)
            await output.WriteLineAsync($"  line {mistake.Line}: {mistake.Message} {mistake.Advice}");
        await output.WriteLineAsync(shown.Differences.Count == 0
            ? $"says the same as {shown.Against}" : $"changes from {shown.Against}:");
        foreach (var difference in shown.Differences)
            await output.WriteLineAsync($"  {difference.Text}");
        await output.WriteLineAsync("history:");
        foreach (var step in shown.History)
        {
            await output.WriteLineAsync(
                $"  {Instant(step.At)}  {step.Action,-9}  {step.Actor}{(step.Reason is null ? "" : $": {step.Reason}")}"
                + (step.Action is "schedule" or "activate" or "roll-back" or "cancel" ? $"  ({step.Detail})" : ""));
        }
    }

    private static Command Draft(Surroundings surroundings)
    {
        var file = new Argument<string>("FILE") { Description = "The policy.yaml; its version must be a new one." };
        var note = new Option<string?>("--note") { Description = "What is to be said about it.", HelpName = "TEXT" };
        var json = Options.Json();
        var command = new Command("draft", "Hand in a new version.") { file, note, json };
        command.SetAction(async (result, cancellation) =>
        {
            using var connection = Credentials.Connect(surroundings, Author);
            var path = result.GetRequiredValue(file);
            var text = await ReadAsync(path, surroundings, cancellation);
            try
            {
                var drafted = await connection.Client.DraftPolicyAsync(text, result.GetValue(note), cancellation);
                if (result.GetValue(json))
                    JsonOut.Write(surroundings.Out, drafted);
                else
                    await WriteAsync(drafted, surroundings.Out);
                await surroundings.Talk.WriteLineAsync($"Next: credit policy simulate {drafted.Version}");
                return ExitCode.Done;
            }
            catch (CreditProblemException problem) when (problem.Code == "policy-invalid")
            {
                foreach (var error in problem.Errors)
                    await surroundings.Out.WriteLineAsync($"{path}:{error.Line}: {error.Code}: {error.Detail} {error.Advice}");
                throw new CliException(ExitCode.Invalid, $"{problem.Errors.Count} mistakes; nothing was kept.");
            }
        });
        return command;
    }

    private static Command Diff(Surroundings surroundings)
    {
        var what = new Argument<string>("VERSION|FILE") { Description = "A version, or a file that need not be handed in yet." };
        var against = Against();
        var json = Options.Json();
        var command = new Command("diff", "What a version changes, in words.") { what, against, json };
        command.SetAction(async (result, cancellation) =>
        {
            using var connection = Credentials.Connect(surroundings, Author);
            var (name, other) = (result.GetRequiredValue(what), result.GetValue(against));
            IReadOnlyList<PolicyDifference> differences;
            if (File.Exists(surroundings.PathOf(name)))
            {
                if (other is not null)
                    throw new CliException(ExitCode.Usage, "A file is compared with the version in force.",
                        "Hand it in to compare with another.");
                var read = await connection.Client.ValidatePolicyTextAsync(await ReadAsync(name, surroundings, cancellation), cancellation);
                if (!read.Valid)
                    throw new CliException(ExitCode.Invalid, $"{name} has {read.Mistakes.Count} mistakes.",
                        $"See: credit policy validate {name}");
                (differences, other) = (read.Differences, read.Against);
            }
            else
            {
                var shown = await connection.Client.PolicyAsync(name, other, cancellation);
                (differences, other) = (shown.Differences, shown.Against);
            }

            if (result.GetValue(json))
            {
                JsonOut.Write(surroundings.Out, new { against = other, differences });
                return ExitCode.Done;
            }

            foreach (var difference in differences)
                await surroundings.Out.WriteLineAsync(difference.Text);
            await surroundings.Talk.WriteLineAsync($"{differences.Count} {(differences.Count == 1 ? "change" : "changes")} from {other}.");
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Validate(Surroundings surroundings)
    {
        var what = new Argument<string>("VERSION|FILE") { Description = "A version, or a file that need not be handed in yet." };
        var json = Options.Json();
        var command = new Command("validate", "Report every mistake, with line and what to do.") { what, json };
        command.SetAction(async (result, cancellation) =>
        {
            using var connection = Credentials.Connect(surroundings, Author);
            var name = result.GetRequiredValue(what);
            var read = File.Exists(surroundings.PathOf(name))
                ? await connection.Client.ValidatePolicyTextAsync(await ReadAsync(name, surroundings, cancellation), cancellation)
                : await connection.Client.ValidatePolicyAsync(name, cancellation);
            if (result.GetValue(json))
                JsonOut.Write(surroundings.Out, read);
            foreach (var mistake in result.GetValue(json) ? [] : read.Mistakes)
                await surroundings.Out.WriteLineAsync($"{name}:{mistake.Line}: {mistake.Code}: {mistake.Message} {mistake.Advice}");
            await surroundings.Talk.WriteLineAsync(read.Valid
                ? $"{name} is good: version {read.Version}, {read.Differences.Count} changes from {read.Against}."
                : $"{read.Mistakes.Count} {(read.Mistakes.Count == 1 ? "mistake" : "mistakes")}.");
            return read.Valid ? ExitCode.Done : ExitCode.Invalid;
        });
        return command;
    }

    private static Command Activate(Surroundings surroundings)
    {
        var version = Version();
        var at = new Option<DateTimeOffset?>("--at") { Description = "From this instant on; default at once.", HelpName = "INSTANT" };
        var reason = Reason(required: false);
        var confirm = new Option<long?>("--confirm-downgrades")
        {
            Description = "The number of subjects that go down a grade, where the server asks for it.",
            HelpName = "N",
        };
        var json = Options.Json();
        var command = new Command("activate", "Put an approved version in force.") { version, at, reason, confirm, json };
        command.SetAction(async (result, cancellation) =>
        {
            using var connection = Credentials.Connect(surroundings, Approver);
            var name = result.GetRequiredValue(version);
            var order = new PolicyActivationCommand(result.GetValue(at), result.GetValue(reason), result.GetValue(confirm));
            try
            {
                await ShowAsync(await connection.Client.ActivatePolicyAsync(name, order, cancellation), result.GetValue(json),
                    surroundings);
                return ExitCode.Done;
            }
            catch (CreditProblemException problem) when (problem.Code == "policy-confirmation-needed")
            {
                var number = ConfirmedNumber().Match(string.Join(' ', problem.Errors.Select(error => error.Detail))).Groups[1].Value;
                throw new CliException(
                    ExitCode.Failed, $"{problem.Code}: {string.Join(' ', problem.Errors.Select(error => error.Detail))}",
                    $"If that is meant: credit policy activate {name} --confirm-downgrades {number}");
            }
        });
        return command;
    }

    private static Command RollBack(Surroundings surroundings)
    {
        var version = Version();
        var reason = Reason(required: true);
        var confirm = new Option<long?>("--confirm-downgrades") { Description = "As for activate.", HelpName = "N" };
        var json = Options.Json();
        var command = new Command("rollback", "Put a version in force again that was before.") { version, reason, confirm, json };
        command.SetAction(async (result, cancellation) =>
        {
            using var connection = Credentials.Connect(surroundings, Approver);
            var order = new PolicyActivationCommand(null, result.GetRequiredValue(reason)!, result.GetValue(confirm));
            await ShowAsync(
                await connection.Client.RollBackPolicyAsync(result.GetRequiredValue(version), order, cancellation), result.GetValue(json),
                surroundings);
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Step(
        Surroundings surroundings, string verb, string description, string[] roles,
        Func<CreditClient, string, string, CancellationToken, Task<PolicyVersion>> step, string? next)
    {
        var version = Version();
        var reason = Reason(required: true);
        var json = Options.Json();
        var command = new Command(verb, description) { version, reason, json };
        command.SetAction(async (result, cancellation) =>
        {
            using var connection = Credentials.Connect(surroundings, roles);
            var shown = await step(
                connection.Client, result.GetRequiredValue(version), result.GetRequiredValue(reason)!, cancellation);
            if (result.GetValue(json))
                JsonOut.Write(surroundings.Out, shown);
            else
                await surroundings.Out.WriteLineAsync($"{shown.Version}  {shown.State}");
            if (next is not null)
                await surroundings.Talk.WriteLineAsync(string.Format(CultureInfo.InvariantCulture, next, shown.Version));
            return ExitCode.Done;
        });
        return command;
    }

    private static async Task ShowAsync(PolicyActivation activation, bool json, Surroundings surroundings)
    {
        if (json)
            JsonOut.Write(surroundings.Out, activation);
        else
            await surroundings.Out.WriteLineAsync($"{activation.Version}  {activation.State}  from {Instant(activation.At)}");
        await surroundings.Talk.WriteLineAsync(activation.State == "active"
            ? "Every answer is made under it now. All subjects are being recomputed: credit recompute show --watch"
            : $"Until then {activation.Replaces} stays in force. Take it back: credit policy cancel {activation.Version} --reason TEXT");
    }

    private static async Task<string> ReadAsync(string file, Surroundings surroundings, CancellationToken cancellation)
    {
        try
        {
            return await File.ReadAllTextAsync(surroundings.PathOf(file), cancellation);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CliException(ExitCode.Invalid, $"There is no file '{file}'.");
        }
    }

    internal static Argument<string> Version() => new("VERSION") { Description = "A policy version, such as 2026.3." };

    internal static Option<string?> Against() =>
        new("--against") { Description = "The version compared with; default the one in force.", HelpName = "VERSION" };

    private static Option<string?> Reason(bool required) =>
        new("--reason") { Description = "Why; kept for good.", HelpName = "TEXT", Required = required };

    internal static string Instant(DateTimeOffset at) => at.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    [GeneratedRegex("confirmDowngrades: ([0-9]+)")]
    private static partial Regex ConfirmedNumber();
}
