using CreditGrains.Engine.Checks;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Storage.Contract;

/// <summary>Contract of every <see cref="IAccessLog"/>. Each store shows on its own rows that it notices tampering.</summary>
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
    public async Task Blocks_come_in_order_from_the_one_that_holds_a_number_on()
    {
        Assert.Empty(await Log.BlocksAsync(1, 10, Cancellation));
        for (var append = 0; append < 5; append++)
            await Log.AppendAsync([Access(1, $"{append}a"), Access(2, $"{append}b"), Access(3, $"{append}c")], Cancellation);
        for (var number = 1; number <= 15; number++)
        {
            var blocks = await Log.BlocksAsync(number, 100, Cancellation);
            Assert.InRange(blocks[0].First, number - 2, number);
            var entries = blocks.SelectMany(block => AccessLogBlock.Read(block.First, block.Entries)).ToList();
            Assert.Equal(
                Enumerable.Range((int)blocks[0].First, entries.Count).Select(each => (long)each), entries.Select(entry => entry.Number));
            Assert.Equal((15, "4c"), (entries[^1].Number, entries[^1].Reference));
            Assert.Contains(entries, entry => entry.Number == number);
            Assert.Equal(blocks[0].First, (await Log.BlocksAsync(number, 1, Cancellation))[0].First);
        }

        Assert.InRange((await Log.BlocksAsync(99, 10, Cancellation))[0].First, 13, 15);
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
    public async Task Hash_of_an_earlier_end_stays_and_another_entrys_is_none()
    {
        Assert.Equal(0, (await Log.HeadAsync(Cancellation)).Number);
        await Log.AppendAsync([Access(1, "a"), Access(2, "b")], Cancellation);
        var first = await Log.HeadAsync(Cancellation);
        Assert.Equal(2, first.Number);
        await Log.AppendAsync([Access(1, "c")], Cancellation);
        await ReopenAfterKillAsync();
        var second = await Log.HeadAsync(Cancellation);
        Assert.Equal(3, second.Number);
        Assert.NotEqual(first.Hash, second.Hash);
        Assert.Equal(first.Hash, await Log.HashAtAsync(2, Cancellation));
        Assert.Equal(second.Hash, await Log.HashAtAsync(3, Cancellation));
        Assert.Null(await Log.HashAtAsync(4, Cancellation));
        Assert.Null(await Log.HashAtAsync(0, Cancellation));
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

    [Fact]
    public async Task Check_is_found_by_its_number_with_its_receipt()
    {
        var (first, second) = (Check(1, "CK-1"), Check(2, "CK-2") with { Receipt = Receipt(stage: null, department: "SCJG") });
        await Log.AppendAsync([Access(1, "a"), first, Access(2, "CK-3")], Cancellation);
        await Log.AppendAsync([second], Cancellation);
        Assert.Equal(first with { Number = 2 }, await Log.FindCheckAsync("CK-1", Cancellation));
        Assert.Equal(second with { Number = 4 }, await Log.FindCheckAsync("CK-2", Cancellation));

        // An entry without a receipt is no check that can be given again.
        Assert.Null(await Log.FindCheckAsync("CK-3", Cancellation));
        Assert.Null(await Log.FindCheckAsync("CK-4", Cancellation));
        Assert.Equal([second with { Number = 4 }, Access(2, "CK-3") with { Number = 3 }],
            await Log.ReadAsync(Subject(2), null, 10, Cancellation));
        await ReopenAfterKillAsync();
        Assert.Equal(first with { Number = 2 }, await Log.FindCheckAsync("CK-1", Cancellation));
        Assert.Null(await Log.VerifyAsync(Cancellation));
    }

    [Fact]
    public async Task Every_check_is_found_among_many_appends_while_runs_are_written()
    {
        const int Seed = 815;
        var random = new Random(Seed);
        var checks = new List<(long Number, int Subject)>();
        var number = 0L;
        while (number < 700)
        {
            var batch = new List<AccessEntry>();
            for (var left = random.Next(1, 12); left > 0; left--)
            {
                number++;
                var subject = random.Next(1, 20);
                if (random.Next(3) == 0)
                {
                    batch.Add(Access(subject, null));
                    continue;
                }

                batch.Add(Check(subject, $"CK-{number}"));
                checks.Add((number, subject));
            }

            await Log.AppendAsync(batch, Cancellation);
            var (sought, about) = checks.Count == 0 ? (number, 1) : checks[random.Next(checks.Count)];
            if (checks.Count > 0)
                Assert.Equal(Check(about, $"CK-{sought}") with { Number = sought }, await Log.FindCheckAsync($"CK-{sought}", Cancellation));
            if (number is > 300 and < 312)
                await ReopenAfterKillAsync();
        }

        foreach (var (each, subject) in checks)
            Assert.Equal(Check(subject, $"CK-{each}") with { Number = each }, await Log.FindCheckAsync($"CK-{each}", Cancellation));
        Assert.Null(await Log.FindCheckAsync("CK-none", Cancellation));

        // Their second key does not make the runs miss whom entries are about.
        foreach (var subject in Enumerable.Range(1, 19))
        {
            var found = await Log.ReadAsync(Subject(subject), null, 1_000, Cancellation);
            Assert.Equal(
                checks.Where(check => check.Subject == subject).Select(check => check.Number).Reverse(),
                found.Where(entry => entry.Receipt is not null).Select(entry => entry.Number));
        }
    }

    [Fact]
    public async Task Checks_are_found_by_several_that_look_while_others_append()
    {
        var appended = 0;
        var appending = YieldingThread.RunAsync("append", () =>
        {
            for (var batch = 0; batch < 100; batch++)
            {
                var first = batch * 5;
                Log.AppendAsync([.. Enumerable.Range(first, 5).Select(i => Check(i % 7, $"CK-{i}"))], default).GetAwaiter().GetResult();
                Volatile.Write(ref appended, first + 5);
            }
        });
        var looking = Enumerable.Range(0, 3).Select(seed => Task.Run(async () =>
        {
            var random = new Random(seed);
            while (!appending.IsCompleted || Volatile.Read(ref appended) < 500)
            {
                if (Volatile.Read(ref appended) is var there and > 0 && random.Next(there) is var sought)
                    Assert.Equal($"CK-{sought}", (await Log.FindCheckAsync($"CK-{sought}", Cancellation))?.Reference);
            }
        }));
        await Task.WhenAll([appending, .. looking]);
    }

    /// <summary>A check of a made-up subject.</summary>
    protected static AccessEntry Check(int subject, string number) => Access(subject, number) with { Receipt = Receipt() };

    /// <summary>A receipt with every part set.</summary>
    protected static AnswerReceipt Receipt(string? stage = "受理", string? department = null) => new(
        1, "zh", "public-funds", stage, department, new DateOnly(2026, 3, 4), 0xFEDC_BA98, 77,
        new RulesReference("2026.1", new string('a', 64), new string('0', 64)), new AnswerDigest(UInt128.MaxValue - 5, 7));

    /// <summary>One access to a made-up subject.</summary>
    protected static AccessEntry Access(int subject, string? reference) =>
        new(0, Start, "officer", "approval", "check", Subject(subject), reference);
}
