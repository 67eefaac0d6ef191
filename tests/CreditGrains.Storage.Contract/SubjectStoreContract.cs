using System.Globalization;
using CreditGrains.Domain.Names;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Storage.Contract;

/// <summary>Contract of every <see cref="ISubjectStore"/>: rows, watermarks and symbols.</summary>
public abstract partial class SubjectStoreContract(IStoreHost host) : StoreContract(host)
{
    [Fact]
    public async Task Write_row_is_read_back_whole()
    {
        var full = Row(Subject(1), 7, [1, 2, 3]) with { NextChange = new DateOnly(2026, 9, 1) };
        var bare = Row(Subject(2), 1, []) with { Description = null, Grade = null, ScoreMilli = null };
        await WriteAsync(new SubjectWrite(full, null), new SubjectWrite(bare, null));
        SameRow(full, await Subjects.FindAsync(Subject(1), Cancellation));
        SameRow(bare, await Subjects.FindAsync(Subject(2), Cancellation));
        Assert.Null(await Subjects.FindAsync(Subject(3), Cancellation));
        Assert.Equal(2, await Subjects.CountAsync(Cancellation));
    }

    [Fact]
    public async Task Write_without_state_leaves_state_its_position_and_its_catalogue()
    {
        var first = Row(Subject(1), 7, [1, 2, 3]);
        await WriteAsync(new SubjectWrite(first, null));
        var second = first with
        {
            Position = 9,
            StatePosition = 0,
            State = null,
            Grade = "B",
            ScoreMilli = 900_000,
            PolicyVersion = "2026.2",
            FactsVersion = "facts-2",
        };
        await WriteAsync(new SubjectWrite(second, 7));
        SameRow(
            second with { State = [1, 2, 3], StatePosition = 7, FactsVersion = first.FactsVersion },
            await Subjects.FindAsync(Subject(1), Cancellation));
    }

    [Fact]
    public async Task Write_large_state_is_kept()
    {
        var state = new byte[200_000];
        new Random(5).NextBytes(state);
        await WriteAsync(new SubjectWrite(Row(Subject(1), 1, state), null));
        SameRow(Row(Subject(1), 1, state), await Subjects.FindAsync(Subject(1), Cancellation));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(6L)]
    [InlineData(8L)]
    public async Task Write_unexpected_position_writes_nothing(long? expected)
    {
        await WriteAsync(new SubjectWrite(Row(Subject(1), 7, [1]), null));
        var other = Row(Subject(2), 1, [2]);
        var change = Change(other.Subject);
        await Assert.ThrowsAsync<WriteConflictException>(() => Subjects.WriteAsync(
            [
                new ShardWrite(other.Shard, [new SubjectWrite(other, null)], [change], 1),
                new ShardWrite(
                    Row(Subject(1), 9).Shard, [new SubjectWrite(Row(Subject(1), 9, [9]), expected)], [], null),
            ],
            Cancellation));

        SameRow(Row(Subject(1), 7, [1]), await Subjects.FindAsync(Subject(1), Cancellation));
        Assert.Null(await Subjects.FindAsync(Subject(2), Cancellation));
        Assert.Empty(await Subjects.ReadChangesAsync(other.Shard, 0, 10, Cancellation));
        Assert.Equal(0, (await Subjects.ShardsAsync(Cancellation))[other.Shard].Watermark);
        Assert.Equal(1, await Subjects.CountAsync(Cancellation));
    }

    [Fact]
    public async Task Write_expected_row_that_is_missing_conflicts()
    {
        await Assert.ThrowsAsync<WriteConflictException>(() => WriteAsync(new SubjectWrite(Row(Subject(1), 2, [1]), 1)));
        Assert.Null(await Subjects.FindAsync(Subject(1), Cancellation));
    }

    [Fact]
    public async Task Write_of_two_concurrent_writers_one_wins()
    {
        await WriteAsync(new SubjectWrite(Row(Subject(1), 1, [1]), null));
        var outcomes = await Task.WhenAll(Enumerable.Range(2, 8).Select(async position =>
        {
            try
            {
                await WriteAsync(new SubjectWrite(Row(Subject(1), position, [(byte)position]), 1));
                return position;
            }
            catch (WriteConflictException)
            {
                return 0;
            }
        }));
        var winner = Assert.Single(outcomes, position => position > 0);
        SameRow(Row(Subject(1), winner, [(byte)winner]), await Subjects.FindAsync(Subject(1), Cancellation));
    }

