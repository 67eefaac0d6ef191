using System.CommandLine;
using System.Text;
using CreditGrains.Cli.Terminal;

namespace CreditGrains.Cli.Commands;

/// <summary><c>credit explain</c>: an assessment in words: what counted, why, until when.</summary>
internal static class ExplainCommand
{
    public static Command Make(Surroundings surroundings)
    {
        var id = new Argument<string>("ID") { Description = "The organisation's code." };
        var asOf = Options.Date("--as-of", "Legal date; default today.");
        var knownAt = new Option<string?>("--known-at")
        {
            Description = "Only what was known then: a token, or an instant with offset.",
            HelpName = "TOKEN",
        };
        var policy = new Option<string?>("--policy")
        {
            Description = "Under this policy version; default the one in force.",
            HelpName = "V",
        };
        var json = Options.Json();
        var command = new Command("explain", "Explain an organisation's assessment.") { id, asOf, knownAt, policy, json };
        command.SetAction(async (result, cancellation) =>
        {
            using var connection = Credentials.Connect(surroundings, result.GetValue(policy) is null ? ["checker"] : ["policy-author"]);
            var subject = result.GetRequiredValue(id);
            if (result.GetValue(json))
            {
                var bytes = await connection.Client.AssessmentBytesAsync(
                    subject, result.GetValue(asOf), result.GetValue(knownAt), default, result.GetValue(policy), cancellation);
                await surroundings.Out.WriteLineAsync(Encoding.UTF8.GetString(bytes));
                return ExitCode.Done;
            }

            var explanation = await connection.Client.FindExplanationAsync(
                subject, result.GetValue(asOf), result.GetValue(knownAt), default, result.GetValue(policy), cancellation)
                ?? throw new CliException(ExitCode.Failed, $"Nothing is known of {subject}.",
                    "Check the code; search by name: credit search NAME");
            foreach (var line in explanation.Lines)
                await surroundings.Out.WriteLineAsync(line);
            return ExitCode.Done;
        });
        return command;
    }
}
