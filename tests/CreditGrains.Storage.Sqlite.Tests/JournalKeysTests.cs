using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Contract;

namespace CreditGrains.Storage.Sqlite.Tests;

/// <summary>Entries are found wherever their keys are: in memory, in the table, or half-way between.</summary>
[Invariant(1), Invariant(3)]
public sealed class JournalKeysTests() : StoreContract(new SqliteHost(unwrittenMax: 1_000_000))
{
    [Fact]
    public async Task Keys_in_memory_and_in_the_table_are_found_before_and_after_a_kill()
    {
        await AppendAsync(0, 300);
        await ((SqliteStore)Store).TidyAsync();
        await AppendAsync(300, 300);
        await AllAreFoundAsync(600);
        await ReopenAfterKillAsync();
        await AllAreFoundAsync(600);
        await ((SqliteStore)Store).TidyAsync();
        await AllAreFoundAsync(600);
        await ReopenAfterKillAsync();
        await AllAreFoundAsync(600);
    }

    [Fact]
    public async Task Keys_are_all_found_while_they_are_written()
    {
        await AppendAsync(0, 20_000);
        var writing = ((SqliteStore)Store).TidyAsync();
        do
            await AllAreFoundAsync(20_000, subjects: 3);
        while (!writing.IsCompleted);
        await writing;
        await AllAreFoundAsync(20_000, subjects: 3);
    }

    [Fact]
    public async Task Keys_that_no_space_was_left_for_are_found_and_written_later()
    {
        await AppendAsync(0, 20_000);
        await ((SqliteStore)Store).LimitPagesAsync(1);
        var failure = await Assert.ThrowsAsync<StoreException>(() => ((SqliteStore)Store).TidyAsync());
        Assert.Equal(StoreFault.Full, failure.Fault);
        await AllAreFoundAsync(20_000, subjects: 3);
        await ((SqliteStore)Store).LimitPagesAsync(0);
        await AppendAsync(20_000, 100);
        await ((SqliteStore)Store).TidyAsync();
        await ReopenAfterKillAsync();
        await AllAreFoundAsync(20_100, subjects: 3);
        await ((SqliteStore)Store).TidyAsync();
        await ReopenAfterKillAsync();
        await AllAreFoundAsync(20_100, subjects: 3);
    }

    [Fact]
    public async Task Keys_of_a_refused_append_are_forgotten()
    {
        await AppendAsync(0, 10);
        await Assert.ThrowsAsync<DuplicateRevisionException>(() => Store.Journal.AppendAsync([Numbered(10), Numbered(3)], Cancellation));
        Assert.Empty(await Store.Journal.FindByNaturalKeyAsync([NaturalKeyOf(10)], Cancellation));
        await AllAreFoundAsync(10);
        await AppendAsync(10, 1);
        await AllAreFoundAsync(11);
    }

    [Fact]
    public void Unwritten_keys_answer_like_a_plain_list()
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var keys = new UnwrittenKeys();
        List<(long Key, long Entry)> open = [];
        List<(long Key, long Entry)>? closed = null;
        for (var step = 0; step < 2_000; step++)
        {
            var added = Enumerable.Range(0, random.Next(5)).Select(_ => (random.NextInt64(20), random.NextInt64(1_000))).ToArray();
            var before = keys.Add(added);
            if (random.Next(3) == 0)
                keys.Undo(before);
            else
                open.AddRange(added);
            if (random.Next(50) == 0)
            {
                if (closed is null)
                    (closed, open) = (open, []);
                Assert.Equal(closed.Order(), keys.Seal());
            }

            if (random.Next(80) == 0)
            {
                closed = null;
                keys.DropSealed();
            }

            var key = random.NextInt64(20);
            var found = new List<long>();
            keys.Find(key, found);
            Assert.Equal(open.Concat(closed ?? []).Where(pair => pair.Key == key).Select(pair => pair.Entry).Order(), found.Order());
            Assert.Equal(open.Count + (closed?.Count ?? 0), keys.Count);
        }
    }

    private static NaturalKey NaturalKeyOf(int number) => new(SubjectOf(number), 1_000_000 + number);

    private static SubjectId SubjectOf(int number) => Subject(number % 7);

    private static JournalEntry Numbered(int number) => Entry(SubjectOf(number), $"r{number:D6}", naturalKey: NaturalKeyOf(number).Key);

    private async Task AppendAsync(int from, int count) =>
        await Store.Journal.AppendAsync([.. Enumerable.Range(from, count).Select(Numbered)], Cancellation);

    private async Task AllAreFoundAsync(int count, int subjects = 7)
    {
        for (var number = 0; number < subjects; number++)
        {
            var expected = Enumerable.Range(0, count).Where(i => i % 7 == number).Select(i => $"r{i:D6}").ToArray();
            var found = new List<JournalEntry>();
            IReadOnlyList<JournalEntry> page;
            while ((page = await Store.Journal.ReadSubjectAsync(
                Subject(number), found.Count == 0 ? 0 : found[^1].Position, long.MaxValue, 1_000, Cancellation)).Count > 0)
            {
                found.AddRange(page);
            }

            Assert.Equal(expected, found.Select(entry => entry.Record.Id));
        }

        var heads = await Store.Journal.FindByNaturalKeyAsync([.. Enumerable.Range(0, count + 5).Select(NaturalKeyOf)], Cancellation);
        Assert.Equal(
            Enumerable.Range(0, count).Select(i => $"r{i:D6}"), heads.Select(head => head.Record.Id).Order(StringComparer.Ordinal));
    }
}
