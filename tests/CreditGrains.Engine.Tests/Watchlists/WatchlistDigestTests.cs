using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Changes;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subscriptions;
using CreditGrains.Engine.Tests.Rules;
using CreditGrains.Engine.Watchlists;
using CreditGrains.Storage.Contract;
using Microsoft.Extensions.Logging.Abstractions;

namespace CreditGrains.Engine.Tests.Watchlists;

/// <summary>The digest of a legal day holds every change of it once, whichever node makes it, and reaches its receiver.</summary>
public sealed class WatchlistDigestTests : IAsyncDisposable
{
    private static readonly SubscriptionOptions Quick = new()
    {
        AllowLoopback = true, FirstPause = TimeSpan.FromMinutes(1), AnswerMax = TimeSpan.FromSeconds(5),
    };

    // 10:00 of 4 March in Beijing.
    private readonly SteppedTime _time = new(new DateTimeOffset(2026, 3, 4, 2, 0, 0, TimeSpan.Zero));
    private readonly DateOnly _day = new(2026, 3, 4);
    private readonly TwoPolicies _world = new();
    private readonly Dictionary<string, long> _positions = new(StringComparer.Ordinal);
    private InMemoryStore _store;
    private CreditEngine? _engine;

    public WatchlistDigestTests() => _store = new(_time);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private CreditEngine Engine => _engine!;

    public async ValueTask DisposeAsync()
    {
        if (_engine is not null)
            await _engine.DisposeAsync();
    }

    [Fact]
    public async Task Digest_is_made_when_its_day_is_over_and_holds_the_changes_of_that_day_by_organisation()
    {
        await OpenAsync();
        await WriteAsync(1);
        var list = await WatchAsync([Code(1), Code(2)]);
        await WriteAsync(2);
        await WriteAsync(1, ChangeTypes.ListEntered);
        await WriteAsync(1, ChangeTypes.PublicityBegun);
        await WriteAsync(3);
        await Engine.WatchlistDigests.MakeAsync(Cancellation);
        Assert.Null(await Engine.WatchlistDigests.FindAsync(list.Id, _day, Cancellation));

        // Not yet: writes of the last moments may still come.
        _time.Now = EndOf(_day) + TimeSpan.FromSeconds(30);
        await Engine.WatchlistDigests.MakeAsync(Cancellation);
        Assert.Null(await Engine.WatchlistDigests.FindAsync(list.Id, _day, Cancellation));
        await WriteAsync(2);
        await PassAsync(_day);
        var digest = (await Engine.WatchlistDigests.FindAsync(list.Id, _day, Cancellation))!;
        Assert.Equal((list.Id, "供应商", 2L, 0L, true), (digest.Watchlist, digest.Name, digest.Changes, digest.NotListed, digest.Complete));
        Assert.Equal(
            [("creditgrains.subject.grade", 1L), ("creditgrains.subject.list.entered", 1L)],
            digest.Counts.Select(count => (count.Key, count.Value)));
        Assert.Equal([Code(1), Code(2)], digest.Organisations.Select(organisation => organisation.Subject));
        Assert.Equal("名称1", digest.Organisations[0].Name);
        Assert.Equal("creditgrains.subject.list.entered", Assert.Single(digest.Organisations[0].Changes).Type);

        await PassAsync(_day.AddDays(1));
        var next = (await Engine.WatchlistDigests.FindAsync(list.Id, _day.AddDays(1), Cancellation))!;
        Assert.Equal([Code(2)], next.Organisations.Select(organisation => organisation.Subject));
        Assert.Equal(
            [_day.AddDays(1), _day],
            (await Engine.WatchlistDigests.ListAsync(list.Id, null, 10, Cancellation)).Select(each => each.Day));
    }

