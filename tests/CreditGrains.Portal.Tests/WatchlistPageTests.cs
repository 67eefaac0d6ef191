using System.Text.Json;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Watchlists;

namespace CreditGrains.Portal.Tests;

/// <summary>Watchlists in pages, on a server of their own: the whole life of one, and what the form refuses.</summary>
public sealed class WatchlistPageTests : IAsyncLifetime
{
    private const string All = "/portal/watchlists";
    private const string New = All + "/new";
    private readonly PortalFixture _portal = new();

    public ValueTask InitializeAsync() => _portal.InitializeAsync();

    public ValueTask DisposeAsync() => _portal.DisposeAsync();

    [Fact]
    public async Task List_is_made_read_edited_and_deleted_and_each_look_at_a_change_is_logged()
    {
        var watched = Invented.Code();
        using var officer = await _portal.SignedInForAsync("checker", "supervision", "en");
        var form = await officer.GetAsync(New);
        (string, string)[] typed =
        [
            ("name", "虚构<b>供应商</b>"), ("who", "codes"), ("subjects", watched), ("types", "record.arrived"), ("types", "publicity.begun"),
            ("types", "warning"), ("mode", "at-once"),
        ];
        var made = await officer.SubmitAsync(form, New, typed);
        Assert.Contains("The watchlist is saved.", made.Words, StringComparison.Ordinal);
        Assert.Contains("Nothing has changed", made.Words, StringComparison.Ordinal);
        Assert.Contains("虚构&lt;b&gt;供应商&lt;/b&gt;", made.Text, StringComparison.Ordinal);

        // The same form sent twice makes one list.
        await officer.SubmitAsync(form, New, typed);
        var list = Assert.Single(await _portal.Server.Engine.Watchlists.ListAsync(PortalFixture.Stop));
        Assert.Equal(("@dev-checker", "supervision", watched), (list.Owner, list.Purpose, Assert.Single(list.Subjects)));
        await _portal.FeedAsync(
            "WP1", Invented.Registration(watched, "虚构关注有限公司"), Invented.Penalty(watched, "关注1号"), Invented.Penalty(watched, "关注2号"));
        var path = $"{All}/{list.Id}";
        var page = await officer.GetAsync(path);
        foreach (var said in new[] { "A record came in: Administrative penalty (WP1 关注1号)", "Became public:", "虚构关注有限公司" })
            Assert.Contains(said, page.Words, StringComparison.Ordinal);
        var warnings = await officer.GetAsync($"{path}/warnings");
        Assert.Contains("Early warning: A second penalty within twelve months", warnings.Words, StringComparison.Ordinal);
        Assert.DoesNotContain("A record came in", warnings.Words, StringComparison.Ordinal);
        Assert.Equal(2, (await LooksAsync(watched)).Count);

        var edit = await officer.GetAsync($"{path}/edit");
        Assert.Contains(watched, edit.Text, StringComparison.Ordinal);
        var edited = await officer.SubmitAsync(
            edit, $"{path}/edit", ("name", "别名"), ("who", "filter"), ("grades", "C，D"), ("mode", "daily"));
        Assert.Contains("grades C, D", edited.Words, StringComparison.Ordinal);
        var stale = await officer.PostAsync($"{path}/delete");
        Assert.Equal(422, stale.Status);
        var gone = await officer.SubmitAsync(stale, $"{path}/delete");
        Assert.Contains("The watchlist is deleted.", gone.Words, StringComparison.Ordinal);
        Assert.Equal(404, (await officer.GetAsync(path)).Status);
    }

    [Fact]
    public async Task Second_of_two_people_who_edit_a_list_is_told_and_keeps_what_was_typed()
    {
        var list = await MadeAsync("@dev-checker");
        using var one = await _portal.SignedInForAsync("checker", "supervision", "en");
        var path = $"{All}/{list.Id}/edit";
        var (first, second) = (await one.GetAsync(path), await one.GetAsync(path));
        (string, string)[] codes = [("who", "codes"), ("subjects", list.Subjects[0]), ("mode", "at-once")];
        var saved = await one.SubmitAsync(first, path, [("name", "先"), .. codes]);
        Assert.Contains("The watchlist is saved.", saved.Words, StringComparison.Ordinal);
        var told = await one.SubmitAsync(second, path, [("name", "后"), .. codes]);
        Assert.Equal(422, told.Status);
        Assert.Contains("Somebody has changed this list meanwhile.", told.Words, StringComparison.Ordinal);
        Assert.Contains("value=\"后\"", told.Text, StringComparison.Ordinal);
        Assert.Equal("先", (await _portal.Server.Engine.Watchlists.FindAsync(list.Id, PortalFixture.Stop))!.Name);
        Assert.Equal(200, (await one.SubmitAsync(told, path, [("name", "后"), .. codes])).Status);
        Assert.Equal("后", (await _portal.Server.Engine.Watchlists.FindAsync(list.Id, PortalFixture.Stop))!.Name);
    }

