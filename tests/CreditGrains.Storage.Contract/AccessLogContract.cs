using CreditGrains.Engine.Storage;

namespace CreditGrains.Storage.Contract;

/// <summary>What every <see cref="IAccessLog"/> does. That it notices tampering each store shows on its own rows.</summary>
public abstract class AccessLogContract(IStoreHost host) : StoreContract(host)
{
    private IAccessLog Log => Store.AccessLog;

    [Fact]
    public async Task Append_entries_are_read_newest_first()
    {
        await Log.AppendAsync([Access(1, "a"), Access(2, "b"), Access(1, null)], Cancellation);
        await Log.AppendAsync([Access(1, "d")], Cancellation);

        var entries = await Log.ReadAsync(Subject(1), null, 10, Cancellation);
        Assert.Equal(
            [Access(1, "d") with { Number = 4 }, Access(1, null) with { Number = 3 }, Access(1, "a") with { Number = 1 }], entries);
        Assert.Equal([3, 1], (await Log.ReadAsync(Subject(1), 4, 10, Cancellation)).Select(entry => entry.Number));
        Assert.Equal([4], (await Log.ReadAsync(Subject(1), null, 1, Cancellation)).Select(entry => entry.Number));
        Assert.Empty(await Log.ReadAsync(Subject(3), null, 10, Cancellation));
    }

    [Fact]
    public async Task Append_concurrent_entries_are_numbered_without_gaps_and_chained()
    {
        // An append may block: each has a thread of its own, as the recorder has.
        await Task.WhenAll(Enumerable.Range(0, 20).Select(batch => YieldingThread.RunAsync(
            "append",
            () => Log.AppendAsync([.. Enumerable.Range(0, 10).Select(i => Access(1, $"{batch}/{i}"))], default).GetAwaiter().GetResult())));
        var entries = await Log.ReadAsync(Subject(1), null, 1_000, Cancellation);
        Assert.Equal(Enumerable.Range(1, 200).Reverse().Select(i => (long)i), entries.Select(entry => entry.Number));
        Assert.Null(await Log.VerifyAsync(Cancellation));
    }

    [Fact]
    public async Task Read_over_many_appends_gives_exactly_the_entries_about_the_subject()
    {
        const int Seed = 4711;
        var random = new Random(Seed);
        var subjects = new List<int>();
        while (subjects.Count < 500)
        {
            // Some subjects are asked for very often.
            var batch = Enumerable.Range(0, random.Next(1, 12)).Select(_ => random.Next(1, 1 + random.Next(1, 40))).ToList();
            await Log.AppendAsync([.. batch.Select(subject => Access(subject, null))], Cancellation);
            subjects.AddRange(batch);
            if (subjects.Count is > 200 and < 212)
                await ReopenAfterKillAsync();
        }

        foreach (var subject in Enumerable.Range(1, 40))
        {
            var about = Enumerable.Range(1, subjects.Count).Where(number => subjects[number - 1] == subject).Reverse().ToList();
            foreach (var (before, limit) in new (long?, int)[] { (null, 1_000), (null, 3), (250, 5), (2, 5), (400, 1_000) })
            {
                var expected = about.Where(number => number < (before ?? long.MaxValue)).Take(limit).Select(number => (long)number);
                var found = await Log.ReadAsync(Subject(subject), before, limit, Cancellation);
                Assert.Equal(expected, found.Select(entry => entry.Number));
                Assert.All(found, entry => Assert.Equal(Subject(subject), entry.Subject));
            }
        }
    }

    [Fact]
    public async Task Chain_goes_on_after_a_kill()
    {
        Assert.Null(await Log.VerifyAsync(Cancellation));
        await Log.AppendAsync([Access(1, "a"), Access(2, "b")], Cancellation);
        await ReopenAfterKillAsync();
        await Log.AppendAsync([Access(1, "c")], Cancellation);
        Assert.Equal([3, 1], (await Log.ReadAsync(Subject(1), null, 10, Cancellation)).Select(entry => entry.Number));
        Assert.Null(await Log.VerifyAsync(Cancellation));
    }

    /// <summary>One access to a made-up subject.</summary>
    protected static AccessEntry Access(int subject, string? reference) =>
        new(0, Start, "officer", "approval", "check", Subject(subject), reference);
}