    [Fact]
    public async Task Nodes_that_make_it_together_and_a_restart_make_one_digest_without_loss_or_repetition()
    {
        await OpenAsync();
        var list = await WatchAsync([Code(1)]);
        for (var day = 0; day < 4; day++)
        {
            for (var i = 0; i <= day; i++)
                await WriteAsync(1);
            _time.Now = EndOf(_day.AddDays(day)) + TimeSpan.FromHours(1);
            if (day == 1)
            {
                // A clock that is late: written when its day is closed, and told with the next one.
                await Engine.WatchlistDigests.MakeAsync(Cancellation);
                await WriteAsync(1, at: EndOf(_day.AddDays(1)) - TimeSpan.FromSeconds(1));
            }

            await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Engine.WatchlistDigests.MakeAsync(Cancellation))));
            await Engine.AbandonAsync();
            _store = _store.Reopen();
            await OpenAsync();
        }

        var digests = await Engine.WatchlistDigests.ListAsync(list.Id, null, 10, Cancellation);
        Assert.Equal(4, digests.Count);
        var told = new List<string>();
        foreach (var digest in digests)
        {
            var document = (await Engine.WatchlistDigests.FindAsync(list.Id, digest.Day, Cancellation))!;
            Assert.True(document.Complete);
            told.AddRange(document.Organisations.SelectMany(organisation => organisation.Changes).Select(change => change.Id));
        }

        Assert.Equal(1 + 2 + 1 + 3 + 4, told.Count);
        Assert.Equal(told.Count, told.Distinct().Count());
    }

    [Fact]
    public async Task Filter_takes_region_industry_and_grade_of_the_row_and_the_grade_that_was_left()
    {
        await OpenAsync();
        await RowAsync(1, "330100", "C26", "D");
        await RowAsync(2, "330200", "C13", "B");
        await RowAsync(3, "440300", "C26", "D");
        var list = await WatchAsync([], new WatchlistFilter(["33"], ["C"], ["D"]), ["*"]);
        var grades = await WatchAsync([], new WatchlistFilter([], [], ["A"]), ["*"]);
        foreach (var subject in new[] { 1, 2, 3, 4 })
            await WriteAsync(subject, ChangeTypes.ListEntered);
        await WriteAsync(3);
        Assert.Equal([Code(1)], (await ReadAsync(list)).Select(change => change.Subject.Value));
        Assert.Equal([Code(3)], (await ReadAsync(grades)).Select(change => change.Subject.Value));
        await PassAsync(_day);
        var digest = (await Engine.WatchlistDigests.FindAsync(list.Id, _day, Cancellation))!;
        Assert.Equal([Code(1)], digest.Organisations.Select(organisation => organisation.Subject));
        Assert.Equal(1, (await Engine.WatchlistDigests.FindAsync(grades.Id, _day, Cancellation))!.Changes);
    }

    [Fact]
    public async Task Reading_by_pages_gives_every_wanted_change_once_and_the_others_never()
    {
        await OpenAsync();
        var list = await WatchAsync([Code(1), Code(2)]);
        for (var i = 0; i < 60; i++)
            await WriteAsync(i % 5);
        foreach (var limit in new[] { 1, 7, 200 })
        {
            var found = await ReadAsync(list, limit);
            Assert.Equal(24, found.Count);
            Assert.Equal(24, found.DistinctBy(change => (change.Shard, change.Number)).Count());
            Assert.All(found, change => Assert.Contains(change.Subject.Value, list.Subjects));
        }
    }

    [Fact]
    public async Task Digest_of_changes_that_are_no_longer_kept_says_so()
    {
        await OpenAsync();
        var list = await WatchAsync([Code(1)]);
        await Engine.WatchlistDigests.MakeAsync(Cancellation);
        for (var i = 0; i < 5; i++)
            await WriteAsync(1);
        var pruning = new ChangePruning(
            _store, Engine.Changes, Engine.Subscriptions, Engine.WatchlistDigests.ReadUpToAsync, _ => true,
            new ChangeOptions { KeepFor = TimeSpan.Zero }, _time);
        _time.Now += TimeSpan.FromHours(1);
        await pruning.PruneAsync(Cancellation);
        Assert.Equal(0, pruning.Pruned);
        await _store.Subjects.PruneChangesAsync(
            ShardMap.ShardOf(new SubjectId(Code(1)), _store.ShardCount), 3, 100, Cancellation);
        await PassAsync(_day);
        var digest = (await Engine.WatchlistDigests.FindAsync(list.Id, _day, Cancellation))!;
        Assert.Equal((2L, false), (digest.Changes, digest.Complete));
        await PassAsync(_day.AddDays(1));
        Assert.True((await Engine.WatchlistDigests.FindAsync(list.Id, _day.AddDays(1), Cancellation))!.Complete);
    }

    [Fact]
    public async Task Digest_with_more_changes_than_it_lists_counts_the_rest()
    {
        await OpenAsync();
        var list = await WatchAsync([Code(1)]);
        await Engine.WatchlistDigests.MakeAsync(Cancellation);
        var shard = ShardMap.ShardOf(new SubjectId(Code(1)), _store.ShardCount);
        var change = new SubjectChange(shard, 0, new SubjectId(Code(1)), "grade", """{"old":"A","new":"B"}""", _time.Now);
        await _store.Subjects.WriteAsync(
            [new ShardWrite(shard, [], [.. Enumerable.Repeat(change, WatchlistDigestDocument.ChangesMax + 5)], null)], Cancellation);
        await PassAsync(_day);
        var digest = (await Engine.WatchlistDigests.FindAsync(list.Id, _day, Cancellation))!;
        Assert.Equal((1005L, 5L), (digest.Changes, digest.NotListed));
        Assert.Equal(1000, Assert.Single(digest.Organisations).Changes.Count);
    }

    [Fact]
    public async Task Digest_is_delivered_signed_as_one_event_until_its_receiver_has_it()
    {
        await OpenAsync();
        await using var to = await Receiver.StartAsync();
        var (subscription, _) = await Engine.Subscriptions.CreateAsync(
            new SubscriptionCommand(to.Url, [], [Code(9)], [], null, "op", "credit report"), Cancellation);
        var secret = "whsec_" + Engine.Subscriptions.SecretOf(subscription!);
        var list = await WatchAsync([Code(1)], subscription: subscription!.Id);
        await Engine.WatchlistDigests.MakeAsync(Cancellation);
        await WriteAsync(1);
        to.Answer = (_, context) =>
        {
            context.Response.StatusCode = 503;
            return Task.CompletedTask;
        };
        var gone = await WatchAsync([Code(1)], subscription: subscription.Id);
        await PassAsync(_day);
        await Engine.Watchlists.DeleteAsync(gone.Id, "a checker", Cancellation);
        await Engine.DigestSender.SendAsync(Cancellation);
        await Engine.DigestSender.SendAsync(Cancellation);
        Assert.Single(to.All);
        var delivery = (await Engine.WatchlistDigests.ListAsync(list.Id, null, 1, Cancellation))[0].Delivery!;
        Assert.Equal((1, null, _time.Now + TimeSpan.FromMinutes(1)), (delivery.Attempts, delivery.DeliveredAt, delivery.NextAt));

        to.Answer = static (_, _) => Task.CompletedTask;
        _time.Now = TimeProvider.System.GetUtcNow();
        await Engine.DigestSender.SendAsync(Cancellation);
        await Engine.DigestSender.SendAsync(Cancellation);
        Assert.Equal(2, to.All.Count);
        Assert.Single(to.All.Select(each => each.Id).Distinct());
        var taken = Assert.Single(to.Taken);
        taken.AssertSigned(secret);
        Assert.Equal(("creditgrains.watchlist.digest", list.Id), (taken.Read().Type, taken.Subject));
        Assert.Equal(1, taken.Event.GetProperty("data").GetProperty("changes").GetInt32());
        delivery = (await Engine.WatchlistDigests.ListAsync(list.Id, null, 1, Cancellation))[0].Delivery!;
        Assert.Equal((_time.Now, null, null), (delivery.DeliveredAt, delivery.NextAt, delivery.Error));
        await Engine.Access.FlushAsync(Cancellation);
        var entry = Assert.Single(await _store.AccessLog.ReadAsync(new SubjectId(Code(1)), null, 10, Cancellation));
        Assert.Equal(("a checker", "supply", "watchlist-digest", list.Id), (entry.Actor, entry.Purpose, entry.Operation, entry.Reference));
    }

    [Fact]
    public async Task Digest_whose_receiver_fails_for_a_day_is_tried_within_the_longest_pause_until_it_is_given_up()
    {
        await OpenAsync();
        await using var to = await Receiver.StartAsync();
        to.Answer = (_, context) =>
        {
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        };
        var (subscription, _) = await Engine.Subscriptions.CreateAsync(
            new SubscriptionCommand(to.Url, [], [Code(9)], [], null, "op", "credit report"), Cancellation);
        var list = await WatchAsync([Code(1)], subscription: subscription!.Id);
        await Engine.WatchlistDigests.MakeAsync(Cancellation);
        await WriteAsync(1);
        await PassAsync(_day);
        var bounds = new SubscriptionOptions();
        for (var attempts = 1; ; attempts++)
        {
            await Engine.DigestSender.SendAsync(Cancellation);
            var delivery = (await Engine.WatchlistDigests.ListAsync(list.Id, null, 1, Cancellation))[0].Delivery!;
            Assert.Equal((attempts, "Answered 500."), (delivery.Attempts, delivery.Error));
            Assert.Equal(attempts, to.All.Count);
            if (delivery.NextAt is not { } next)
            {
                // Long enough that a pause that grows without bound would have overflowed.
                Assert.InRange(attempts, 24, 40);
                return;
            }

            Assert.InRange(next - _time.Now, TimeSpan.FromSeconds(1), bounds.PauseMax);
            _time.Now = next;
        }
    }

    [Fact]
    public async Task Lists_are_bounded_and_a_deleted_one_frees_its_place_and_leaves_no_content()
    {
        await OpenAsync();
        var lists = new List<Watchlist>();
        for (var i = 0; i < WatchlistService.OwnListsMax; i++)
            lists.Add(await WatchAsync([Code(1)]));
        var (refused, rejection) = await Engine.Watchlists.CreateAsync(Command([Code(1)]), Cancellation);
        Assert.Null(refused);
        Assert.Equal("too-many-watchlists", rejection!.Error.Code);
        Assert.True(await Engine.Watchlists.DeleteAsync(lists[3].Id, "a checker", Cancellation));
        Assert.False(await Engine.Watchlists.DeleteAsync(lists[3].Id, "a checker", Cancellation));
        Assert.Null(await Engine.Watchlists.FindAsync(lists[3].Id, Cancellation));
        var documents = await _store.Control.ListAsync("watchlist", null, 100, Cancellation);
        Assert.DoesNotContain(Code(1), Assert.Single(documents, document => document.Id == "0003").Content, StringComparison.Ordinal);
        var again = await WatchAsync([Code(2)]);
        Assert.StartsWith("0003", again.Id, StringComparison.Ordinal);
        Assert.NotEqual(lists[3].Id, again.Id);
    }

    private static string Code(int number) => TwoPolicies.Name(number);

    private static DateTimeOffset EndOf(DateOnly day) =>
        new DateTimeOffset(day.AddDays(1).ToDateTime(TimeOnly.MinValue), TimeSpan.FromHours(8)).ToUniversalTime();

    private static WatchlistCommand Command(
        IReadOnlyList<string> subjects, WatchlistFilter? filter = null, IReadOnlyList<string>? types = null, string? subscription = null) =>
        new(
            "供应商", types ?? ["creditgrains.subject.grade", "creditgrains.subject.list.entered"], subjects, filter, true, subscription,
            "a department", "a checker", "supply");

    private async Task<Watchlist> WatchAsync(
        IReadOnlyList<string> subjects, WatchlistFilter? filter = null, IReadOnlyList<string>? types = null, string? subscription = null)
    {
        _time.Now += TimeSpan.FromSeconds(1);
        var (list, rejection) = await Engine.Watchlists.CreateAsync(Command(subjects, filter, types, subscription), Cancellation);
        Assert.Null(rejection);
        return list!;
    }

    private async Task<List<SubjectChange>> ReadAsync(Watchlist list, int limit = 200)
    {
        var found = new List<SubjectChange>();
        for (var after = await Engine.Changes.FirstAsync(Cancellation); ;)
        {
            var page = await Engine.Watchlists.ReadAsync(list, after, limit, Cancellation);
            Assert.True(page.Changes.Count <= limit);
            found.AddRange(page.Changes);
            if (!page.More)
                return found;
            after = page.Next;
        }
    }

    /// <summary>Some minutes after the day's end.</summary>
    private async Task PassAsync(DateOnly day)
    {
        _time.Now = EndOf(day) + TimeSpan.FromMinutes(5);
        await Engine.WatchlistDigests.MakeAsync(Cancellation);
    }

    private async Task OpenAsync()
    {
        _engine = await CreditEngine.OpenAsync(
            _store, _world.First, _world.Texts, TwoPolicies.Options with { Subscriptions = Quick }, _time, NullLoggerFactory.Instance,
            Cancellation);
        await Engine.WatchlistDigests.MakeAsync(Cancellation);
    }

    private async Task RowAsync(int number, string region, string industry, string grade)
    {
        var subject = new SubjectId(Code(number));
        var shard = ShardMap.ShardOf(subject, _store.ShardCount);
        var row = new StoredSubject
        {
            Subject = subject, Shard = shard, Position = 1, StatePosition = 1, State = [], FactsVersion = "v", PolicyVersion = "1",
            Description = new SubjectDescription($"名称{number}", region, industry, null), Grade = grade,
        };
        await _store.Subjects.WriteAsync(
            [new ShardWrite(shard, [new SubjectWrite(row, _positions.TryGetValue(subject.Value, out var at) ? at : null)], [], null)],
            Cancellation);
        _positions[subject.Value] = 1;
    }

    /// <summary>As the write-back of a subject writes it.</summary>
    private async Task WriteAsync(int number, string type = ChangeTypes.Grade, DateTimeOffset? at = null)
    {
        if (!_positions.ContainsKey(Code(number)))
            await RowAsync(number, "990000", "Z", "B");
        _time.Now += TimeSpan.FromSeconds(1);
        var subject = new SubjectId(Code(number));
        var shard = ShardMap.ShardOf(subject, _store.ShardCount);
        await _store.Subjects.WriteAsync(
            [new ShardWrite(shard, [], [new SubjectChange(shard, 0, subject, type, """{"old":"A","new":"B"}""", at ?? _time.Now)], null)],
            Cancellation);
        Engine.Changes.Written();
    }
}
