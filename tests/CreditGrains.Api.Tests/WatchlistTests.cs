using System.Text.Json;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Watchlists;
using static CreditGrains.Api.Tests.RuledServer;

namespace CreditGrains.Api.Tests;

/// <summary>Watchlists over HTTP: a department follows its organisations and sees no other department's lists.</summary>
public sealed class WatchlistTests : IAsyncLifetime
{
    private const string Path = "/v1/watchlists";
    private readonly string[] _subjects = [.. Enumerable.Range(0, 3).Select(_ => Invented.Code())];
    private RuledServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await StartAsync();
        await _server.FeedAsync("SCJG", [.. _subjects.Select(code => Invented.Registration(code))]);
        await _server.Server.Engine.FlushAsync();
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Department_follows_its_organisations_from_cursor_to_cursor_and_each_reading_is_recorded()
    {
        var list = Expect(201, await AsAsync(HttpMethod.Post, Path, new
        {
            name = "供应商", subjects = new[] { _subjects[0], _subjects[0].Insert(8, " ") }, types = new[] { "*" },
        })).Json;
        var id = Text(list, "id");
        Assert.Equal(
            ("at-once", "FGW", "an officer", 1),
            (Text(list, "mode"), Text(list, "owner"), Text(list, "actor"), list.GetProperty("subjectCount").GetInt32()));
        var now = Text(Expect(200, await AsAsync(HttpMethod.Get, $"{Path}/{id}/changes?after=now")).Json, "cursor");
        await ChangeAsync(_subjects[1], 3);
        await ChangeAsync(_subjects[0], 2);
        var told = new List<string>();
        for (var more = true; more;)
        {
            var page = Expect(200, await AsAsync(HttpMethod.Get, $"{Path}/{id}/changes?after={now}&limit=1&purpose=following")).Json;
            told.AddRange(page.GetProperty("items").EnumerateArray().Select(change => Text(change, "subject")));
            (now, more) = (Text(page, "cursor"), page.GetProperty("more").GetBoolean());
        }

        Assert.Equal([_subjects[0], _subjects[0]], told);
        Assert.Equal(2, await ReadingsAsync(_subjects[0], "changes"));
        Assert.Equal(0, await ReadingsAsync(_subjects[1], "changes"));
        (await AsAsync(HttpMethod.Get, $"{Path}/{id}/changes?after=x")).AssertProblem(400, "malformed-cursor");

        using var http = new HttpClient { BaseAddress = new Uri(_server.Server.Address) };
        await using var stream = await EventStream.OpenAsync(
            http, _server.Token("checker", "another officer", "FGW"), now, null, $"{Path}/{id}/stream");
        await ChangeAsync(_subjects[1], 1);
        await ChangeAsync(_subjects[0], 1);
        Assert.Equal(_subjects[0], Text((await stream.NextAsync()).Event, "subject"));
    }

    [Fact]
    public async Task Lists_are_seen_by_their_department_auditors_and_operators_and_changed_by_their_department()
    {
        var id = Text(Expect(201, await AsAsync(HttpMethod.Post, Path, Filtered())).Json, "id");
        foreach (var (role, source, status) in new[]
        {
            ("checker", "FGW", 200), ("reviewer", "FGW", 200), ("checker", "SCJG", 404), ("checker", null, 404), ("auditor", null, 200),
            ("operator", null, 200),
        })
        {
            foreach (var part in new[] { "", "/changes", "/digests" })
                Assert.Equal(status, (await AsAsync(HttpMethod.Get, $"{Path}/{id}{part}", null, role, source)).Status);
            var items = Expect(200, await AsAsync(HttpMethod.Get, Path, null, role, source)).Json.GetProperty("items");
            Assert.Equal(status == 200 ? 1 : 0, items.GetArrayLength());
        }

        foreach (var role in new[] { "auditor", "operator" })
            (await AsAsync(HttpMethod.Put, $"{Path}/{id}", Filtered(), role, null)).AssertProblem(404, "unknown-watchlist");
        var changed = Expect(200, await AsAsync(HttpMethod.Put, $"{Path}/{id}", new { name = "b", subjects = _subjects })).Json;
        Assert.Equal(("b", 3), (Text(changed, "name"), changed.GetProperty("subjects").GetArrayLength()));
        (await AsAsync(HttpMethod.Delete, $"{Path}/{id}", null, "auditor", null)).AssertProblem(404, "unknown-watchlist");
        Expect(204, await AsAsync(HttpMethod.Delete, $"{Path}/{id}", null, "operator", null));
        (await AsAsync(HttpMethod.Get, $"{Path}/{id}")).AssertProblem(404, "unknown-watchlist");
    }

