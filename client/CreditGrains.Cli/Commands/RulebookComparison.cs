using System.CommandLine;
using CreditGrains.Cli.Terminal;
using CreditGrains.Domain.Identifiers;
using CreditGrains.Domain.Policies;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Engine.Rulebooks;

namespace CreditGrains.Cli.Commands;

/// <summary><c>credit rulebook compare</c>: whether one rulebook may take the place of another.</summary>
internal static class RulebookComparison
{
    public static Command Make(Surroundings surroundings)
    {
        var old = new Argument<string>("OLD") { Description = "The folder of the rulebook in use." };
        var @new = new Argument<string>("NEW") { Description = "The folder that is to take its place." };
        var json = Options.Json();
        var command = new Command("compare", "Say what a new rulebook changes, and whether stored records may stand against it.")
        {
            old, @new, json,
        };
        command.SetAction(result =>
        {
            var (before, after) = (Read(result.GetRequiredValue(old)), Read(result.GetRequiredValue(@new)));
            var compared = CatalogueCompatibility.Between(before, after, NoExceptions.Instance);
            var changes = compared.Changes.OrderByDescending(change => change.Effect).ThenBy(change => change.Path, StringComparer.Ordinal)
                .ToList();
            var policy = PolicyDiff.Between(before.Policy, after.Policy);
            if (result.GetValue(json))
            {
                JsonOut.Write(surroundings.Out, new
                {
                    effect = Word(compared.Effect),
                    changes = changes.Select(change => new { change.Path, effect = Word(change.Effect), text = change.Text.In("en") }),
                    policy = policy.Select(difference =>
                        new { difference.Path, difference.Old, difference.New, text = difference.Text.In("en") }),
                });
            }
            else
            {
                foreach (var change in changes)
                    surroundings.Out.WriteLine($"{Word(change.Effect),-12}  {change.Path}: {change.Text.In("en")}");
                foreach (var difference in policy)
                    surroundings.Out.WriteLine($"{"policy",-12}  {difference.Path}: {difference.Text.In("en")}");
            }

            surroundings.Talk.WriteLine(compared.Effect switch
            {
                ChangeEffect.Incompatible =>
                    "Incompatible: a server takes it only if every stored record stays valid, and names those that do not.",
                ChangeEffect.Refold =>
                    "Compatible: a server takes it while it runs (credit rulebook propose) or with its next start, and folds records anew.",
                _ => "Compatible: a server takes it while it runs (credit rulebook propose) or with its next start.",
            });
            if (policy.Count > 0)
                surroundings.Talk.WriteLine("The policy goes its own way: credit policy draft, simulate, approve, activate.");
            return compared.Effect == ChangeEffect.Incompatible ? ExitCode.Invalid : ExitCode.Done;
        });
        return command;

        Rulebook Read(string folder)
        {
            var read = RulebookFolder.Read(surroundings.PathOf(folder));
            return read.Rulebook ?? throw new CliException(
                ExitCode.Invalid, $"The rulebook {folder} has {read.Mistakes.Count} mistakes.", $"See: credit rulebook check {folder}");
        }
    }

    private static string Word(ChangeEffect effect) => effect.ToString().ToLowerInvariant();

    /// <summary>Codes on a server's list are none of a folder's.</summary>
    private sealed class NoExceptions : IIdentifierExceptions
    {
        public static readonly NoExceptions Instance = new();

        public bool Contains(string code) => false;
    }
}
