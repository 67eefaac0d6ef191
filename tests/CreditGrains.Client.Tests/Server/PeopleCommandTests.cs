using System.Net.Http.Headers;
using System.Text.Json;
using CreditGrains.Development;
using CreditGrains.Development.Postgres;
using CreditGrains.Silo;

namespace CreditGrains.Client.Tests.Server;

/// <summary><c>credit people list</c> asks every node: each knows only those whom it has let in itself.</summary>
public sealed class PeopleCommandTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task List_has_the_people_of_all_three_silos_each_once_with_when_it_was_last_seen_anywhere()
    {
        if (ThrowAwayPostgres.Unavailable is { } reason)
            Assert.Skip(reason);
        var connection = await (await ThrowAwayPostgres.SharedAsync()).CreateDatabaseAsync();
        using var folder = new TemporaryFolder();
        var data = Path.Combine(folder.Path, ".data");
        var silos = new List<CreditServer>();
        try
        {
            for (var i = 0; i < 3; i++)
            {
                silos.Add(await CreditServer.StartAsync(
                    new ServerOptions
                    {
                        Urls = ["http://127.0.0.1:0"], DataDirectory = data, Connection = connection, Cluster = "people",
                        RulebookDirectory = Repository.DefaultRulebook, Demo = false,
                    },
                    TextWriter.Null, Cancellation));
            }

            using var issuer = DevelopmentIssuer.Open(data);
            await LetInAsync(silos[0], issuer, "north");
            await LetInAsync(silos[1], issuer, "south");
            await LetInAsync(silos[1], issuer, "both");
            await Task.Delay(TimeSpan.FromSeconds(1), Cancellation);
            var later = TimeProvider.System.GetUtcNow();
            await LetInAsync(silos[2], issuer, "both");

            var answer = await CliResult.OfAsync(
                folder.Path, new Dictionary<string, string> { ["CREDIT_URL"] = silos[0].Address }, ["people", "list", "--json"]);
            Assert.True(answer.ExitCode == 0, answer.Talk);
            var people = JsonElement.Parse(answer.Out).GetProperty("items").EnumerateArray()
                .Where(person => person.GetProperty("roles").EnumerateArray().Any(role => role.GetString() == "auditor")).ToList();
            Assert.Equal(["both", "north", "south"], people.Select(person => person.GetProperty("person").GetString()));
            Assert.True(people[0].GetProperty("lastSeen").GetDateTimeOffset() >= later);
            Assert.True(people[2].GetProperty("lastSeen").GetDateTimeOffset() < later);
        }
        finally
        {
            foreach (var silo in silos)
                await silo.DisposeAsync();
        }
    }

    private static async Task LetInAsync(CreditServer silo, DevelopmentIssuer issuer, string person)
    {
        using var http = new HttpClient { BaseAddress = new Uri(silo.Address) };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/rulebook");
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "Bearer", issuer.Issue(["auditor"], null, null, person, TimeSpan.FromHours(1)));
        using var answer = await http.SendAsync(request, Cancellation);
        answer.EnsureSuccessStatusCode();
    }
}
