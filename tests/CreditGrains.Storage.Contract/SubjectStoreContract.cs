using System.Globalization;
using CreditGrains.Domain.Names;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Storage.Contract;

/// <summary>Contract of every <see cref="ISubjectStore"/>.</summary>
public abstract partial class SubjectStoreContract(IStoreHost host) : StoreContract(host)
{
    private ISubjectStore Subjects => Store.Subjects;

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
    public async Task Changes_are_numbered_in_their_shard_without_gaps()
    {
        var subjects = SubjectsOf(1).Take(2).ToArray();
        var foreign = SubjectsOf(2).First();
        for (var round = 0; round < 3; round++)
        {
            await Subjects.WriteAsync(
                [
                    new ShardWrite(1, [], [Change(subjects[0]), Change(subjects[1]) with { Type = "measure" }], null),
                    new ShardWrite(2, [], [Change(foreign)], null),
                ],
                Cancellation);
        }

        var changes = await Subjects.ReadChangesAsync(1, 0, 100, Cancellation);
        Assert.Equal([1, 2, 3, 4, 5, 6], changes.Select(change => change.Number));
        Assert.Equal(Change(subjects[0]) with { Shard = 1, Number = 3 }, changes[2]);
        Assert.Equal([3, 4], (await Subjects.ReadChangesAsync(1, 2, 2, Cancellation)).Select(change => change.Number));
        Assert.Equal([1, 2, 3], (await Subjects.ReadChangesAsync(2, 0, 100, Cancellation)).Select(change => change.Number));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1000)]
    public async Task Changes_of_one_subject_written_together_are_read_one_by_one_from_any_number(int limit)
    {
        var (first, second) = (SubjectsOf(1).First(), SubjectsOf(1).Skip(1).First());
        var written = Enumerable.Range(1, 450).Select(i => Change(i is > 205 and < 208 ? second : first) with
        {
            Type = i % 2 == 0 ? "record.arrived" : "measure.begun", Data = $$"""{"text":"第{{i}}\"","of":[{{i}}]}""",
        }).ToList();
        await Subjects.WriteAsync([new ShardWrite(1, [], written, null)], Cancellation);
        await ReopenAfterKillAsync();
        Assert.Equal(450, (await Subjects.ChangeHeadsAsync(Cancellation))[1]);
        for (var after = 0; after < 450; after += 37)
        {
            var read = await Subjects.ReadChangesAsync(1, after, limit, Cancellation);
            Assert.Equal(
                written.Select((change, i) => change with { Number = i + 1 }).Skip(after).Take(limit), read);
        }

        await Subjects.WriteAsync([new ShardWrite(1, [], [Change(second)], null)], Cancellation);
        Assert.Equal(451, Assert.Single(await Subjects.ReadChangesAsync(1, 450, 10, Cancellation)).Number);
    }

    [Fact]
    public async Task Changes_are_pruned_from_the_oldest_up_to_a_number_but_for_the_last()
    {
        var (first, second) = (SubjectsOf(1).First(), SubjectsOf(1).Skip(1).First());
        for (var i = 0; i < 5; i++)
            await Subjects.WriteAsync([new ShardWrite(1, [], [Change(first), Change(first), Change(second)], null)], Cancellation);
        await Subjects.WriteAsync([new ShardWrite(2, [], [Change(SubjectsOf(2).First())], null)], Cancellation);
        Assert.InRange(await Subjects.PruneChangesAsync(1, 9, 2, Cancellation), 1, 2);
        while (await Subjects.PruneChangesAsync(1, 9, 2, Cancellation) > 0)
        {
        }

        Assert.Equal([10, 11, 12, 13, 14, 15], (await Subjects.ReadChangesAsync(1, 0, 100, Cancellation)).Select(change => change.Number));
        Assert.True(await Subjects.PruneChangesAsync(1, long.MaxValue, 100, Cancellation) > 0);
        await ReopenAfterKillAsync();
        Assert.Equal(15, (await Subjects.ReadChangesAsync(1, 0, 100, Cancellation))[^1].Number);
        Assert.Equal(0, await Subjects.PruneChangesAsync(1, long.MaxValue, 100, Cancellation));
        await Subjects.WriteAsync([new ShardWrite(1, [], [Change(first)], null)], Cancellation);
        Assert.Equal(16, (await Subjects.ReadChangesAsync(1, 15, 100, Cancellation)).Single().Number);
        Assert.Single(await Subjects.ReadChangesAsync(2, 0, 100, Cancellation));
    }

    [Fact]
    public async Task Changes_written_after_the_clock_was_set_back_are_not_before_those_before_them()
    {
        var subject = SubjectsOf(4).First();
        var start = Change(subject).At;
        await Subjects.WriteAsync([Write(start.AddHours(2)), new ShardWrite(5, [], [Change(SubjectsOf(5).First())], null)], Cancellation);
        await Subjects.WriteAsync([Write(start.AddHours(1), start.AddHours(3), start)], Cancellation);
        var row = Row(subject, 1, [1]) with { Shard = 4 };
        await Subjects.WriteAsync([new ShardWrite(4, [new SubjectWrite(row, null)], [], null)], Cancellation);
        await Subjects.WriteAssessmentsAsync(
            new AssessmentPage(
                4, null, subject, [new AssessmentResult(subject, 1, 1, "C", "2026.2", row.AsOf, null)],
                [Change(subject) with { At = start.AddHours(-1) }], []),
            Cancellation);
        Assert.Equal(
            [start.AddHours(2), start.AddHours(2), start.AddHours(3), start.AddHours(3), start.AddHours(3)],
            (await Subjects.ReadChangesAsync(4, 0, 10, Cancellation)).Select(change => change.At));
        Assert.Equal(start, Assert.Single(await Subjects.ReadChangesAsync(5, 0, 10, Cancellation)).At);

        ShardWrite Write(params DateTimeOffset[] times) =>
            new(4, [], [.. times.Select(at => Change(subject) with { At = at })], null);
    }

    [Fact]
    public async Task Changes_of_several_shards_are_read_after_each_ones_number_up_to_its_head()
    {
        Assert.Equal(0, (await Subjects.ChangeHeadsAsync(Cancellation)).Sum());
        var (one, six) = (SubjectsOf(1).Take(3).ToArray(), SubjectsOf(6).Take(2).ToArray());
        await Subjects.WriteAsync(
            [new ShardWrite(1, [], [.. one.Select(Change)], null), new ShardWrite(6, [], [.. six.Select(Change)], null)], Cancellation);
        await Subjects.WriteAsync([new ShardWrite(1, [], [Change(one[0])], null)], Cancellation);
        Assert.Equal("0 4 0 0 0 0 2 0", string.Join(" ", await Subjects.ChangeHeadsAsync(Cancellation)));

        var read = await Subjects.ReadChangesAsync(
            [new ShardNumber(6, 0), new ShardNumber(1, 1), new ShardNumber(3, 0)], 2, Cancellation);
        Assert.Equal([(1, 2L), (1, 3L), (6, 1L), (6, 2L)], read.Select(change => (change.Shard, change.Number)));
        Assert.Equal(Change(one[2]) with { Number = 3 }, read[1]);
        Assert.Empty(await Subjects.ReadChangesAsync([new ShardNumber(1, 4), new ShardNumber(6, 2)], 10, Cancellation));
        Assert.Empty(await Subjects.ReadChangesAsync([], 10, Cancellation));
    }

    [Fact]
    public async Task Changes_of_measures_are_read_without_the_others_also_out_of_rows_of_several()
    {
        var subjects = SubjectsOf(1).Take(3).ToArray();
        SubjectChange[] written =
        [
            Of(0, ChangeTypes.RecordArrived), Of(0, ChangeTypes.MeasureBegun), Of(0, ChangeTypes.Grade),
            Of(1, ChangeTypes.RecordArrived), Of(1, ChangeTypes.RecordRevised), Of(2, ChangeTypes.MeasureEnded),
            Of(0, ChangeTypes.MeasureEnded), Of(0, ChangeTypes.MeasureBegun),
        ];
        await Subjects.WriteAsync([new ShardWrite(1, [], written, null)], Cancellation);

        async Task<string> ReadAsync(long after, int limit) => string.Join(
            " ", (await Subjects.ReadMeasureChangesAsync([new ShardNumber(1, after), new ShardNumber(2, 0)], limit, Cancellation))
                .Select(change => $"{change.Number}:{change.Type}"));
        Assert.Equal("2:measure.begun 6:measure.ended 7:measure.ended 8:measure.begun", await ReadAsync(0, 10));
        Assert.Equal("2:measure.begun 6:measure.ended 7:measure.ended", await ReadAsync(0, 3));
        Assert.Equal("8:measure.begun", await ReadAsync(7, 3));
        Assert.Equal(8, (await Subjects.ReadChangesAsync(1, 0, 10, Cancellation)).Count);

        SubjectChange Of(int subject, string type) => Change(subjects[subject]) with { Type = type };
    }

    [Fact]
    public async Task Changes_refused_with_their_rows_leave_no_number_behind()
    {
        var subject = SubjectsOf(1).First();
        await Subjects.WriteAsync(
            [new ShardWrite(1, [new SubjectWrite(Row(subject, 1, [1]), null)], [Change(subject)], null)], Cancellation);
        await Assert.ThrowsAsync<WriteConflictException>(() => Subjects.WriteAsync(
            [new ShardWrite(1, [new SubjectWrite(Row(subject, 3, [1]), 2)], [Change(subject)], null)], Cancellation));
        Assert.Equal(1, (await Subjects.ChangeHeadsAsync(Cancellation))[1]);
        await ReopenAfterKillAsync();
        Assert.Equal(1, (await Subjects.ChangeHeadsAsync(Cancellation))[1]);
        Assert.Equal(Change(subject) with { Number = 1 }, Assert.Single(await Subjects.ReadChangesAsync(1, 0, 10, Cancellation)));
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
    public async Task Read_states_pages_give_each_state_of_the_shard_once_in_subject_order()
    {
        var rows = Enumerable.Range(0, 100).Select(i => Row(Subject(i), i + 2, [.. Enumerable.Repeat((byte)i, 1 + (i * 37))]) with
        {
            StatePosition = i + 1,
            FactsVersion = $"facts-{i % 3}",
            ScoreMilli = i % 7 == 0 ? null : i,
            Grade = i % 7 == 0 ? null : "B",
            NextChange = i % 5 == 0 ? new DateOnly(2027, 1, 1) : null,
        }).ToDictionary(row => row.Subject);
        await WriteAsync(rows.Values.Reverse().Select(row => new SubjectWrite(row, null)));
        var seen = new List<StoredState>();
        StatePage page;
        while ((page = await Subjects.ReadStatesAsync(3, seen.Count == 0 ? null : seen[^1].Subject, 4, Cancellation)).Count > 0)
        {
            seen.AddRange(page);
        }

        Assert.Equal(rows.Keys.Where(subject => ShardMap.ShardOf(subject, ShardCount) == 3), seen.Select(state => state.Subject));
        foreach (var state in seen)
        {
            var row = rows[state.Subject];
            Assert.Equal(row.State, state.State.ToArray());
            Assert.Equal(
                new StoredState(
                    default, row.Position, row.StatePosition, default, row.FactsVersion, row.ScoreMilli, row.Grade, row.PolicyVersion,
                    row.AsOf, row.NextChange),
                state with { Key = default, State = default });
        }
    }

    [Fact]
    public async Task Write_assessments_changes_the_results_and_nothing_else()
    {
        var ids = SubjectsOf(4).Take(3).ToArray();
        var rows = ids.Select((id, i) => Row(id, i + 1, [(byte)i]) with { NextChange = new DateOnly(2026, 5, 1) }).ToArray();
        await WriteAsync(rows.Select(row => new SubjectWrite(row, null)));
        var date = new DateOnly(2026, 3, 9);
        await Subjects.WriteAssessmentsAsync(
            new AssessmentPage(
                4, null, ids[2],
                [
                    new AssessmentResult(ids[0], 1, 700_000, "C", "2026.2", date, new DateOnly(2026, 9, 1)),
                    new AssessmentResult(ids[2], 3, null, null, "2026.2", date, null),
                ],
                [Change(ids[0]), Change(ids[2])],
                []),
            Cancellation);
        SameRow(
            rows[0] with
            {
                ScoreMilli = 700_000, Grade = "C", PolicyVersion = "2026.2", AsOf = date, NextChange = new DateOnly(2026, 9, 1),
            },
            await Subjects.FindAsync(ids[0], Cancellation));
        SameRow(rows[1], await Subjects.FindAsync(ids[1], Cancellation));
        SameRow(
            rows[2] with { ScoreMilli = null, Grade = null, PolicyVersion = "2026.2", AsOf = date, NextChange = null },
            await Subjects.FindAsync(ids[2], Cancellation));
        Assert.Equal([1, 2], (await Subjects.ReadChangesAsync(4, 0, 10, Cancellation)).Select(change => change.Number));
        await DueAreAsync(new DateOnly(2026, 6, 1), ids[1]);
        Assert.Equal(ids[0], Assert.Single(await Subjects.SearchAsync(new SubjectQuery(null, null, "C", null, 10), Cancellation)).Subject);
        await WriteAsync(new SubjectWrite(rows[0] with { Position = 9 }, 1));
    }

    [Fact]
    public async Task Write_assessments_of_pages_read_before_finds_what_was_written_since()
    {
        var ids = SubjectsOf(4).Take(40).ToArray();
        await WriteAsync(ids.Select((id, i) => new SubjectWrite(Row(id, i + 1, [(byte)i]), null)));
        using var read = await Subjects.ReadStatesAsync(4, null, 100, Cancellation);
        Assert.Equal(ids, read.Select(state => state.Subject));

        // Its owner writes one meanwhile, and another subject comes in between.
        var later = Row(ids[25], 90, [9]) with { Grade = "A", ScoreMilli = 1_000_000 };
        var added = Row(SubjectsOf(4).ElementAt(40), 91, [8]);
        await WriteAsync(new SubjectWrite(later, 26), new SubjectWrite(added, null));

        AssessmentPage PageOf(int from, int count, Func<int, long> position, string grade) => new(
            4, from == 0 ? null : ids[from - 1], ids[from + count - 1],
            [.. Enumerable.Range(from, count).Select(i => new AssessmentResult(
                read[i].Key, position(i), i, grade, "2026.2", new DateOnly(2026, 3, 9), null)
            {
                Place = i,
            })],
            [], [])
        {
            Read = read,
        };

        await Subjects.WriteAssessmentsAsync(PageOf(0, 7, i => i + 1, "C"), Cancellation);
        await Subjects.WriteAssessmentsAsync(PageOf(7, 7, i => i + 1, "C"), Cancellation);
        var stale = PageOf(14, 26, i => i + 1, "D");
        await Assert.ThrowsAsync<WriteConflictException>(() => Subjects.WriteAssessmentsAsync(stale, Cancellation));
        await Subjects.WriteAssessmentsAsync(PageOf(14, 26, i => i == 25 ? 90 : i + 1, "B"), Cancellation);
        for (var i = 0; i < ids.Length; i++)
        {
            var row = await Subjects.FindAsync(ids[i], Cancellation);
            Assert.Equal((i, i < 14 ? "C" : "B", "2026.2"), (row!.ScoreMilli, row.Grade, row.PolicyVersion));
            Assert.Equal(i == 25 ? [9] : [(byte)i], row.State);
        }

        SameRow(added, await Subjects.FindAsync(added.Subject, Cancellation));
        Assert.Equal(14, (await Subjects.SearchAsync(new SubjectQuery(null, null, "C", null, 100), Cancellation)).Count);
        var foreign = PageOf(0, 1, i => i + 1, "C") with { Shard = 5 };
        await Assert.ThrowsAsync<ArgumentException>(() => Subjects.WriteAssessmentsAsync(foreign, Cancellation));
    }

    [Fact]
    public async Task Write_assessments_takes_rows_folded_anew_in_the_same_transaction()
    {
        var ids = SubjectsOf(4).Take(3).ToArray();
        var rows = ids.Select((id, i) => Row(id, i + 1, [(byte)i])).ToArray();
        await WriteAsync(rows.Select(row => new SubjectWrite(row, null)));
        var anew = rows[1] with { State = [7, 8], FactsVersion = "facts-new", PolicyVersion = "2026.2", Grade = "C", ScoreMilli = 5 };
        var result = new AssessmentResult(ids[0], 1, 700_000, "C", "2026.2", new DateOnly(2026, 3, 9), null);
        var page = new AssessmentPage(
            4, null, ids[2], [result], [Change(ids[0]), Change(ids[1])],
            [new JobWrite(new JobKey("run", "1", 4), null, "running", null, false, "{}")])
        {
            Refolded = [new SubjectWrite(anew, 2)],
        };
        var moved = page with { Refolded = [new SubjectWrite(anew with { Position = 9 }, 8)] };
        await Assert.ThrowsAsync<WriteConflictException>(() => Subjects.WriteAssessmentsAsync(moved, Cancellation));
        SameRow(rows[0], await Subjects.FindAsync(ids[0], Cancellation));
        Assert.Null(await Store.Jobs.FindAsync(new JobKey("run", "1", 4), Cancellation));

        await Subjects.WriteAssessmentsAsync(page, Cancellation);
        SameRow(anew, await Subjects.FindAsync(ids[1], Cancellation));
        Assert.Equal("C", (await Subjects.FindAsync(ids[0], Cancellation))!.Grade);
        SameRow(rows[2], await Subjects.FindAsync(ids[2], Cancellation));
        Assert.Equal([1, 2], (await Subjects.ReadChangesAsync(4, 0, 10, Cancellation)).Select(change => change.Number));
        Assert.NotNull(await Store.Jobs.FindAsync(new JobKey("run", "1", 4), Cancellation));
        Assert.Equal(3, await Subjects.CountAsync(Cancellation));
    }

    [Theory]
    [InlineData(3L)]
    [InlineData(1L)]
    public async Task Write_assessments_of_a_row_that_moved_on_writes_nothing(long position)
    {
        var ids = SubjectsOf(4).Take(2).ToArray();
        await WriteAsync(ids.Select(id => new SubjectWrite(Row(id, 2, [1]), null)));
        var good = new AssessmentResult(ids[0], 2, 1, "C", "2026.2", new DateOnly(2026, 3, 9), null);
        var page = new AssessmentPage(
            4, null, ids[1], [good, new AssessmentResult(ids[1], position, 1, "C", "2026.2", good.AsOf, null)], [Change(ids[0])], []);
        await Assert.ThrowsAsync<WriteConflictException>(() => Subjects.WriteAssessmentsAsync(page, Cancellation));
        SameRow(Row(ids[0], 2, [1]), await Subjects.FindAsync(ids[0], Cancellation));
        Assert.Empty(await Subjects.ReadChangesAsync(4, 0, 10, Cancellation));
        var unknown = page with { Results = [new AssessmentResult(SubjectsOf(4).ElementAt(5), 2, 1, "C", "2026.2", good.AsOf, null)] };
        await Assert.ThrowsAsync<WriteConflictException>(() => Subjects.WriteAssessmentsAsync(unknown, Cancellation));
    }

    [Fact]
    public async Task Write_assessments_of_a_foreign_shard_is_refused()
    {
        var result = new AssessmentResult(SubjectsOf(5).First(), 1, 1, "C", "2026.2", new DateOnly(2026, 3, 9), null);
        await Assert.ThrowsAsync<ArgumentException>(
            () => Subjects.WriteAssessmentsAsync(new AssessmentPage(4, null, result.Subject, [result], [], []), Cancellation));
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

    private static SubjectChange Change(SubjectId subject) =>
        new(ShardMap.ShardOf(subject, ShardCount), 0, subject, "grade", """{"from":"A","to":"B"}""", Start);

    private async Task DueAreAsync(DateOnly date, params SubjectId[] expected) => Assert.Equal(
        expected.Select(subject => subject.Value).ToHashSet(),
        (await Subjects.DueAsync(4, date, 100, Cancellation)).Select(subject => subject.Value).ToHashSet());
}
