using System.CommandLine;
using System.Text;
using CreditGrains.Cli.Terminal;

namespace CreditGrains.Cli.Commands;

/// <summary><c>credit search</c>: organisations by name or code.</summary>
internal static class SearchCommand
{
    public static Command Make(Surroundings surroundings)
    {
        var text = new Argument<string>("TEXT") { Description = "Part of a name, or a code." };
        var limit = new Option<int>("--limit") { Description = "Most rows, 1 to 200.", DefaultValueFactory = _ => 20, HelpName = "N" };
        var json = Options.Json();
        var command = new Command("search", "Find organisations by name or code.") { text, limit, json };
        command.SetAction(async (result, cancellation) =>
        {
            using var connection = Credentials.Connect(surroundings, ["checker"]);
            var wanted = result.GetRequiredValue(text);
            if (result.GetValue(json))
            {
                var bytes = await connection.Client.SearchBytesAsync(wanted, result.GetValue(limit), null, cancellation);
                await surroundings.Out.WriteLineAsync(Encoding.UTF8.GetString(bytes));
                return ExitCode.Done;
            }

            var page = await connection.Client.SearchAsync(wanted, result.GetValue(limit), null, cancellation);
            foreach (var subject in page.Items)
                await surroundings.Out.WriteLineAsync(
                    $"{subject.Subject}  {subject.Grade ?? "-"}  {subject.Status ?? "-"}  {subject.Name}");
            if (page.Items.Count == 0)
                await surroundings.Talk.WriteLineAsync($"Nothing found for '{wanted}'.");
            else if (page.Next is not null)
                await surroundings.Talk.WriteLineAsync("There are more; use a longer text or --limit.");
            return ExitCode.Done;
        });
        return command;
    }
}
