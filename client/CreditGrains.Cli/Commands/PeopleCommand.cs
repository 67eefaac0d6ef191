using System.CommandLine;
using CreditGrains.Cli.Terminal;
using CreditGrains.Client;

namespace CreditGrains.Cli.Commands;

/// <summary><c>credit people</c>: who has been let in with which rights, and an end to what one person has.</summary>
internal static class PeopleCommand
{
    private static readonly string[] Operator = ["operator"];

    public static Command Make(Surroundings surroundings) => new("people", "Who has which rights, and an end to what one person has.")
    {
        List(surroundings), End(surroundings),
    };

    private static Command List(Surroundings surroundings)
    {
        var json = Options.Json();
        var command = new Command("list", "List who has been let in by any node since its start: roles, source, organisation.") { json };
        command.SetAction(async (result, cancellation) =>
        {
            using var connection = Credentials.Connect(surroundings, Operator);
            var (people, leftOut) = await OfAllNodesAsync(connection.Client, surroundings, cancellation);
            if (result.GetValue(json))
            {
                JsonOut.Write(surroundings.Out, new PeoplePage(people, leftOut));
                return ExitCode.Done;
            }

            foreach (var each in people)
                await surroundings.Out.WriteLineAsync(LineOf(each));
            if (leftOut > 0)
                await surroundings.Talk.WriteLineAsync($"Nodes had no place for more people: {leftOut} requests are not among these.");
            return ExitCode.Done;
        });
        return command;
    }

    private static Command End(Surroundings surroundings)
    {
        var person = new Argument<string>("PERSON") { Description = "As claim sub of its tokens names it (credit people list)." };
        var reason = new Option<string>("--reason") { Description = "Why; kept for good.", HelpName = "TEXT", Required = true };
        var json = Options.Json();
        var command = new Command("end", "End every session of a person and every token issued to it so far, on all nodes.")
        {
            person, reason, json,
        };
        command.SetAction(async (result, cancellation) =>
        {
            using var connection = Credentials.Connect(surroundings, Operator);
            var ended = await connection.Client.EndPersonAsync(
                result.GetRequiredValue(person), result.GetRequiredValue(reason), cancellation);
            if (result.GetValue(json))
                JsonOut.Write(surroundings.Out, ended);
            else
            {
                await surroundings.Out.WriteLineAsync(
                    $"{ended.Person}: sessions begun and tokens issued before {ended.Before:yyyy-MM-dd HH:mm:ss} UTC have ended.");
                await surroundings.Talk.WriteLineAsync("A new sign-in holds: close the account at the provider too.");
            }

            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>Those of every node that says where it is reached; of the one that was asked where none does.</summary>
    private static async Task<(IReadOnlyList<PersonRights> People, long LeftOut)> OfAllNodesAsync(
        CreditClient client, Surroundings surroundings, CancellationToken cancellation)
    {
        var addresses = (await client.ShardsAsync(cancellation)).Nodes.Select(node => node.Address).OfType<string>().Distinct().ToList();
        if (addresses.Count < 2)
        {
            var page = await client.PeopleAsync(cancellation);
            return (page.Items, page.LeftOut);
        }

        var (people, leftOut) = (new List<PersonRights>(), 0L);
        foreach (var address in addresses)
        {
            try
            {
                var page = await client.PeopleAsync(new Uri(address), cancellation);
                people.AddRange(page.Items);
                leftOut += page.LeftOut;
            }
            catch (HttpRequestException absent)
            {
                throw new CliException(
                    ExitCode.Unreachable, $"Node {address} cannot be reached from here: {absent.Message}",
                    "Ask each node where it can be reached, with CREDIT_URL.");
            }
        }

        var merged = people
            .GroupBy(each => (each.Person, each.By, Roles: string.Join(',', each.Roles), each.Source, each.Subject))
            .Select(same => same.MaxBy(each => each.LastSeen)!)
            .OrderBy(each => each.Person, StringComparer.Ordinal).ThenByDescending(each => each.LastSeen);
        return ([.. merged], leftOut);
    }

    private static string LineOf(PersonRights each) =>
        $"{each.Person,-24}  {each.By,-7}  {string.Join(',', each.Roles),-24}"
        + (each.Source is null ? "" : $"  source {each.Source}") + (each.Subject is null ? "" : $"  organisation {each.Subject}")
        + $"  last seen {each.LastSeen:yyyy-MM-dd HH:mm}" + (each.Ended ? "  ended" : $"  valid until {each.ValidUntil:yyyy-MM-dd HH:mm}");
}
