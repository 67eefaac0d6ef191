using System.Net;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;
using static CreditGrains.Api.Tests.RuledServer;

namespace CreditGrains.Api.Tests;

/// <summary>
/// Readers of pages and streams whose place is no longer kept are told so by name (<c>cursor-expired</c>): none is left with a stream that
/// begins and breaks off again and again.
/// </summary>
public sealed class ExpiredCursorTests : IAsyncLifetime
{
    private const string Stream = "text/event-stream";
    private readonly string[] _subjects = [.. Enumerable.Range(0, 60).Select(_ => Invented.Code())];
    private RuledServer _server = null!;
    private HttpClient _http = null!;
    private string _begin = "";

    private ISubjectStore Outbox => _server.Server.Engine.Store.Subjects;

    public async ValueTask InitializeAsync()
    {
        _server = await StartAsync();
        _http = new HttpClient { BaseAddress = new Uri(_server.Server.Address) };
        _begin = CursorOf(Expect(200, await _server.GetAsync("/v1/changes?after=now")));
        await _server.FeedAsync("EXP", [.. _subjects.Select(code => Invented.Registration(code))]);
        await _server.Server.Engine.FlushAsync();

        // A second row in each shard's outbox: a row has the changes that were written back together, and the last one stays.
        await _server.FeedAsync("EXP", [.. _subjects.Select(code => Invented.ListEntry(code, $"L-{code}"))]);
        await _server.Server.Engine.FlushAsync();
    }

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return _server.DisposeAsync();
    }

    [Fact]
    public async Task Stream_is_refused_before_it_begins_though_only_one_of_its_shards_is_pruned()
    {
        var shard = (await HeadsAsync()).Index().Last(each => each.Item > 1).Index;
        await PruneAsync(shard);
        (await _server.GetAsync($"/v1/changes?after={_begin}", accept: Stream)).AssertProblem(410, "cursor-expired");
        (await _server.GetAsync($"/v1/changes?after={_begin}&limit=200")).AssertProblem(410, "cursor-expired");

        // Short pages tell what is kept elsewhere, and come to it.
        var cursor = _begin;
        Answer page;
        for (var pages = 0; (page = await _server.GetAsync($"/v1/changes?after={cursor}&limit=1&types=*")).Status == 200; pages++)
        {
            Assert.True(pages < 1000, "the shard that is pruned is never come to");
            Assert.True(page.Json.GetProperty("more").GetBoolean(), "the gap was passed over");
            cursor = CursorOf(page);
        }

        page.AssertProblem(410, "cursor-expired");
    }

    [Fact]
    public async Task Stream_that_connects_again_with_the_id_of_its_last_event_is_told()
    {
        string last;
        await using (var stream = await OpenAsync(_begin, null))
            last = (await stream.NextAsync()).Cursor;
        await PruneAsync();

        // A browser asks for its first address again, and names its place beside it.
        foreach (var after in new[] { "now", _begin })
            Assert.Equal(HttpStatusCode.Gone, await RefusedAsync(after, last));
        (await _server.GetAsync($"/v1/changes?after={last}", accept: Stream)).AssertProblem(410, "cursor-expired");

        // Without a place it begins with what is kept, and goes on.
        await using var kept = await OpenAsync("", null);
        Assert.Equal("creditgrains.subject.grade", (await kept.NextAsync()).Event.GetProperty("type").GetString());
    }

    [Fact]
    public async Task Stream_that_is_overtaken_by_pruning_ends_and_its_next_connection_is_told()
    {
        await using var stream = await OpenAsync("now", null);
        var ended = stream.EndAsync();

        // Where the stream has looked between the writing and the pruning, it was told; the next time it may be overtaken.
        for (var i = 0; !ended.IsCompleted; i++)
        {
            Assert.True(i < 2000, "the stream is not overtaken");
            await WriteAsync(_subjects[0], 3);
            await PruneAsync();
            await Task.WhenAny(ended, Task.Delay(10, CreditFixture.Stop));
        }

        await ended;
        Assert.Equal(HttpStatusCode.Gone, await RefusedAsync("now", stream.Last));
    }

    [Fact]
    public async Task Stream_of_a_watchlist_is_refused_likewise()
    {
        var list = Expect(201, await _server.SendAsync(
            HttpMethod.Post, "/v1/watchlists", new { name = "all of one", subjects = new[] { _subjects[0] }, types = new[] { "*" } },
            "checker", null, null, null, "FGW")).Json.GetProperty("id").GetString();
        await PruneAsync((await HeadsAsync()).Index().Last(each => each.Item > 1).Index);
        (await _server.SendAsync(
            HttpMethod.Get, $"/v1/watchlists/{list}/stream?after={_begin}", null, "checker", null, null, Stream, "FGW"))
            .AssertProblem(410, "cursor-expired");
    }

    private static string CursorOf(Answer page) => page.Json.GetProperty("cursor").GetString()!;

    private Task<EventStream> OpenAsync(string after, string? lastId) =>
        EventStream.OpenAsync(_http, _server.Token("operator"), after, lastId);

    private async Task<HttpStatusCode?> RefusedAsync(string after, string lastId) =>
        (await Assert.ThrowsAsync<HttpRequestException>(() => OpenAsync(after, lastId))).StatusCode;

    private Task<long[]> HeadsAsync() => Outbox.ChangeHeadsAsync(CreditFixture.Stop);

    /// <summary>Keeps the last change of each shard, or of one.</summary>
    private async Task PruneAsync(int? only = null)
    {
        var pruned = 0;
        foreach (var (shard, head) in (await HeadsAsync()).Index().Where(each => only is null || each.Index == only))
            pruned += await Outbox.PruneChangesAsync(shard, head, 1000, CreditFixture.Stop);
        Assert.True(pruned > 0, "there was nothing to prune");
    }

    /// <summary>Writes changes of one organisation that no reader of this process is woken for.</summary>
    private async Task WriteAsync(string code, int count)
    {
        var subject = new SubjectId(code);
        var shard = ShardMap.ShardOf(subject, _server.Server.Engine.Store.ShardCount);
        var change = new SubjectChange(shard, 0, subject, "grade", """{"old":"A","new":"B"}""", TimeProvider.System.GetUtcNow());
        await Outbox.WriteAsync(
            [new ShardWrite(shard, [], [.. Enumerable.Repeat(change, count)], null)], CreditFixture.Stop);
    }
}
