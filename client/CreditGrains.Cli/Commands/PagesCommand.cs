using System.CommandLine;
using CreditGrains.Cli.Terminal;
using CreditGrains.Client;

namespace CreditGrains.Cli.Commands;

/// <summary><c>credit pages</c>: public pages that are taken down while what they show is put right.</summary>
internal static class PagesCommand
{
    private static readonly string[] Operator = ["operator"];

    public static Command Make(Surroundings surroundings) => new("pages", "Public pages that are closed; close one, or show it again.")
    {
        List(surroundings),
        Change(surroundings, "close", "Take a public page down with all below it, its downloads and reports, on all nodes within seconds.",
            static (client, path, reason, cancellation) => client.ClosePageAsync(path, reason, cancellation)),
        Change(surroundings, "open", "Show a page again.",
            static (client, path, reason, cancellation) => client.OpenPageAsync(path, reason, cancellation)),
    };

    private static Command List(Surroundings surroundings)
    {
        var json = Options.Json();
        var command = new Command("list", "List the public pages that are closed, and who closed and opened pages, when and why.") { json };
        command.SetAction(async (result, cancellation) =>
        {
            using var connection = Credentials.Connect(surroundings, Operator);
            await WriteAsync(await connection.Client.ClosedPagesAsync(cancellation), result.GetValue(json), withActs: true, surroundings);
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Change(
        Surroundings surroundings, string name, string does,
        Func<CreditClient, string, string, CancellationToken, Task<ClosedPages>> change)
    {
        var path = new Argument<string>("PATH")
        {
            Description = "For example /portal/lists, /portal/lists/ID, /portal/subjects/CODE or /portal/search.",
        };
        var reason = new Option<string>("--reason")
        {
            Description = "Why; kept for good, not shown to the public.", HelpName = "TEXT", Required = true,
        };
        var json = Options.Json();
        var command = new Command(name, does) { path, reason, json };
        command.SetAction(async (result, cancellation) =>
        {
            using var connection = Credentials.Connect(surroundings, Operator);
            var pages = await change(connection.Client, result.GetRequiredValue(path), result.GetRequiredValue(reason), cancellation);
            await WriteAsync(pages, result.GetValue(json), withActs: false, surroundings);
            return ExitCode.Done;
        });
        return command;
    }

    private static async Task WriteAsync(ClosedPages pages, bool json, bool withActs, Surroundings surroundings)
    {
        if (json)
        {
            JsonOut.Write(surroundings.Out, pages);
            return;
        }

        await surroundings.Out.WriteLineAsync(pages.Items.Count == 0 ? "No page is closed." : "Closed:");
        foreach (var page in pages.Items)
            await surroundings.Out.WriteLineAsync($"{page.Path,-48}  since {page.At:yyyy-MM-dd HH:mm:ss}  {page.Actor}  {page.Reason}");
        if (!withActs || pages.Acts.Count == 0)
            return;
        await surroundings.Out.WriteLineAsync("Acts, the newest first:");
        foreach (var act in pages.Acts)
        {
            await surroundings.Out.WriteLineAsync(
                $"{act.At:yyyy-MM-dd HH:mm:ss}  {act.Actor,-16}  {act.Action,-6}  {act.Path}  {act.Reason}");
        }
    }
}
