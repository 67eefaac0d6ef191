using System.CommandLine;
using System.Text.Json;
using CreditGrains.Cli.Terminal;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Rulebooks.Reading;
using CreditGrains.Engine.Rulebooks;

namespace CreditGrains.Cli.Commands;

/// <summary><c>credit rulebook</c>: a rulebook folder, and its way onto a running server.</summary>
internal static class RulebookCommand
{
    public static Command Make(Surroundings surroundings) =>
        new("rulebook", "Check, compare and change rulebooks; write their JSON Schemas.")
    {
        Check(surroundings), RulebookComparison.Make(surroundings), RulebookChanges.Propose(surroundings),
        RulebookChanges.Apply(surroundings), RulebookChanges.List(surroundings), RulebookChanges.Show(surroundings), Schema(surroundings),
    };

    private static Command Check(Surroundings surroundings)
    {
        var folder = new Argument<string>("DIR") { Description = "The rulebook's folder." };
        var json = Options.Json();
        var command = new Command("check", "Report every mistake of a rulebook, with file, line and what to do.") { folder, json };
        command.SetAction(result =>
        {
            var directory = surroundings.PathOf(result.GetRequiredValue(folder));
            var read = RulebookFolder.Read(directory);
            if (result.GetValue(json))
            {
                JsonOut.Write(surroundings.Out, writer =>
                {
                    writer.WriteBoolean("valid", read.Rulebook is not null);
                    writer.WriteString("id", read.Rulebook?.Id);
                    writer.WriteString("policy",
                        read.Rulebook is null ? null : $"{read.Rulebook.Policy.Id} {read.Rulebook.Policy.Version}");
                    writer.WriteString("digest", read.Rulebook?.Digest);
                    Write(writer, "mistakes", read.Mistakes);
                    Write(writer, "warnings", read.Warnings);
                });
            }
            else
            {
                foreach (var mistake in read.Mistakes)
                    surroundings.Out.WriteLine(mistake);
                foreach (var warning in read.Warnings)
                    surroundings.Talk.WriteLine($"Warning: {warning}");
            }

            if (read.Rulebook is not { } rulebook)
            {
                surroundings.Talk.WriteLine($"{read.Mistakes.Count} {(read.Mistakes.Count == 1 ? "mistake" : "mistakes")} in {directory}.");
                return ExitCode.Invalid;
            }

            surroundings.Talk.WriteLine(
                $"{rulebook.Id} is good: {rulebook.Catalogue.Kinds.Count} kinds, policy {rulebook.Policy.Id} {rulebook.Policy.Version}, "
                + $"{rulebook.Measures.Count} measures, {rulebook.Matters.Count} matters.");
            return ExitCode.Done;
        });
        return command;
    }

    private static void Write(Utf8JsonWriter writer, string name, IReadOnlyList<RulebookMistake> mistakes)
    {
        writer.WriteStartArray(name);
        foreach (var mistake in mistakes)
        {
            writer.WriteStartObject();
            writer.WriteString("file", mistake.File);
            writer.WriteNumber("line", mistake.Line);
            writer.WriteString("code", mistake.Code);
            writer.WriteString("message", mistake.Message);
            writer.WriteString("advice", mistake.Advice);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static Command Schema(Surroundings surroundings)
    {
        var output = new Option<string>("--out") { Description = "Folder to write to.", Required = true, HelpName = "DIR" };
        var command = new Command("schema", "Write the JSON Schemas of the rulebook files, for editors.") { output };
        command.SetAction(result =>
        {
            var directory = surroundings.PathOf(result.GetRequiredValue(output));
            Directory.CreateDirectory(directory);
            foreach (var (name, text) in RulebookSchemas.Generate())
            {
                File.WriteAllText(Path.Combine(directory, name), text);
                surroundings.Out.WriteLine(Path.Combine(directory, name));
            }

            return ExitCode.Done;
        });
        return command;
    }
}