    [Fact]
    public async Task Foreign_list_is_unknown_to_a_checker_and_read_by_an_auditor()
    {
        var list = await MadeAsync("FGW");
        using var officer = await _portal.SignedInForAsync("checker", "supervision", "en");
        foreach (var page in new[] { "", "/warnings", "/edit", "/delete", "/digests", "/digests/2026-03-01" })
            Assert.Equal(404, (await officer.GetAsync($"{All}/{list.Id}{page}")).Status);
        Assert.DoesNotContain(list.Name, (await officer.GetAsync(All)).Words, StringComparison.Ordinal);
        using var auditor = await _portal.SignedInForAsync("auditor", "audit", "en");
        Assert.Equal(200, (await auditor.GetAsync($"{All}/{list.Id}")).Status);
        Assert.Equal(404, (await auditor.GetAsync($"{All}/{list.Id}/edit")).Status);
        using var clerk = await _portal.SignedInForAsync("subject", "own-record", "en");
        Assert.Equal(403, (await clerk.GetAsync(All)).Status);
    }

    [Fact]
    public async Task Form_with_a_mistake_comes_back_with_it_at_its_field_and_everything_typed()
    {
        using var officer = await _portal.SignedInForAsync("checker", "supervision", "en");
        var form = await officer.GetAsync(New);
        foreach (var (field, typed) in new (string, (string, string)[])[]
        {
            ("name", [("who", "codes"), ("subjects", Invented.Code())]),
            ("subjects", [("name", "<i>x</i>"), ("who", "codes"), ("subjects", "<i>914403001922038217</i>")]),
            ("subjects", [("name", "<i>x</i>"), ("who", "codes")]),
            ("regions", [("name", "<i>x</i>"), ("who", "filter")]),
            ("grades", [("name", "<i>x</i>"), ("who", "filter"), ("grades", new string('D', 65))]),
            ("types", [("name", "<i>x</i>"), ("who", "codes"), ("subjects", Invented.Code()), ("types", "no-type")]),
        })
        {
            var wrong = await officer.SubmitAsync(form, New, typed);
            Assert.Equal(422, wrong.Status);
            Assert.Contains($"<a href=\"#{field}\">", wrong.Text, StringComparison.Ordinal);
            foreach (var (_, value) in typed.Where(pair => pair.Item1 is "name" or "subjects"))
                Assert.Contains(System.Net.WebUtility.HtmlEncode(value), wrong.Text, StringComparison.Ordinal);
        }

        Assert.Equal(422, (await officer.PostAsync(New, ("name", "x"), ("who", "codes"), ("subjects", Invented.Code()))).Status);
        Assert.Equal(400, (await officer.GetAsync($"{All}/{(await MadeAsync("@dev-checker")).Id}?cursor=forged")).Status);
        Assert.Single(await _portal.Server.Engine.Watchlists.ListAsync(PortalFixture.Stop));
    }

    [Fact]
    public async Task Digests_are_listed_and_read_by_day_with_each_look_logged()
    {
        var list = await MadeAsync("@dev-checker");
        var watched = list.Subjects[0];
        var change = """
            {"specversion":"1.0","id":"1","source":"s","type":"creditgrains.subject.grade","subject":"S","time":"2026-03-01T00:00:00Z",
             "datacontenttype":"application/json","data":{"old":"B","new":null}}
            """;
        var content = $$"""
            {"watchlist":"{{list.Id}}","name":"a","day":"2026-03-01","changes":7,"counts":{"creditgrains.subject.grade":7},
             "organisations":[{"subject":"{{watched}}","name":"虚构汇总有限公司","changes":[{{change}}]}],"notListed":6,"complete":false}
            """;
        await _portal.Server.Engine.Store.WatchlistDigests.AddAsync(
            [
                new WatchlistDigest
                {
                    Watchlist = list.Id, Day = new DateOnly(2026, 3, 1), MadeAt = DateTimeOffset.UnixEpoch,
                    Counts = """{"creditgrains.subject.grade":7}""", Content = content,
                },
            ],
            new ControlWrite("watchlist-digest", "test", null, "{}", null), PortalFixture.Stop);
        using var officer = await _portal.SignedInForAsync("checker", "supervision", "en");
        var digests = await officer.GetAsync($"{All}/{list.Id}/digests");
        Assert.Contains($"href=\"{All}/{list.Id}/digests/2026-03-01\"", digests.Text, StringComparison.Ordinal);
        Assert.Empty(await LooksAsync(watched));
        var digest = await officer.GetAsync($"{All}/{list.Id}/digests/2026-03-01");
        foreach (var said in new[] { "The grade became none instead of B", "虚构汇总有限公司", "6 more changes", "no longer kept" })
            Assert.Contains(said, digest.Words, StringComparison.Ordinal);
        Assert.Single(await LooksAsync(watched));
        Assert.Equal(404, (await officer.GetAsync($"{All}/{list.Id}/digests/yesterday")).Status);
    }

    private async Task<Watchlist> MadeAsync(string owner)
    {
        var (list, rejection) = await _portal.Server.Engine.Watchlists.CreateAsync(
            new WatchlistCommand("虚构名单", ["*"], [Invented.Code()], null, false, null, owner, "somebody", "following"), PortalFixture.Stop);
        return list ?? throw new InvalidOperationException(rejection!.Error.Code);
    }

    private async Task<List<string>> LooksAsync(string subject)
    {
        await _portal.Server.Engine.Access.FlushAsync(PortalFixture.Stop);
        return [.. (await _portal.Server.Engine.Store.AccessLog.ReadAsync(new SubjectId(subject), null, 100, PortalFixture.Stop))
            .Where(entry => entry.Operation == "portal/watchlist").Select(entry => entry.Purpose)];
    }
}
