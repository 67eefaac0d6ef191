using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subscriptions;
using CreditGrains.Engine.Tests.Rules;

namespace CreditGrains.Engine.Tests.Subscriptions;

/// <summary>Changes of the outbox that a subscription is sent, and how far the outbox is kept for it.</summary>
public sealed class SubscriptionReadingTests : SubscriptionWorld
{
    [Fact]
    public async Task Outbox_is_pruned_behind_the_slowest_reader_within_the_bound_and_a_reader_beyond_it_is_told()
    {
        await OpenAsync();
        var (subscription, _) = await SubscribeAsync();
        await WriteAsync(20);
        await StatusAsync(subscription, each => each.Progress.Delivered == 20);
        await Engine.Subscriptions.PauseAsync(subscription.Id, "op", Cancellation);
        await WriteAsync(30);

        // Nothing is younger than what is kept for readers of pages: only the subscription that is held keeps its changes.
        await PruneAsync(keepMax: 1_000_000);
        Assert.Equal(30, (await StatusAsync(subscription, _ => true)).Lag);
        Assert.InRange((await KeptAsync()).Count, 30, 30 + Organisations);
        await Engine.Subscriptions.ReplayAsync(subscription.Id, null, "op", Cancellation);
        await StatusAsync(subscription, each => each.Progress.Delivered == 50);
        AssertAll(1, 50);

        await Engine.Subscriptions.PauseAsync(subscription.Id, "op", Cancellation);
        await WriteAsync(60);
        await PruneAsync(keepMax: _store.ShardCount);
        Assert.InRange((await KeptAsync()).Count, 1, 2 * Organisations);
        await Engine.Subscriptions.ReplayAsync(subscription.Id, null, "op", Cancellation);
        var told = await StatusAsync(subscription, each => each.Progress.IsPaused);
        Assert.StartsWith("cursor-expired: ", told.Progress.LastError, StringComparison.Ordinal);
        Assert.Equal(50, To.Taken.Count);

        await Engine.Subscriptions.ReplayAsync(subscription.Id, await Engine.Changes.NowAsync(Cancellation), "op", Cancellation);
        await WriteAsync(5);
        await StatusAsync(subscription, each => each.Progress.Delivered == 55);
    }

    [Theory]
    [InlineData("", "", "", "1 2 3")]
    [InlineData("creditgrains.subject.grade", "", "", "1 2 3")]
    [InlineData("creditgrains.subject.other", "", "", "")]
    [InlineData("", "91990000TEST000001", "", "1 3")]
    [InlineData("", "", "D", "2 3")]
    [InlineData("", "", "A", "1")]
    [InlineData("", "91990000TEST000001", "D", "3")]
    public void Filter_wants_what_every_part_wants(string types, string subjects, string grades, string wanted)
    {
        var subscription = new Subscription { Id = "0", Types = Split(types), Subjects = Split(subjects), Grades = Split(grades) };
        SubjectChange[] changes =
        [
            new(0, 1, new SubjectId(TwoPolicies.Name(1)), "grade", """{"old":null,"new":"A"}""", default),
            new(0, 2, new SubjectId(TwoPolicies.Name(2)), "grade", """{"old":"C","new":"D"}""", default),
            new(0, 3, new SubjectId(TwoPolicies.Name(1)), "grade", """{"old":"D","new":null}""", default),
        ];
        Assert.Equal(wanted, string.Join(' ', changes.Where(subscription.Wants).Select(change => change.Number)));

        static string[] Split(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }

    [Fact]
    public async Task Changes_that_are_not_wanted_are_passed_and_neither_sent_nor_recorded()
    {
        await OpenAsync();
        var (subscription, _) = await SubscribeAsync([TwoPolicies.Name(3)]);
        await WriteAsync(48);
        await To.UntilAsync(receiver => receiver.Taken.Count == 4, "the last delivery");
        await StatusAsync(subscription, each => each.Lag == 0);
        Assert.All(To.All, received => Assert.Equal(TwoPolicies.Name(3), received.Subject));
        await Engine.Access.FlushAsync(Cancellation);
        Assert.Empty(await _store.AccessLog.ReadAsync(new SubjectId(TwoPolicies.Name(4)), null, 10, Cancellation));
    }
}
