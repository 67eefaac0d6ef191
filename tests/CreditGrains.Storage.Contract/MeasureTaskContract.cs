using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Storage.Contract;

/// <summary>Contract of every <see cref="IMeasureTaskStore"/>.</summary>
public abstract class MeasureTaskContract(IStoreHost host) : StoreContract(host)
{
    private static readonly DateOnly Day = new(2026, 3, 4);
    private static readonly MeasureTaskQuery All = new(null, null, 200);
    private long? _version;

    [Fact]
    public async Task Measure_that_begins_is_to_be_applied_and_one_that_ends_after_it_is_to_be_lifted()
    {
        await TakeOverAsync(Begun(1));
        await ReopenAfterKillAsync();
        Assert.Equal([Begun(1)], await Store.MeasureTasks.ListAsync(All, Cancellation));
        var done = new MeasureTaskDone(Day.AddDays(2), "已停止拨付", "an officer", Start.AddTicks(7));
        Assert.True(await Store.MeasureTasks.EndAsync(new ShardNumber(0, 1), done, Cancellation));
        Assert.False(await Store.MeasureTasks.EndAsync(new ShardNumber(0, 1), done, Cancellation));
        Assert.Empty(await Store.MeasureTasks.ListAsync(All, Cancellation));
        await ReopenAfterKillAsync();
        Assert.Equal(Begun(1) with { Done = done }, await Store.MeasureTasks.FindAsync(new ShardNumber(0, 1), Cancellation));
        await TakeOverAsync(Ended(2));
        Assert.Equal([Ended(2)], await Store.MeasureTasks.ListAsync(All, Cancellation));
        Assert.Null(await Store.MeasureTasks.FindAsync(new ShardNumber(0, 3), Cancellation));
    }

    [Fact]
    public async Task Measure_that_ends_before_it_is_applied_leaves_nothing_to_do()
    {
        await TakeOverAsync(Begun(1), Begun(2, "m-2"));
        await TakeOverAsync(Ended(3));
        Assert.Equal([Begun(2, "m-2")], await Store.MeasureTasks.ListAsync(All, Cancellation));
        await TakeOverAsync(Begun(4), Ended(5), Begun(6));
        Assert.Equal([Begun(2, "m-2"), Begun(6)], await Store.MeasureTasks.ListAsync(All, Cancellation));
    }

    [Fact]
    public async Task Measure_that_begins_again_before_it_is_lifted_stays_applied()
    {
        await TakeOverAsync(Begun(1));
        await Store.MeasureTasks.EndAsync(new ShardNumber(0, 1), new MeasureTaskDone(Day, null, "a", Start), Cancellation);
        await TakeOverAsync(Ended(2));
        await TakeOverAsync(Begun(3));
        Assert.Empty(await Store.MeasureTasks.ListAsync(All, Cancellation));
        await TakeOverAsync(Ended(4));
        Assert.Equal([Ended(4)], await Store.MeasureTasks.ListAsync(All, Cancellation));
    }

    [Fact]
    public async Task Changes_that_another_process_has_taken_over_leave_nothing()
    {
        await TakeOverAsync(Begun(1));
        await Assert.ThrowsAsync<WriteConflictException>(() => Store.MeasureTasks.TakeOverAsync(
            [Begun(2, "m-2")], new ControlWrite("measure-task", "place", null, "[]", null), Cancellation));
        Assert.Equal([Begun(1)], await Store.MeasureTasks.ListAsync(All, Cancellation));
    }

    [Fact]
    public async Task Pages_follow_each_other_by_day_for_every_implementer()
    {
        var tasks = Enumerable.Range(1, 40).Select(i => Begun(i, $"m-{i}") with
        {
            Change = new ShardNumber(i % 3, i), Since = Day.AddDays(i % 5), Implementer = i % 3 == 0 ? "财政部门" : "许可机关",
        }).ToArray();
        await TakeOverAsync(tasks);
        foreach (var filter in (MeasureTaskQuery[])[All, All with { Implementer = "财政部门" }, All with { Implementer = "无" }])
        {
            var whole = tasks.Where(task => filter.Implementer is null || task.Implementer == filter.Implementer)
                .OrderBy(task => (task.Since, task.Change.Shard, task.Change.Number)).ToList();
            var read = new List<MeasureTask>();
            for (var more = true; more;)
            {
                var last = read.Count == 0 ? null : read[^1];
                var page = await Store.MeasureTasks.ListAsync(
                    filter with { Limit = 7, After = last is null ? null : (last.Since, last.Change) }, Cancellation);
                read.AddRange(page);
                more = page.Count == 7;
            }

            Assert.Equal(whole, read);
        }
    }

    private async Task TakeOverAsync(params MeasureTask[] tasks)
    {
        await Store.MeasureTasks.TakeOverAsync(
            tasks, new ControlWrite("measure-task", "place", _version, "[]", null), Cancellation);
        _version = (_version ?? 0) + 1;
    }

    private static MeasureTask Begun(long number, string measure = "m-1") => new()
    {
        Change = new ShardNumber(0, number), Subject = new SubjectId("91990000TEST000100"), Measure = measure, Implementer = "财政部门",
        IsLift = false, Since = Day,
    };

    private static MeasureTask Ended(long number) => Begun(number) with { IsLift = true };
}
