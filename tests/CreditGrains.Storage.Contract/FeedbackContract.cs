using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Storage.Contract;

/// <summary>Contract of every <see cref="IFeedbackStore"/>.</summary>
public abstract class FeedbackContract(IStoreHost host) : StoreContract(host)
{
    private static readonly DateOnly Day = new(2026, 3, 4);
    private static readonly PendingFeedbackQuery All = new(null, null, null, 200);

    [Fact]
    public async Task Feedback_is_kept_whole_with_every_revision_and_survives_a_kill()
    {
        var first = Feedback(1, "m-1", 1) with { Amount = 12.5m, Note = "停止拨付", Department = "CZJ" };
        var second = Feedback(1, "m-1", 2) with { Action = "not-applied" };
        await Store.Feedback.AddAsync(first, Cancellation);
        await Store.Feedback.AddAsync(Feedback(1, "m-0", 1), Cancellation);
        await Store.Feedback.AddAsync(second, Cancellation);
        await Store.Feedback.AddAsync(Feedback(2, "m-1", 1), Cancellation);
        await ReopenAfterKillAsync();
        Assert.Equal([Feedback(1, "m-0", 1), first, second], await Store.Feedback.ReadAsync("CK-1", Cancellation));
        Assert.Empty(await Store.Feedback.ReadAsync("CK-3", Cancellation));
    }

    [Fact]
    public async Task Revision_that_is_not_the_next_one_is_refused()
    {
        await Assert.ThrowsAsync<WriteConflictException>(() => Store.Feedback.AddAsync(Feedback(1, "m-1", 2), Cancellation));
        await Store.Feedback.AddAsync(Feedback(1, "m-1", 1), Cancellation);
        await Assert.ThrowsAsync<WriteConflictException>(
            () => Store.Feedback.AddAsync(Feedback(1, "m-1", 1) with { Action = "not-applied" }, Cancellation));
        await Assert.ThrowsAsync<WriteConflictException>(() => Store.Feedback.AddAsync(Feedback(1, "m-1", 3), Cancellation));
        Assert.Equal([Feedback(1, "m-1", 1)], await Store.Feedback.ReadAsync("CK-1", Cancellation));
    }

    [Fact]
    public async Task Wait_begins_with_the_check_and_ends_with_the_first_feedback_on_its_measure()
    {
        await AppendAsync([Pending(1, "m-1", 5), Pending(1, "m-2", 5)], [Pending(2, "m-1", 5)]);
        await ReopenAfterKillAsync();
        Assert.Equal(
            [Pending(1, "m-1", 5), Pending(1, "m-2", 5), Pending(2, "m-1", 5)], await Store.Feedback.PendingAsync(All, Cancellation));
        Assert.Equal(Pending(1, "m-2", 5), await Store.Feedback.AddAsync(Feedback(1, "m-2", 1), Cancellation));
        Assert.Null(await Store.Feedback.AddAsync(Feedback(1, "m-2", 2), Cancellation));
        Assert.Null(await Store.Feedback.AddAsync(Feedback(1, "m-3", 1), Cancellation));
        Assert.Equal([Pending(1, "m-1", 5)], await Store.Feedback.PendingOfAsync("CK-1", Cancellation));
        Assert.Equal([Pending(1, "m-1", 5), Pending(2, "m-1", 5)], await Store.Feedback.PendingAsync(All, Cancellation));
        Assert.Equal(2, (await Store.AccessLog.ReadAsync(Organisation, null, 10, Cancellation)).Count);
    }

    [Fact]
    public async Task Refused_feedback_ends_no_wait()
    {
        await AppendAsync([Pending(1, "m-1", 5)]);
        await Assert.ThrowsAsync<WriteConflictException>(() => Store.Feedback.AddAsync(Feedback(1, "m-1", 2), Cancellation));
        Assert.Single(await Store.Feedback.PendingAsync(All, Cancellation));
    }

    [Fact]
    public async Task Entry_that_is_appended_again_is_waited_for_once()
    {
        await AppendAsync([Pending(1, "m-1", 5)]);
        await AppendAsync([Pending(1, "m-1", 5)]);
        Assert.Single(await Store.Feedback.PendingAsync(All, Cancellation));
    }