    [Fact]
    public async Task Write_foreign_shard_is_refused()
    {
        var row = Row(Subject(1), 1, [1]);
        var shard = (row.Shard + 1) % ShardCount;
        await Assert.ThrowsAsync<ArgumentException>(() => Subjects.WriteAsync(
            [new ShardWrite(shard, [new SubjectWrite(row with { Shard = shard }, null)], [], null)], Cancellation));
    }

    [Fact]
    public async Task Watermark_never_goes_back()
    {
        foreach (var watermark in new long?[] { 5, 3, null })
            await Subjects.WriteAsync([new ShardWrite(2, [], [], watermark)], Cancellation);
        var shards = await Subjects.ShardsAsync(Cancellation);
        Assert.Equal(Enumerable.Range(0, ShardCount), shards.Select(shard => shard.Shard));
        Assert.Equal(5, shards[2].Watermark);
        Assert.All(shards.Where(shard => shard.Shard != 2), shard => Assert.Equal(0, shard.Watermark));
    }

    [Fact]
    public async Task Find_many_gives_the_stored_ones_with_states()
    {
        await WriteAsync(Enumerable.Range(0, 50).Select(i => new SubjectWrite(Row(Subject(i), i + 1, [(byte)i]), null)));
        var found = await Subjects.FindManyAsync([.. Enumerable.Range(40, 20).Select(Subject)], Cancellation);
        Assert.Equal(Enumerable.Range(40, 10).Select(i => (byte)i), found.Select(row => row.State!.Single()).Order());
    }

    [Fact]
    public async Task Page_gives_every_row_of_the_shard_once_in_subject_order()
    {
        await WriteAsync(Enumerable.Range(0, 100).Reverse().Select(i => new SubjectWrite(Row(Subject(i), 1, [(byte)i]), null)));
        var seen = new List<StoredSubject>();
        IReadOnlyList<StoredSubject> page;
        while ((page = await Subjects.PageAsync(3, seen.Count == 0 ? null : seen[^1].Subject, 4, Cancellation)).Count > 0)
        {
            seen.AddRange(page);
        }

        var stored = Enumerable.Range(0, 100).Select(Subject).Where(subject => ShardMap.ShardOf(subject, ShardCount) == 3);
        Assert.Equal(stored, seen.Select(row => row.Subject));
        Assert.All(seen, row => Assert.NotNull(row.State));
    }

    [Fact]
    public async Task Due_are_those_whose_date_has_come()
    {
        var ids = SubjectsOf(4).Take(4).ToArray();
        var date = new DateOnly(2026, 6, 1);
        await WriteAsync(
            new SubjectWrite(Row(ids[0], 1, [1]) with { NextChange = date }, null),
            new SubjectWrite(Row(ids[1], 1, [1]) with { NextChange = date.AddDays(-40) }, null),
            new SubjectWrite(Row(ids[2], 1, [1]) with { NextChange = date.AddDays(1) }, null),
            new SubjectWrite(Row(ids[3], 1, [1]), null),
            new SubjectWrite(Row(SubjectsOf(5).First(), 1, [1]) with { NextChange = date }, null));

        await DueAreAsync(date, ids[0], ids[1]);
        await DueAreAsync(date.AddDays(1), ids[0], ids[1], ids[2]);
        await DueAreAsync(date.AddYears(-1));
        Assert.Single(await Subjects.DueAsync(4, date, 1, Cancellation));

        await WriteAsync(new SubjectWrite(Row(ids[0], 2) with { NextChange = date.AddDays(9) }, 1));
        await DueAreAsync(date, ids[1]);
    }

    [Fact]
    public async Task Symbols_used_by_stored_states_survive_a_kill()
    {
        var symbols = Enumerable.Range(0, 300).Select(i => Store.Symbols.Intern($"symbol-{i}")).ToArray();
        await WriteAsync(new SubjectWrite(Row(Subject(1), 1, [1]), null));
        Store.Symbols.Intern("never stored");
        await ReopenAfterKillAsync();
        Assert.Equal(symbols, Enumerable.Range(0, 300).Select(i => Store.Symbols.Find($"symbol-{i}")));
        SameRow(Row(Subject(1), 1, [1]), await Subjects.FindAsync(Subject(1), Cancellation));
    }

    [Fact]
    public async Task Symbols_of_a_failed_write_are_stored_by_the_next()
    {
        var symbol = Store.Symbols.Intern("early");
        await Assert.ThrowsAsync<WriteConflictException>(() => WriteAsync(new SubjectWrite(Row(Subject(1), 2, [1]), 1)));
        await WriteAsync(new SubjectWrite(Row(Subject(1), 2, [1]), null));
        await ReopenAfterKillAsync();
        Assert.Equal(symbol, Store.Symbols.Find("early"));
    }
}
