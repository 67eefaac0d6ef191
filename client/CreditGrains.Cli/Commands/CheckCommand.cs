using System.CommandLine;
using System.Text;
using CreditGrains.Cli.Terminal;
using CreditGrains.Client;

namespace CreditGrains.Cli.Commands;

/// <summary><c>credit check</c>: one question from an approval workflow.</summary>
internal static class CheckCommand
{
    public static Command Make(Surroundings surroundings)
    {
        var id = new Argument<string?>("ID") { Description = "The organisation's code.", Arity = ArgumentArity.ZeroOrOne };
        var matter = new Option<string?>("--matter") { Description = "Matter of the rulebook.", HelpName = "M" };
        var purpose = new Option<string>("--purpose")
        {
            Description = "For what; goes into the access log.",
            HelpName = "P",
            DefaultValueFactory = _ => "approval",
        };
        var stage = new Option<string?>("--stage") { Description = "Stage of the workflow.", HelpName = "S" };
        var file = new Option<string?>("--file")
        {
            Description = "Ask about every organisation of a file, one code a line.", HelpName = "FILE",
        };
        var list = new Option<string?>("--list")
        {
            Description = "Have a file of up to a million codes checked, or go on with a list by its number; needs --out.",
            HelpName = "FILE",
        };
        var output = new Option<string?>("--out") { Description = "Where the signed result of --list goes.", HelpName = "FILE" };
        var mark = new Option<bool>("--bom") { Description = "Let the result begin with the mark by which spreadsheets know Chinese." };
        var language = new Option<string?>("--lang") { Description = "Language of the result of --list: zh or en.", HelpName = "LANG" };
        language.AcceptOnlyFromAmong("zh", "en");
        var json = Options.Json();
        var command = new Command("check", "Ask one check about an organisation.")
        {
            id, matter, purpose, stage, file, list, output, mark, language, json,
            CheckReceiptCommands.Verify(surroundings), CheckReceiptCommands.Replay(surroundings),
            CheckFeedbackCommands.Feedback(surroundings), CheckFeedbackCommands.Reminders(surroundings),
        };
        command.SetAction(async (result, cancellation) =>
        {
            var codes = result.GetValue(file);
            var large = result.GetValue(list);
            var subject = result.GetValue(id) ?? "";
            if (new[] { subject, codes, large }.Count(given => given is { Length: > 0 }) != 1)
            {
                throw new CliException(
                    ExitCode.Usage, "Name one organisation by its code, or a file of codes.", "See: credit check --help");
            }

            var isKnown = large?.StartsWith("CL-", StringComparison.Ordinal) ?? false;
            if ((result.GetValue(matter) ?? (isKnown ? "-" : null)) is not { Length: > 0 } asked)
                throw new CliException(ExitCode.Usage, "Option '--matter' is required.", "See: credit check --help");
            using var connection = Credentials.Connect(surroundings, ["checker"]);
            var question = new CheckQuestion(
                subject, asked, result.GetRequiredValue(purpose), result.GetValue(stage));
            if (large is { Length: > 0 })
            {
                if (result.GetValue(output) is not { Length: > 0 } path)
                    throw new CliException(ExitCode.Usage, "Option '--out' is required with '--list'.", "See: credit check --help");
                var lists = new CheckListCommand(connection.Client, surroundings, result.GetValue(json));
                return await lists.RunAsync(
                    large,
                    new CheckListQuestion(asked, question.Purpose, question.Stage, result.GetValue(mark), result.GetValue(language)), path,
                    cancellation);
            }

            if (codes is { Length: > 0 })
            {
                var run = new CheckFile(connection.Client, surroundings, result.GetValue(json));
                return await run.RunAsync(surroundings.PathOf(codes), question, cancellation);
            }

            if (result.GetValue(json))
            {
                var bytes = await connection.Client.CheckBytesAsync(question, default, cancellation);
                await surroundings.Out.WriteLineAsync(Encoding.UTF8.GetString(bytes));
                return ExitCode.Done;
            }

            Show(await connection.Client.CheckAsync(question, default, cancellation), surroundings);
            return ExitCode.Done;
        });
        return command;
    }

    private static void Show(CheckAnswer answer, Surroundings surroundings)
    {
        var output = surroundings.Out;
        output.WriteLine($"{answer.Outcome.ToUpperInvariant()}  {answer.Name ?? "(unknown)"}  {answer.Subject}");
        output.WriteLine($"as of {answer.AsOf:yyyy-MM-dd}, check {answer.Check}");
        foreach (var reason in answer.Reasons)
            output.WriteLine($"  because  {reason.Detail ?? reason.Code}{(reason.Measure is null ? "" : $" ({reason.Measure})")}");
        if (answer.Registration?.Status is { } status)
            output.WriteLine($"  registration  {status}");
        if (answer.NationalGrade is { } national)
            output.WriteLine($"  national grade  {national}");
        output.WriteLine(answer.Assessment is { Score: not null } assessment
            ? $"  reference  {assessment.Score}, grade {assessment.Grade}, policy {assessment.Policy}"
            : "  reference  not rated");
        Records(output, "list", answer.Lists);
        Records(output, "negative", answer.Negatives);
        Records(output, "commitment", answer.Commitments);
        foreach (var measure in answer.Measures.Concat(answer.Incentives))
        {
            output.WriteLine($"  {measure.Class ?? "measure"}  {measure.Title ?? measure.Measure}{(measure.Mandatory ? ", mandatory" : "")}"
                + $"{(measure.Until is { } until ? $", until {until:yyyy-MM-dd}" : "")}; {measure.Basis}");
        }

        if (answer.Truncated)
            output.WriteLine("  (more records than are shown)");
        surroundings.Talk.WriteLine($"Next: credit explain {answer.Subject}");
    }

    private static void Records(TextWriter output, string what, IReadOnlyList<CheckRecord> records)
    {
        foreach (var record in records)
        {
            output.WriteLine($"  {what}  {record.Date:yyyy-MM-dd} {record.Kind} {record.Severity ?? record.Level} "
                + $"{record.Source}/{record.Id}"
                + $"{(record.Disputed ? ", disputed" : "")}");
        }
    }
}
