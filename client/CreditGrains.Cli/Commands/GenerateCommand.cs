using System.CommandLine;
using CreditGrains.Cli.Terminal;
using CreditGrains.Development.Synthetic;

namespace CreditGrains.Cli.Commands;

/// <summary><c>credit generate</c>: events about organisations that do not exist.</summary>
internal static class GenerateCommand
{
    public static Command Make(Surroundings surroundings)
    {
        var subjects = new Option<int>("--subjects")
        {
            Description = "Number of organisations.",
            HelpName = "N",
            DefaultValueFactory = _ => 1000
        };
        var seed = new Option<ulong>("--seed")
        {
            Description = "The same seed gives the same bytes.",
            HelpName = "S",
            DefaultValueFactory = _ => 1
        };
        var end = Options.Date("--end", "Last day of the five years covered; default today.");
        var output = new Option<string?>("--out") { Description = "File; default stdout.", HelpName = "FILE" };
        var command = new Command("generate", "Make events about invented organisations, for rulebook cn-district.") { subjects, seed, end,
            output };
        command.SetAction((result, cancellation) =>
        {
            if (result.GetValue(subjects) < 1)
                throw new CliException(ExitCode.Usage, "--subjects is 1 or more.");
            var last = result.GetValue(end) ?? DateOnly.FromDateTime(surroundings.Time.GetUtcNow().UtcDateTime);
            var feed = new SyntheticFeed(new SyntheticOptions
            {
                Seed = result.GetValue(seed),
                Subjects = result.GetValue(subjects),
                EndDate = last
            });
            var path = result.GetValue(output) is { } file ? surroundings.PathOf(file) : null;
            using (var stream = new BufferedStream(path is null ? surroundings.OutBytes() : File.Create(path), 1 << 20))
                feed.Write(stream, cancellation);
            var counts = feed.Counts;
            surroundings.Talk.WriteLine(
                $"{counts.Lines} lines about {result.GetValue(subjects)} invented organisations "
                + $"up to {last:yyyy-MM-dd}, seed {result.GetValue(seed)}: "
                + $"{counts.Accepted} good, {counts.Duplicates} sent again, {counts.Bad} bad.");
            if (path is not null)
                surroundings.Talk.WriteLine($"Next: credit feed {path} --source DEMO");
            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }
}
