namespace CreditGrains.Api.Tests;

/// <summary>Lists after a leak: what one reader has looked at, and one source has reported.</summary>
public sealed class IncidentTests
{
    [Fact]
    public async Task Reader_and_source_are_listed_over_all_organisations_page_by_page()
    {
        await using var server = await RuledServer.StartAsync();
        var subjects = Enumerable.Range(0, 7).Select(_ => Invented.Code()).ToList();
        await server.FeedAsync("IN1", [.. subjects.Select(code => Invented.Registration(code))]);
        await server.FeedAsync("IN2", Invented.Registration(Invented.Code()));
        var begin = TimeProvider.System.GetUtcNow();
        await server.FeedAsync("IN1", Invented.Penalty(subjects[0], "wrong-1"), Invented.Penalty(subjects[1], "wrong-2"));
        await server.FeedAsync("IN1", Invented.Withdrawal(subjects[1], "wrong-2", "penalty", 2));
        foreach (var subject in subjects.Take(5))
        {
            var read = await server.SendAsync(
                HttpMethod.Get, $"/v1/subjects/{subject}?purpose=audit", null, "checker", "leaker", null, null);
            Assert.True(read.Status == 200, read.Text);
        }

        await server.SendAsync(HttpMethod.Get, $"/v1/subjects/{subjects[6]}?purpose=audit", null, "checker", "other", null, null);
        var from = Uri.EscapeDataString(begin.ToString("O"));
        var looked = await PagesAsync(server, $"/v1/access-log?actor=leaker&from={from}&purpose=incident&limit=2");
        Assert.Equal(subjects.Take(5), looked.Select(entry => entry.GetProperty("subject").GetString()));
        Assert.All(looked, entry => Assert.Equal("audit", entry.GetProperty("purpose").GetString()));
        Assert.Empty(await PagesAsync(server, $"/v1/access-log?actor=leaker&from=2099-01-01T00:00:00Z&purpose=incident"));

        var reported = await PagesAsync(server, $"/v1/sources/IN1/reported?since={from}&purpose=incident&limit=1");
        Assert.Equal(
            [("wrong-1", 1, "put"), ("wrong-2", 1, "put"), ("wrong-2", 2, "withdraw")],
            reported.Select(each => (
                each.GetProperty("id").GetString(), each.GetProperty("revision").GetInt32(), each.GetProperty("op").GetString()))
                .Order());
        Assert.Equal(10, (await PagesAsync(server, "/v1/sources/IN1/reported?since=2020-01-01T00:00:00Z&purpose=incident")).Count);
        Assert.Empty(await PagesAsync(server, "/v1/sources/NONE/reported?since=2020-01-01T00:00:00Z&purpose=incident"));
    }

    [Theory]
    [InlineData("/v1/access-log?from=2020-01-01T00:00:00Z")]
    [InlineData("/v1/access-log?actor=a")]
    [InlineData("/v1/access-log?actor=a&from=yesterday")]
    [InlineData("/v1/sources/S/reported")]
    [InlineData("/v1/sources/S/reported?since=2020-01-01T00:00:00Z&until=x")]
    public async Task List_without_its_interval_is_refused(string path)
    {
        await using var server = await RuledServer.StartAsync();
        (await server.GetAsync(path + (path.Contains('?', StringComparison.Ordinal) ? "&" : "?") + "purpose=test"))
            .AssertProblem(400, "invalid-parameter");
    }

    private static async Task<List<System.Text.Json.JsonElement>> PagesAsync(RuledServer server, string address)
    {
        var (items, next) = (new List<System.Text.Json.JsonElement>(), (string?)"");
        while (next is not null)
        {
            var page = await server.GetAsync(next.Length == 0 ? address : $"{address}&cursor={next}", "auditor");
            Assert.True(page.Status == 200, page.Text);
            items.AddRange(page.Json.GetProperty("items").EnumerateArray());
            next = page.Json.TryGetProperty("next", out var cursor) ? cursor.GetString() : null;
        }

        return items;
    }
}
