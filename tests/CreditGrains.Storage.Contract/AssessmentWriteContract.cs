using System.Globalization;
using CreditGrains.Domain.Names;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Storage.Contract;

/// <summary>Contract of every <see cref="ISubjectStore"/> for recomputations: pages of states read and results written.</summary>
public abstract class AssessmentWriteContract(IStoreHost host) : StoreContract(host)
{
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
}
