using System.CommandLine;
using CreditGrains.Cli.Terminal;
using CreditGrains.Client;

namespace CreditGrains.Cli.Commands;

/// <summary><c>credit watch</c>: changes as they come, one a line.</summary>
internal static class WatchCommand
{
    private const string TypeBegin = "creditgrains.subject.";

    public static Command Make(Surroundings surroundings)
    {
        var after = new Option<string?>("--after")
        {
            Description = "A cursor, an instant with offset, or now (the default); first for the first that is kept.", HelpName = "PLACE",
        };
        var types = Types();
        var once = new Option<bool>("--once") { Description = "End when there is nothing more, instead of waiting." };
        var json = new Option<bool>("--json") { Description = "Each change as one JSON object a line." };
        var command = new Command("watch", "Show changes of all organisations as they come; Ctrl-C ends it.") { after, types, once, json };
        command.SetAction(async (result, cancellation) =>
        {
            using var connection = Credentials.Connect(surroundings, ["operator"]);
            var begin = result.GetValue(after) switch { null => "now", "first" => null, var place => place };
            var cursor = begin;
            try
            {
                await foreach (var page in connection.Client.WatchAsync(begin, TypesOf(result.GetValue(types)), null, cancellation))
                {
                    foreach (var change in page.Items)
                        await WriteAsync(change, result.GetValue(json), surroundings);
                    cursor = page.Cursor;
                    if (result.GetValue(once) && !page.More)
                        break;
                }
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                // Ended by the person who watches.
            }

            await surroundings.Talk.WriteLineAsync($"To go on from here: credit watch --after {cursor}");
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>Types, short or whole.</summary>
    public static Option<string?> Types() => new("--types")
    {
        Description = "Types with commas between, such as grade,list.entered, or * for all (default grade and case).",
        HelpName = "TYPE,...",
    };

    /// <summary>Whole types of CloudEvents; null where none is named.</summary>
    public static IReadOnlyList<string>? TypesOf(string? given) => given is null ? null :
    [
        .. given.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(type => type == "*" || type.StartsWith("creditgrains.", StringComparison.Ordinal) ? type : TypeBegin + type),
    ];

    /// <summary>One change as a line, or as a JSON object.</summary>
    public static async Task WriteAsync(Change change, bool json, Surroundings surroundings)
    {
        if (json)
        {
            JsonOut.Write(surroundings.Out, change);
            return;
        }

        var data = string.Join("  ", change.Data.EnumerateObject().Select(member => $"{member.Name} {member.Value}"));
        var type = change.Type.Replace(TypeBegin, "", StringComparison.Ordinal);
        await surroundings.Out.WriteLineAsync($"{change.Time:yyyy-MM-dd HH:mm:ss}  {change.Subject}  {type,-18}  {data}");
    }
}