    [Fact]
    public async Task Pages_follow_each_other_by_deadline_check_and_measure_for_every_filter()
    {
        var lines = Enumerable.Range(1, 40).SelectMany(i => new[] { "m-1", "m-2" }.Select(measure => Pending(i, measure, i % 5) with
        {
            Owner = i % 3 == 0 ? "CZJ" : "FGW", Due = i % 7 == 0 ? DateOnly.MaxValue : Day.AddDays(i % 5),
        })).ToList();
        await AppendAsync([.. lines.Select(line => new[] { line })]);
        foreach (var filter in (PendingFeedbackQuery[])
            [
                All, All with { Owner = "CZJ" }, All with { DueUntil = Day.AddDays(2) },
                All with { Owner = "FGW", DueUntil = Day.AddDays(3) },
            ])
        {
            var whole = lines.Where(line => (filter.Owner is null || line.Owner == filter.Owner)
                    && (filter.DueUntil is not { } until || line.Due <= until))
                .OrderBy(line => line.Due).ThenBy(line => line.Check, StringComparer.Ordinal)
                .ThenBy(line => line.Measure, StringComparer.Ordinal).ToList();
            Assert.NotEmpty(whole);
            var read = new List<PendingFeedback>();
            for (var more = true; more;)
            {
                var last = read.Count == 0 ? null : read[^1];
                var page = await Store.Feedback.PendingAsync(
                    filter with { Limit = 7, After = last is null ? null : (last.Due, last.Check, last.Measure) }, Cancellation);
                read.AddRange(page);
                more = page.Count == 7;
            }

            Assert.Equal(whole, read);
        }
    }

    [Fact]
    public async Task Trim_deletes_feedback_on_old_checks_with_all_revisions_a_few_at_a_time()
    {
        foreach (var (check, measure, revision) in new[]
        {
            ("CK-20160101-0000000000000001", "m-1", 1), ("CK-20160101-0000000000000001", "m-1", 2),
            ("CK-20160101-0000000000000001", "m-2", 1), ("CK-20160102-0000000000000001", "m-1", 1),
            ("CK-20160103-0000000000000001", "m-1", 1),
        })
            await Store.Feedback.AddAsync(Feedback(1, measure, revision) with { Check = check }, Cancellation);
        var before = new DateOnly(2016, 1, 3);
        Assert.Equal(2, await Store.Feedback.TrimAsync(before, 2, Cancellation));
        Assert.Equal(2, await Store.Feedback.TrimAsync(before, 10, Cancellation));
        Assert.Equal(0, await Store.Feedback.TrimAsync(before, 10, Cancellation));
        Assert.Empty(await Store.Feedback.ReadAsync("CK-20160102-0000000000000001", Cancellation));
        Assert.Single(await Store.Feedback.ReadAsync("CK-20160103-0000000000000001", Cancellation));
    }

    [Fact]
    public async Task Trim_gives_up_what_was_due_long_ago_a_few_at_a_time()
    {
        await AppendAsync([.. Enumerable.Range(1, 6).Select(i => new[] { Pending(i, "m-1", i) })]);
        Assert.Equal(2, await Store.Feedback.TrimPendingAsync(Day.AddDays(5), 2, Cancellation));
        Assert.Equal(2, await Store.Feedback.TrimPendingAsync(Day.AddDays(5), 10, Cancellation));
        Assert.Equal(0, await Store.Feedback.TrimPendingAsync(Day.AddDays(5), 10, Cancellation));
        Assert.Equal([5, 6], (await Store.Feedback.PendingAsync(All, Cancellation)).Select(each => each.Due.DayNumber - Day.DayNumber));
    }

    private static SubjectId Organisation => new("91990000TEST000100");

    private Task AppendAsync(params IReadOnlyList<PendingFeedback>[] checks) => Store.AccessLog.AppendAsync(
        [
            .. checks.Select(pending => new AccessEntry(0, Start, "czj", "approval", "check", Organisation, pending[0].Check)
            {
                Pending = pending,
            }),
        ],
        Cancellation);

    private static PendingFeedback Pending(int check, string measure, int days) => new()
    {
        Check = $"CK-{check}", Measure = measure, Owner = "CZJ", Subject = Organisation, Matter = "public-funds",
        Stage = check == 1 ? "accept" : null, AskedOn = Day, Due = Day.AddDays(days),
    };

    private static StoredFeedback Feedback(int check, string measure, int revision) => new()
    {
        Check = $"CK-{check}", Measure = measure, Revision = revision, Action = "applied", ActedOn = Day, Actor = "czj-officer",
        At = Start.AddTicks(7),
    };
}