    [Fact]
    public async Task Mistake_in_a_request_is_refused_by_its_member()
    {
        foreach (var (body, status, code, pointer) in new (object Body, int Status, string Code, string Pointer)[]
        {
            (new { name = " ", filter = new { grades = new[] { "D" } } }, 422, "required", "/name"),
            (new { name = new string('a', 101), filter = new { grades = new[] { "D" } } }, 422, "too-long", "/name"),
            (new { name = "a" }, 422, "required", "/subjects"),
            (new { name = "a", subjects = Array.Empty<string>() }, 422, "required", "/subjects"),
            (new { name = "a", subjects = _subjects, filter = new { grades = new[] { "D" } } }, 400, "invalid-parameter", "/filter"),
            (new { name = "a", filter = new { } }, 422, "required", "/filter"),
            (new { name = "a", subjects = new[] { "91" } }, 400, "invalid-parameter", "/subjects/0"),
            (new { name = "a", subjects = Enumerable.Repeat(_subjects[0], 10_001).ToArray() }, 422, "out-of-range", "/subjects"),
            (new { name = "a", subjects = _subjects, mode = "weekly" }, 400, "invalid-parameter", "/mode"),
            (new { name = "a", subjects = _subjects, types = new[] { "grade" } }, 400, "invalid-parameter", "/types/0"),
            (new { name = "a", subjects = _subjects, subscription = "x" }, 400, "invalid-parameter", "/subscription"),
            (new { name = "a", subjects = _subjects, mode = "daily", subscription = "x" }, 404, "unknown-subscription", "/subscription"),
        })
        {
            var answer = await AsAsync(HttpMethod.Post, Path, body);
            answer.AssertProblem(status, code);
            Assert.Equal(pointer, Text(answer.Json.GetProperty("errors")[0], "pointer"));
        }

        (await AsAsync(HttpMethod.Post, Path, Filtered(), "policy-author", null)).AssertProblem(403, "forbidden");
        var full = new { name = "a", subjects = Enumerable.Range(0, 10_000).Select(_ => Invented.Code()).ToArray() };
        Expect(201, await AsAsync(HttpMethod.Post, Path, full));
    }

    [Fact]
    public async Task Subscription_of_somebody_else_is_sent_no_digests()
    {
        var subscription = Text(
            Expect(201, await _server.PostAsync("/v1/subscriptions", new { url = "https://receiver.example/x" }, "operator", "op")).Json,
            "id");
        var body = new { name = "a", subjects = _subjects, mode = "daily", subscription };
        (await AsAsync(HttpMethod.Post, Path, body)).AssertProblem(404, "unknown-subscription");
        Assert.Equal(subscription, Text(Expect(201, await AsAsync(HttpMethod.Post, Path, body, "operator", null)).Json, "subscription"));
    }

