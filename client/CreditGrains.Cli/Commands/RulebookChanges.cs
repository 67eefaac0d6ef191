using System.CommandLine;
using CreditGrains.Cli.Terminal;
using CreditGrains.Client;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Engine.Rulebooks;

namespace CreditGrains.Cli.Commands;

/// <summary><c>credit rulebook propose</c> and <c>apply</c>: a change of the rulebook on a running server, by two people.</summary>
internal static class RulebookChanges
{
    private static readonly string[] Author = ["policy-author"];
    private static readonly string[] Approver = ["policy-approver"];

    public static Command Propose(Surroundings surroundings)
    {
        var folder = Folder();
        var note = new Option<string?>("--note") { Description = "What the change is for.", HelpName = "TEXT" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Only say what it would change; keep nothing." };
        var json = Options.Json();
        var command = new Command("propose", "Hand in a rulebook for another person to put in force.") { folder, note, dryRun, json };
        command.SetAction(async (result, cancellation) =>
        {
            var name = result.GetRequiredValue(folder);
            var files = new RulebookFiles(Read(name, surroundings).Files, result.GetValue(note));
            using var connection = Credentials.Connect(surroundings, Author);
            if (result.GetValue(dryRun))
            {
                var judged = await connection.Client.ValidateRulebookAsync(files, cancellation);
                Show(judged, judged, result.GetValue(json), surroundings);
                return judged.MayApply ? ExitCode.Done : ExitCode.Invalid;
            }

            var proposal = await connection.Client.ProposeRulebookAsync(files, cancellation);
            Show(proposal.Judgement!, proposal, result.GetValue(json), surroundings);
            await surroundings.Talk.WriteLineAsync($"Kept as {proposal.Digest[..12]}, handed in by {proposal.Author}.");
            if (proposal.Judgement!.MayApply)
                await surroundings.Talk.WriteLineAsync($"Next, by another person: credit rulebook apply {name} --reason TEXT");
            return ExitCode.Done;
        });
        return command;
    }

    public static Command Apply(Surroundings surroundings)
    {
        var rulebook = new Argument<string>("DIR") { Description = "The folder that was handed in, or the beginning of its digest." };
        var reason = new Option<string>("--reason") { Description = "Why; kept for good.", HelpName = "TEXT", Required = true };
        var json = Options.Json();
        var command = new Command("apply", "Put a rulebook in force that another person has handed in; no restart.")
        {
            rulebook, reason, json,
        };
        command.SetAction(async (result, cancellation) =>
        {
            var name = result.GetRequiredValue(rulebook);
            var digest = Directory.Exists(surroundings.PathOf(name)) ? Read(name, surroundings).BaseDigest : name;
            using var connection = Credentials.Connect(surroundings, Approver);
            RulebookApplied applied;
            try
            {
                applied = await connection.Client.ApplyRulebookAsync(digest, result.GetRequiredValue(reason), cancellation);
            }
            catch (CreditProblemException problem) when (problem.Code == "catalogue-incompatible")
            {
                foreach (var place in problem.Errors)
                    await surroundings.Out.WriteLineAsync($"{place.Code,-7} {place.Pointer}: {place.Detail}");
                throw new CliException(ExitCode.Invalid, $"{problem.Code}: {problem.Message}", problem.Advice);
            }

            if (result.GetValue(json))
                JsonOut.Write(surroundings.Out, applied);
            else
                await surroundings.Out.WriteLineAsync($"{applied.Digest[..12]}  in force  {applied.Changes.Count} changes");
            await surroundings.Talk.WriteLineAsync(
                "Every answer is made by it now. All subjects are being recomputed: credit recompute show --watch");
            return ExitCode.Done;
        });
        return command;
    }

    public static Command List(Surroundings surroundings)
    {
        var json = Options.Json();
        var command = new Command("list", "List the rulebooks that were handed in; the one in force is marked.") { json };
        command.SetAction(async (result, cancellation) =>
        {
            using var connection = Credentials.Connect(surroundings, Author);
            var page = await connection.Client.RulebookProposalsAsync(200, null, cancellation);
            if (result.GetValue(json))
            {
                JsonOut.Write(surroundings.Out, page);
                return ExitCode.Done;
            }

            foreach (var proposal in page.Items)
            {
                await surroundings.Out.WriteLineAsync(
                    $"{(proposal.InForce ? "*" : " ")} {proposal.Digest[..12]}  {proposal.At:yyyy-MM-dd HH:mm}  by {proposal.Author}"
                    + (proposal.Note is null ? "" : $"  {proposal.Note}"));
            }

            return ExitCode.Done;
        });
        return command;
    }

    public static Command Show(Surroundings surroundings)
    {
        var output = new Option<string>("--out") { Description = "Folder to write to.", Required = true, HelpName = "DIR" };
        var command = new Command("show", "Write the files of the rulebook in force into a folder.") { output };
        command.SetAction(async (result, cancellation) =>
        {
            using var connection = Credentials.Connect(surroundings, Author);
            var rulebook = await connection.Client.RulebookFilesAsync(cancellation);
            var directory = surroundings.PathOf(result.GetRequiredValue(output));
            foreach (var (name, text) in rulebook.Files)
            {
                var path = Path.GetFullPath(Path.Combine(directory, name));
                if (!path.StartsWith(Path.GetFullPath(directory) + Path.DirectorySeparatorChar, StringComparison.Ordinal))
                    throw new CliException(ExitCode.Failed, $"The server names a file outside the folder: {name}");
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                await File.WriteAllTextAsync(path, text, cancellation);
                await surroundings.Out.WriteLineAsync(path);
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static void Show<T>(RulebookReview judgement, T whole, bool json, Surroundings surroundings)
    {
        if (json)
        {
            JsonOut.Write(surroundings.Out, whole);
        }
        else
        {
            foreach (var change in judgement.Changes)
                surroundings.Out.WriteLine($"{change.Effect,-12}  {change.Path}: {change.Text}");
            foreach (var fault in judgement.FirstFaults)
                surroundings.Out.WriteLine($"{"record",-12}  {fault.Source}/{fault.Id} revision {fault.Revision}: {fault.Detail}");
        }

        if (judgement.FaultyRecords > 0)
            surroundings.Talk.WriteLine($"{judgement.FaultyRecords} stored record(s) would no longer be valid: correct them first.");
        foreach (var change in judgement.OnlyEmpty)
            surroundings.Talk.WriteLine($"Only an empty store takes this, at a start: {change.Text}");
        if (judgement.PolicyMistakes is { } mistakes)
            surroundings.Talk.WriteLine(mistakes);
    }

    private static Argument<string> Folder() => new("DIR") { Description = "The rulebook's folder." };

    private static Rulebook Read(string folder, Surroundings surroundings)
    {
        var read = RulebookFolder.Read(surroundings.PathOf(folder));
        return read.Rulebook ?? throw new CliException(
            ExitCode.Invalid, $"The rulebook {folder} has {read.Mistakes.Count} mistakes.", $"See: credit rulebook check {folder}");
    }
}
