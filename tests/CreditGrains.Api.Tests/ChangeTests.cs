using CreditGrains.Development;
using System.Text.Json;
using CreditGrains.Engine.AccessLog;

namespace CreditGrains.Api.Tests;

/// <summary>Changes by pages and as a stream: everything once, a subject's changes in their order.</summary>
public sealed class ChangeTests(CreditFixture credit)
{
    private const string Documented =
        """
        {"items":[{"specversion":"1.0","id":"x","source":"x","type":"creditgrains.subject.grade","subject":"x","time":"x",
          "datacontenttype":"application/json","data":{"old":null,"new":"A","asOf":"2026-11-21","policy":"2026.1"}}],
         "cursor":"x","more":true}
        """;

    [Invariant(9)]
    [Fact]
    public async Task Page_is_made_of_cloud_events()
    {
        var begin = await NowAsync();
        var subject = Invented.Code();
        await credit.FeedAsync("CH1", Invented.Registration(subject));
        var page = await UntilAsync(begin, items => items.Any(item => SubjectOf(item) == subject));
        var answer = await credit.GetAsync($"/v1/changes?after={begin}&limit=200", credit.Token("auditor"));
        DocumentedResponse.AssertHolds(Documented, answer.Json);
        var change = page.Single(item => SubjectOf(item) == subject);
        Assert.Equal((subject, IdOf(change)), (IndependentReader.Read(change).Subject, IndependentReader.Read(change).Id));
        Assert.Equal(JsonValueKind.Null, change.GetProperty("data").GetProperty("old").ValueKind);
        Assert.NotNull(change.GetProperty("data").GetProperty("new").GetString());

        // The read is on the subject's access log.
        var log = await credit.GetAsync($"/v1/subjects/{subject}/access-log", credit.Token("operator"));
        Assert.Contains(log.Json.GetProperty("items").EnumerateArray(), entry => entry.GetProperty("operation").GetString() == "changes");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(200)]
    public async Task Pages_give_every_change_once_while_changes_are_made(int limit)
    {
        var begin = await NowAsync();
        var subjects = Enumerable.Range(0, 40).Select(_ => Invented.Code()).ToList();
        var feeding = Task.Run(
            async () =>
            {
                foreach (var part in subjects.Chunk(5))
                {
                    await credit.FeedAsync("CH2", [.. part.Select(subject => Invented.Registration(subject))]);

                    // A second change of the same subject, once the first is written: before, both would be one.
                    var listed = await credit.GetAsync($"/v1/subjects?q={part[0]}&consistency=latest", credit.Token("operator"));
                    Assert.Equal(200, listed.Status);
                    await credit.FeedAsync("CH3", [.. part.Select(subject => Invented.ListEntry(subject, $"L-{subject}"))]);
                    await credit.Server.Engine.FlushAsync();
                }
            },
            CreditFixture.Stop);
        var seen = new List<JsonElement>();
        var (cursor, pages) = (begin, 0);
        while (true)
        {
            var isFed = feeding.IsCompleted;
            var page = (await credit.GetAsync($"/v1/changes?after={cursor}&limit={limit}", credit.Token("reviewer"))).Json;
            var items = page.GetProperty("items").EnumerateArray().ToList();
            Assert.InRange(items.Count, 0, limit);
            seen.AddRange(items);
            cursor = page.GetProperty("cursor").GetString()!;
            var isRead = subjects.All(subject => seen.Count(item => SubjectOf(item) == subject) >= 2);
            if (isFed && isRead && !page.GetProperty("more").GetBoolean())
                break;
            Assert.True(pages++ < 5000, "not every change is read");
        }

        await feeding;
        Assert.Equal(seen.Count, seen.DistinctBy(IdOf).Count());
        foreach (var subject in subjects)
        {
            var own = seen.Where(item => SubjectOf(item) == subject).ToList();
            Assert.Equal(2, own.Count);
            Assert.Equal(JsonValueKind.Null, GradeOf(own[0], "old").ValueKind);
            Assert.Equal(GradeOf(own[0], "new").GetString(), GradeOf(own[1], "old").GetString());
        }

        // The same again from the same place, however long the pages are.
        var again = await UntilAsync(begin, items => items.Count >= seen.Count);
        Assert.Equal(seen.Select(IdOf).Order(StringComparer.Ordinal), again.Take(seen.Count).Select(IdOf).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Page_tells_of_records_lists_measures_and_publicity_where_they_are_asked_for()
    {
        var begin = await NowAsync();
        var subject = Invented.Code();
        await credit.FeedAsync("CH8", Invented.Registration(subject));
        await credit.FeedAsync("CH8", Invented.ListEntry(subject, $"L-{subject}"));
        await credit.Server.Engine.FlushAsync();
        await credit.FeedAsync("CH8", Invented.Withdrawal(subject, $"L-{subject}", "list-entry", 2));
        await credit.Server.Engine.FlushAsync();
        var told = (await AllAsync("*")).Where(item => SubjectOf(item) == subject).ToList();
        var types = told.Select(item => item.GetProperty("type").GetString()!["creditgrains.subject.".Length..]).ToList();
        Assert.Equal(2, types.Count(type => type == "record.arrived"));
        Assert.Equal(1, types.Count(type => type == "record.withdrawn"));
        Assert.Equal(types.Count(type => type == "measure.begun"), types.Count(type => type == "measure.ended"));
        Assert.Contains("measure.begun", types);
        Assert.Equal(
            ["publicity.begun", "list.entered", "publicity.ended", "list.left"],
            types.Where(type => type.Split('.')[0] is "list" or "publicity"));
        var entered = told.Single(item => item.GetProperty("type").GetString() == "creditgrains.subject.list.entered").GetProperty("data");
        Assert.Equal(("list-entry", "serious"), (entered.GetProperty("list").GetString(), entered.GetProperty("level").GetString()));
        Assert.All(told, item => Assert.Equal(IdOf(item), IndependentReader.Read(item).Id));

        // Only what is asked for; and what nobody names is as it was before there were others.
        var lists = (await AllAsync("creditgrains.subject.list.entered,creditgrains.subject.list.left")).Select(IdOf).ToList();
        Assert.Equal(told.Where(item => item.GetProperty("type").GetString()!.Contains(".list.")).Select(IdOf).Order(),
            lists.Where(id => told.Any(item => IdOf(item) == id)).Order());
        Assert.All(await AllAsync(null), item => Assert.Contains(
            item.GetProperty("type").GetString(), new[] { "creditgrains.subject.grade", "creditgrains.subject.case" }));

        async Task<List<JsonElement>> AllAsync(string? asked)
        {
            var (all, after) = (new List<JsonElement>(), begin);
            for (var more = true; more;)
            {
                var page = (await credit.GetAsync(
                    $"/v1/changes?after={after}&limit=200{(asked is null ? "" : "&types=" + asked)}", credit.Token("operator"))).Json;
                all.AddRange(page.GetProperty("items").EnumerateArray());
                after = page.GetProperty("cursor").GetString()!;
                more = page.GetProperty("more").GetBoolean();
            }

            return all;
        }
    }

    [Fact]
    public async Task Instant_is_a_place_to_begin()
    {
        var instant = TimeProvider.System.GetUtcNow();
        var subject = Invented.Code();
        await credit.FeedAsync("CH4", Invented.Registration(subject));
        var begin = Uri.EscapeDataString(instant.ToString("O"));
        await UntilAsync(begin, items => items.Any(item => SubjectOf(item) == subject));
        var all = (await credit.GetAsync($"/v1/changes?after={begin}&limit=200", credit.Token("checker"))).Json;
        Assert.All(all.GetProperty("items").EnumerateArray(), item => Assert.True(item.GetProperty("time").GetDateTimeOffset() > instant));
    }

    [Theory]
    [InlineData("after=C", 400, "malformed-cursor")]
    [InlineData("after=AQAAAAAB", 400, "malformed-cursor")]
    [InlineData("after=yesterday", 400, "malformed-cursor")]
    [InlineData("after=2026-01-01", 400, "malformed-cursor")]
    [InlineData("after=CAQAAAAAA", 409, "foreign-token")]
    [InlineData("types=creditgrains.subject.weather", 400, "invalid-parameter")]
    [InlineData("limit=0", 400, "invalid-parameter")]
    [InlineData("limit=201", 400, "invalid-parameter")]
    public async Task What_cannot_be_read_is_refused(string query, int status, string code)
    {
        (await credit.GetAsync($"/v1/changes?{query}", credit.Token("operator"))).AssertProblem(status, code);
        if (query.StartsWith("after", StringComparison.Ordinal))
        {
            (await credit.GetAsync($"/v1/changes?{query}", credit.Token("operator"), accept: "text/event-stream"))
                .AssertProblem(status, code);
        }
    }

    [Fact]
    public async Task Stream_goes_on_after_the_last_event_that_was_seen()
    {
        var begin = await NowAsync();
        var subjects = Enumerable.Range(0, 30).Select(_ => Invented.Code()).ToList();
        var seen = new List<(string Cursor, JsonElement Event)>();
        string? last = null;
        foreach (var part in subjects.Chunk(6))
        {
            await using var stream = await EventStream.OpenAsync(credit, begin, last);

            // Some are written while nobody reads, some while the stream is open.
            var feeding = credit.FeedAsync("CH5", [.. part.Select(subject => Invented.Registration(subject))]);
            for (var i = 0; i < 4; i++)
            {
                var next = await stream.NextAsync();
                seen.Add(next);
                last = next.Cursor;
            }

            await feeding;
        }

        await using (var stream = await EventStream.OpenAsync(credit, begin, last))
        {
            while (!subjects.All(subject => seen.Any(each => SubjectOf(each.Event) == subject)))
                seen.Add(await stream.NextAsync());
        }

        Assert.Equal(seen.Count, seen.DistinctBy(each => IndependentReader.Read(each.Event).Id).Count());
        var pages = await UntilAsync(begin, items => items.Count >= seen.Count);
        Assert.Equal(
            pages.Take(seen.Count).Select(item => item.ToString()).Order(StringComparer.Ordinal),
            seen.Select(each => each.Event.ToString()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Stream_says_at_once_where_it_begins()
    {
        await using var stream = await EventStream.OpenAsync(credit, "now", null);
        var subject = Invented.Code();
        await credit.FeedAsync("CH6", Invented.Registration(subject));
        await UntilAsync(stream.Begin, items => items.Any(item => SubjectOf(item) == subject));
    }

    [Fact]
    public async Task Stream_ends_with_the_token_of_its_reader()
    {
        await using var server = await RuledServer.StartAsync();
        using var http = new HttpClient { BaseAddress = new Uri(server.Server.Address) };
        using var issuer = DevelopmentIssuer.Open(server.Data);
        var token = issuer.Issue(["operator"], null, null, null, TimeSpan.FromSeconds(2));
        await using var stream = await EventStream.OpenAsync(http, token, "now", null);
        await stream.EndAsync();
    }

    /// <summary>Failing before: the stream went on until the token expired, an hour later.</summary>
    [Fact]
    public async Task Stream_ends_within_seconds_when_an_operator_ends_what_its_reader_has_and_others_go_on()
    {
        await using var server = await RuledServer.StartAsync();
        using var http = new HttpClient { BaseAddress = new Uri(server.Server.Address) };
        await using var stream = await EventStream.OpenAsync(http, server.Token("auditor", "leaver"), "now", null);
        await using var other = await EventStream.OpenAsync(http, server.Token("auditor", "stayer"), "now", null);
        await Task.Delay(TimeSpan.FromSeconds(1), CreditFixture.Stop); // instants of tokens are whole seconds
        var ended = await server.PostAsync("/v1/people:end", new { person = "leaver", reason = "account closed" }, "operator");
        Assert.True(ended.Status == 200, ended.Text);
        await stream.EndAsync().WaitAsync(TimeSpan.FromSeconds(10), CreditFixture.Stop);
        await server.FeedAsync("CH7", Invented.Registration(Invented.Code()));
        await other.NextAsync().WaitAsync(TimeSpan.FromSeconds(30), CreditFixture.Stop);
    }

    [Fact]
    public async Task Streams_have_a_bound_and_end_with_the_server()
    {
        await using var server = await RuledServer.StartAsync(with: options => options with { ChangeStreamsMax = 2 });
        using var http = new HttpClient { BaseAddress = new Uri(server.Server.Address) };
        var token = server.Token("operator");
        await using var one = await EventStream.OpenAsync(http, token, "now", null);
        await using (await EventStream.OpenAsync(http, token, "now", null))
        {
            var refused = await server.GetAsync("/v1/changes?after=now", accept: "text/event-stream");
            refused.AssertProblem(429, "too-many-requests");
            Assert.True(refused.Headers.ContainsKey("Retry-After"));
        }

        // One that has gone gives its place back.
        for (var i = 0; ; i++)
        {
            try
            {
                await using var next = await EventStream.OpenAsync(http, token, "now", null);
                break;
            }
            catch (HttpRequestException) when (i < 500)
            {
                await Task.Delay(20, CreditFixture.Stop);
            }
        }

        await server.StopAsync();
        await one.EndAsync();
        await server.RestartAsync();
    }

    private static string IdOf(JsonElement item) => item.GetProperty("id").GetString()!;

    private static string SubjectOf(JsonElement item) => item.GetProperty("subject").GetString()!;

    private static JsonElement GradeOf(JsonElement item, string which) => item.GetProperty("data").GetProperty(which);

    private async Task<string> NowAsync() =>
        (await credit.GetAsync("/v1/changes?after=now", credit.Token("operator"))).Json.GetProperty("cursor").GetString()!;

    /// <summary>Reads to the end, again and again, until it is so.</summary>
    private async Task<List<JsonElement>> UntilAsync(string after, Func<List<JsonElement>, bool> isSo)
    {
        var all = new List<JsonElement>();
        for (var i = 0; ; i++)
        {
            var answer = await credit.GetAsync($"/v1/changes?after={after}&limit=200", credit.Token("operator"));
            Assert.True(answer.Status == 200, answer.Text);
            all.AddRange(answer.Json.GetProperty("items").EnumerateArray());
            after = answer.Json.GetProperty("cursor").GetString()!;
            if (isSo(all))
                return all;
            Assert.True(i < 1000, $"it does not come about in {all.Count} changes");
            await Task.Delay(20, CreditFixture.Stop);
        }
    }
}