    [Fact]
    public async Task Command_sent_again_makes_one_list()
    {
        Answer[] answers =
        [
            .. await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => _server.SendAsync(
                HttpMethod.Post, Path, Filtered(), "checker", "an officer", null, null, "FGW", key: "once"))),
        ];
        var made = Assert.Single((await _server.Server.Engine.Watchlists.ListAsync(CreditFixture.Stop)));
        Assert.Contains(answers, answer => answer.Status == 201);
        Expect(201, await _server.SendAsync(HttpMethod.Post, Path, Filtered(), "checker", "an officer", null, null, "FGW", key: "once"));
        Assert.Equal(made.Id, Assert.Single(await _server.Server.Engine.Watchlists.ListAsync(CreditFixture.Stop)).Id);
    }

    [Fact]
    public async Task Digests_are_listed_by_pages_and_read_by_day_and_the_reading_is_recorded()
    {
        var id = Text(Expect(201, await AsAsync(
            HttpMethod.Post, Path, new { name = "a", subjects = _subjects, mode = "daily" })).Json, "id");
        var digests = Enumerable.Range(1, 5).Select(day => DigestOf(id, new DateOnly(2026, 3, day))).ToList();
        await _server.Server.Engine.Store.WatchlistDigests.AddAsync(
            digests, new ControlWrite("watchlist-digest", "test", null, "{}", null), CreditFixture.Stop);
        var days = new List<string>();
        for (var cursor = ""; cursor is not null;)
        {
            var page = Expect(200, await AsAsync(HttpMethod.Get, $"{Path}/{id}/digests?limit=2&cursor={cursor}")).Json;
            foreach (var item in page.GetProperty("items").EnumerateArray())
            {
                days.Add(Text(item, "day"));
                Assert.Equal((1, JsonValueKind.Null), (item.GetProperty("changes").GetInt32(), item.GetProperty("delivery").ValueKind));
            }

            cursor = page.GetProperty("next").GetString();
        }

        Assert.Equal(["2026-03-05", "2026-03-04", "2026-03-03", "2026-03-02", "2026-03-01"], days);
        var digest = Expect(200, await AsAsync(HttpMethod.Get, $"{Path}/{id}/digests/2026-03-03?purpose=following")).Json;
        Assert.Equal(_subjects[0], Text(digest.GetProperty("organisations")[0], "subject"));
        Assert.Equal(1, await ReadingsAsync(_subjects[0], "watchlist"));
        foreach (var day in new[] { "2026-03-06", "yesterday" })
            (await AsAsync(HttpMethod.Get, $"{Path}/{id}/digests/{day}")).AssertProblem(404, "unknown-digest");
        (await AsAsync(HttpMethod.Get, $"{Path}/{id}/digests?cursor=x")).AssertProblem(400, "malformed-cursor");
    }

    private static object Filtered() => new { name = "a", filter = new { grades = new[] { "D" } } };

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private WatchlistDigest DigestOf(string list, DateOnly day) => new()
    {
        Watchlist = list, Day = day, MadeAt = DateTimeOffset.UnixEpoch, Counts = """{"creditgrains.subject.grade":1}""",
        Content = JsonSerializer.Serialize(
            new WatchlistDigestDocument(
                list, "a", day, 1, new Dictionary<string, long> { ["creditgrains.subject.grade"] = 1 },
                [new WatchedOrganisation(_subjects[0], null, [])], 0, true), JsonSerializerOptions.Web),
    };

    private Task<Answer> AsAsync(HttpMethod method, string path, object? body = null, string role = "checker", string? source = "FGW") =>
        _server.SendAsync(method, path, body, role, "an officer", null, null, source);

    private async Task<int> ReadingsAsync(string subject, string operation) =>
        Expect(200, await _server.GetAsync($"/v1/subjects/{subject}/access-log", "auditor")).Json.GetProperty("items").EnumerateArray()
            .Count(entry => Text(entry, "operation") == operation && Text(entry, "purpose") == "following");

    /// <summary>As the write-back of a subject writes it.</summary>
    private async Task ChangeAsync(string subject, int count)
    {
        var engine = _server.Server.Engine;
        var shard = ShardMap.ShardOf(new SubjectId(subject), engine.Store.ShardCount);
        var change = new SubjectChange(shard, 0, new SubjectId(subject), "grade", """{"old":"A","new":"B"}""", DateTimeOffset.UtcNow);
        await engine.Store.Subjects.WriteAsync(
            [new ShardWrite(shard, [], [.. Enumerable.Repeat(change, count)], null)], CreditFixture.Stop);
    }
}
