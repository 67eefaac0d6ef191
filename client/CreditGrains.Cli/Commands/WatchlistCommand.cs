using System.CommandLine;
using CreditGrains.Cli.Terminal;
using CreditGrains.Client;

namespace CreditGrains.Cli.Commands;

/// <summary><c>credit watchlist</c>: organisations that a department follows, and what happened to them.</summary>
internal static class WatchlistCommand
{
    private static readonly string[] Checker = ["checker"];

    public static Command Make(Surroundings surroundings) => new("watchlist", "Organisations that you follow, and what happened to them.")
    {
        List(surroundings), Show(surroundings), Create(surroundings), Replace(surroundings), Changes(surroundings), Digests(surroundings),
        Digest(surroundings), Delete(surroundings),
    };

    private static Command List(Surroundings surroundings)
    {
        var json = Options.Json();
        var command = new Command("list", "List your watchlists.") { json };
        command.SetAction(async (result, cancellation) =>
        {
            using var connection = Credentials.Connect(surroundings, Checker);
            var page = await connection.Client.WatchlistsAsync(cancellation);
            if (result.GetValue(json))
            {
                JsonOut.Write(surroundings.Out, page);
                return ExitCode.Done;
            }

            foreach (var list in page.Items)
                await surroundings.Out.WriteLineAsync(LineOf(list));
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Show(Surroundings surroundings)
    {
        var (id, json) = (Which(), Options.Json());
        var command = new Command("show", "Show one with its codes.") { id, json };
        command.SetAction(async (result, cancellation) =>
        {
            using var connection = Credentials.Connect(surroundings, Checker);
            var list = await connection.Client.WatchlistAsync(result.GetRequiredValue(id), cancellation);
            return await WriteAsync(list, result.GetValue(json), surroundings);
        });
        return command;
    }

    private static Command Create(Surroundings surroundings)
    {
        var json = Options.Json();
        var content = new WatchlistOptions();
        var command = new Command("create", "Follow organisations, by code or by region, industry and grade.") { json };
        content.AddTo(command);
        command.SetAction(async (result, cancellation) =>
        {
            using var connection = Credentials.Connect(surroundings, Checker);
            var request = await content.ReadAsync(result, surroundings, cancellation);
            return await WriteAsync(
                await connection.Client.CreateWatchlistAsync(request, cancellation), result.GetValue(json), surroundings);
        });
        return command;
    }

    private static Command Replace(Surroundings surroundings)
    {
        var (id, json) = (Which(), Options.Json());
        var content = new WatchlistOptions();
        var command = new Command("replace", "Put another content in place of one.") { id, json };
        content.AddTo(command);
        command.SetAction(async (result, cancellation) =>
        {
            using var connection = Credentials.Connect(surroundings, Checker);
            var request = await content.ReadAsync(result, surroundings, cancellation);
            return await WriteAsync(
                await connection.Client.ReplaceWatchlistAsync(result.GetRequiredValue(id), request, cancellation), result.GetValue(json),
                surroundings);
        });
        return command;
    }

    private static Command Changes(Surroundings surroundings)
    {
        var (id, json) = (Which(), Options.Json());
        var after = new Option<string?>("--after")
        {
            Description = "A cursor, an instant with offset, or now; without, the first that is kept.", HelpName = "PLACE",
        };
        var command = new Command("changes", "Show what happened to its organisations, to the last change.") { id, after, json };
        command.SetAction(async (result, cancellation) =>
        {
            using var connection = Credentials.Connect(surroundings, Checker);
            var place = result.GetValue(after);
            for (var more = true; more;)
            {
                var page = await connection.Client.WatchlistChangesAsync(result.GetRequiredValue(id), place, 200, cancellation);
                foreach (var change in page.Items)
                    await WatchCommand.WriteAsync(change, result.GetValue(json), surroundings);
                (place, more) = (page.Cursor, page.More);
            }

            await surroundings.Talk.WriteLineAsync($"To go on from here: --after {place}");
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Digests(Surroundings surroundings)
    {
        var (id, json) = (Which(), Options.Json());
        var command = new Command("digests", "List its daily digests, the newest first.") { id, json };
        command.SetAction(async (result, cancellation) =>
        {
            using var connection = Credentials.Connect(surroundings, Checker);
            var page = await connection.Client.WatchlistDigestsAsync(result.GetRequiredValue(id), cancellation: cancellation);
            if (result.GetValue(json))
            {
                JsonOut.Write(surroundings.Out, page);
                return ExitCode.Done;
            }

            foreach (var digest in page.Items)
            {
                await surroundings.Out.WriteLineAsync(
                    $"{digest.Day:yyyy-MM-dd}  {digest.Changes,6} changes  {digest.Delivery,-9}  {digest.LastError}".TrimEnd());
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static Command Digest(Surroundings surroundings)
    {
        var (id, json) = (Which(), Options.Json());
        var day = new Argument<DateOnly>("DAY") { Description = "The legal day, YYYY-MM-DD." };
        var command = new Command("digest", "Show the digest of one day: its organisations, and what changed.") { id, day, json };
        command.SetAction(async (result, cancellation) =>
        {
            using var connection = Credentials.Connect(surroundings, Checker);
            var digest = await connection.Client.WatchlistDigestAsync(
                result.GetRequiredValue(id), result.GetRequiredValue(day), cancellation);
            if (result.GetValue(json))
            {
                JsonOut.Write(surroundings.Out, digest);
                return ExitCode.Done;
            }

            foreach (var organisation in digest.Organisations)
            {
                await surroundings.Out.WriteLineAsync($"{organisation.Subject}  {organisation.Name}");
                foreach (var change in organisation.Changes)
                    await WatchCommand.WriteAsync(change, json: false, surroundings);
            }

            if (digest.NotListed > 0)
                await surroundings.Talk.WriteLineAsync($"{digest.NotListed} more changes are counted only.");
            if (!digest.Complete)
                await surroundings.Talk.WriteLineAsync("Some changes of the day were no longer kept when it was made.");
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Delete(Surroundings surroundings)
    {
        var id = Which();
        var command = new Command("delete", "End one for good.") { id };
        command.SetAction(async (result, cancellation) =>
        {
            using var connection = Credentials.Connect(surroundings, Checker);
            await connection.Client.DeleteWatchlistAsync(result.GetRequiredValue(id), cancellation);
            await surroundings.Talk.WriteLineAsync("Deleted.");
            return ExitCode.Done;
        });
        return command;
    }

    private static async Task<int> WriteAsync(Watchlist list, bool json, Surroundings surroundings)
    {
        if (json)
        {
            JsonOut.Write(surroundings.Out, list);
            return ExitCode.Done;
        }

        await surroundings.Out.WriteLineAsync(LineOf(list));
        foreach (var code in list.Subjects ?? [])
            await surroundings.Out.WriteLineAsync($"  {code}");
        return ExitCode.Done;
    }

    private static string LineOf(Watchlist list) =>
        $"{list.Id}  {list.Mode,-7}  {(list.Filter is null ? $"{list.SubjectCount} codes" : FilterOf(list.Filter))}  {list.Name}";

    private static string FilterOf(WatchlistFilter filter) => string.Join(
        " ", new[] { ("region", filter.Regions), ("industry", filter.Industries), ("grade", filter.Grades) }
            .Where(part => part.Item2 is { Count: > 0 }).Select(part => $"{part.Item1}={string.Join(',', part.Item2!)}"));

    private static Argument<string> Which() => new("ID") { Description = "Its id." };
}
