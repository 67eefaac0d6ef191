using System.Globalization;
using CreditGrains.Domain.Names;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Storage.Contract;

/// <summary>Contract of every <see cref="ISubjectStore"/> for its outbox: changes numbered in each shard, read and pruned.</summary>
public abstract class SubjectChangeContract(IStoreHost host) : StoreContract(host)
{
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
}
