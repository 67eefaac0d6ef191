using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using CreditGrains.Cli.Terminal;
using CreditGrains.Client;

namespace CreditGrains.Cli.Commands;

/// <summary><c>credit audit by-actor|by-source</c>: what one reader has looked at, and one source has reported.</summary>
internal static class IncidentCommands
{
    private static readonly string[] Auditor = ["auditor"];

    public static Command ByActor(Surroundings surroundings)
    {
        var actor = new Argument<string>("ACTOR") { Description = "As claim sub of its tokens names it (credit people list)." };
        var (from, until, json) = (Instant("--from", "The first instant.", isRequired: true), Until(), Options.Json());
        var command = new Command("by-actor", "What one reader has looked at, over all organisations, the oldest first.")
        {
            actor, from, until, json,
        };
        command.SetAction(async (result, cancellation) =>
        {
            using var connection = Credentials.Connect(surroundings, Auditor);
            var (asked, count, cursor) = (result.GetRequiredValue(actor), 0L, (string?)null);
            do
            {
                var page = await connection.Client.AccessesOfAsync(
                    asked, result.GetValue(from)!.Value, result.GetValue(until), cursor, cancellation);
                foreach (var entry in page.Items)
                {
                    if (result.GetValue(json))
                        JsonOut.Write(surroundings.Out, entry);
                    else
                        await surroundings.Out.WriteLineAsync(LineOf(entry));
                }

                (count, cursor) = (count + page.Items.Count, page.Next);
            }
            while (cursor is not null);
            await surroundings.Talk.WriteLineAsync($"{count} entries of {asked}.");
            return ExitCode.Done;
        });
        return command;
    }

    public static Command BySource(Surroundings surroundings)
    {
        var source = new Argument<string>("SOURCE") { Description = "The source that reported." };
        var (since, until, json) = (Instant("--since", "The first instant of receipt.", isRequired: true), Until(), Options.Json());
        var output = new Option<string?>("--out")
        {
            Description = "Write a file that credit feed --withdraw takes: each record once, in its newest revision.", HelpName = "FILE",
        };
        var command = new Command("by-source", "What one source has reported, over all organisations: positions, records, senders.")
        {
            source, since, until, output, json,
        };
        command.SetAction(async (result, cancellation) =>
        {
            using var connection = Credentials.Connect(surroundings, Auditor);
            var (asked, count, cursor) = (result.GetRequiredValue(source), 0L, (string?)null);
            var newest = new Dictionary<string, ReportedEvent>(StringComparer.Ordinal);
            do
            {
                var page = await connection.Client.ReportedByAsync(
                    asked, result.GetValue(since)!.Value, result.GetValue(until), cursor, cancellation);
                foreach (var each in page.Items)
                {
                    if (result.GetValue(output) is not null)
                        newest[each.Id] = newest.TryGetValue(each.Id, out var known) && known.Revision > each.Revision ? known : each;
                    else if (result.GetValue(json))
                        JsonOut.Write(surroundings.Out, each);
                    else
                        await surroundings.Out.WriteLineAsync(LineOf(each));
                }

                (count, cursor) = (count + page.Items.Count, page.Next);
            }
            while (cursor is not null);
            if (result.GetValue(output) is { } path)
                await WriteAsync(newest.Values, surroundings.PathOf(path), cancellation);
            await surroundings.Talk.WriteLineAsync(result.GetValue(output) is { } file
                ? $"{count} events of {newest.Count} records. Next: credit feed {file} --source {asked} --withdraw"
                : $"{count} events of {asked}.");
            return ExitCode.Done;
        });
        return command;
    }

    private static string LineOf(ActorAccess entry) =>
        $"{entry.At:yyyy-MM-dd HH:mm:ss}  {entry.Subject}  {entry.Operation,-16}  {entry.Purpose}"
        + (entry.Reference is null ? "" : $"  {entry.Reference}");

    private static string LineOf(ReportedEvent each) =>
        $"{each.ReceivedAt:yyyy-MM-dd HH:mm:ss}  {each.Shard}/{each.Position}  {each.Subject}  {each.Kind}  {each.Id}  "
        + $"{each.Op} {each.Revision}  {each.Actor}";

    /// <summary>A record whose newest revision withdraws it is gone already.</summary>
    private static async Task WriteAsync(IEnumerable<ReportedEvent> newest, string path, CancellationToken cancellation)
    {
        var lines = new StringBuilder();
        foreach (var each in newest.Where(each => each.Op == "put").OrderBy(each => each.Id, StringComparer.Ordinal))
        {
            using var buffer = new MemoryStream();
            using (var writer = new Utf8JsonWriter(buffer))
            {
                writer.WriteStartObject();
                writer.WriteString("id", each.Id);
                writer.WriteNumber("revision", each.Revision);
                writer.WriteString("subject", each.Subject);
                writer.WriteString("kind", each.Kind);
                writer.WriteEndObject();
            }

            lines.Append(Encoding.UTF8.GetString(buffer.ToArray())).Append('\n');
        }

        await File.WriteAllTextAsync(path, lines.ToString(), cancellation);
    }

    private static Option<DateTimeOffset?> Until() => Instant("--until", "The instant after the last; without, now.", isRequired: false);

    private static Option<DateTimeOffset?> Instant(string name, string does, bool isRequired) => new(name)
    {
        Description = does, HelpName = "INSTANT", Required = isRequired,
        CustomParser = result => DateTimeOffset.TryParse(
            result.Tokens[0].Value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant)
            ? instant.ToUniversalTime() : Wrong(result, name),
    };

    private static DateTimeOffset? Wrong(System.CommandLine.Parsing.ArgumentResult result, string name)
    {
        result.AddError($"{name} is an instant, for instance 2026-11-30T08:00:00Z.");
        return null;
    }
}
