using System.Globalization;
using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Storage.Contract;

/// <summary>Contract of every <see cref="IDeadlineStore"/>.</summary>
public abstract class DeadlineContract(IStoreHost host) : StoreContract(host)
{
    private static readonly DateOnly Day = new(2026, 3, 4);

    private static readonly DeadlineQuery All = new(CaseKind.Objection, "", null, null, null, 200);

    [Fact]
    public async Task Lines_of_a_step_replace_those_of_the_step_before_and_survive_a_kill()
    {
        await AppendAsync(Step(1, 1, CaseState.Submitted, Day.AddDays(3)));
        await AppendAsync(Step(1, 2, CaseState.Referred, Day.AddDays(9), "dept-a"));
        await AppendAsync(Step(2, 1, CaseState.Submitted, Day.AddDays(3)));
        await ReopenAfterKillAsync();

        var all = await ListAsync(All);
        Assert.Equal([(2, 3), (1, 9)], all.Select(row => (row.Case.Serial, row.Due.DayNumber - Day.DayNumber)));
        Assert.Equal((CaseState.Referred, 2, Subject(1)), (all[1].State, all[1].Revision, all[1].Subject));
        Assert.Equal([1], (await ListAsync(All with { Source = "dept-a" })).Select(row => row.Case.Serial));
        Assert.Empty(await ListAsync(All with { Kind = CaseKind.Repair }));

        await AppendAsync(Step(1, 3, CaseState.Decided, null));
        Assert.Equal([2], (await ListAsync(All)).Select(row => row.Case.Serial));
        Assert.Empty(await ListAsync(All with { Source = "dept-a" }));
    }

    [Fact]
    public async Task Refused_append_leaves_the_list_as_it_was()
    {
        await AppendAsync(Step(1, 1, CaseState.Submitted, Day.AddDays(3)));
        await Assert.ThrowsAsync<DuplicateRevisionException>(
            () => AppendAsync(Entry(Subject(1), "A"), Step(1, 1, CaseState.Accepted, Day.AddDays(5))));
        Assert.Equal([CaseState.Submitted], (await ListAsync(All)).Select(row => row.State));
        Assert.Empty(await Store.Journal.FindHeadsAsync([new RecordId(new SourceId("dept-a"), "A")], Cancellation));
    }

    [Fact]
    public async Task Pages_follow_each_other_by_deadline_and_number_for_every_filter()
    {
        var steps = Enumerable.Range(1, 60).Select(i => Step(
            i, 1, i % 3 == 0 ? CaseState.Accepted : CaseState.Submitted, i % 7 == 0 ? DateOnly.MaxValue : Day.AddDays(i % 5))).ToArray();
        await AppendAsync(steps);
        foreach (var filter in (DeadlineQuery[])
            [
                All, All with { State = CaseState.Accepted }, All with { DueUntil = Day.AddDays(2) },
                All with { State = CaseState.Submitted, DueUntil = Day.AddDays(3) },
            ])
        {
            var whole = await ListAsync(filter);
            Assert.Equal(
                steps.SelectMany(step => step.Deadlines!)
                    .Where(row => row.Source.Length == 0 && (filter.State is null || row.State == filter.State)
                        && !(row.Due > filter.DueUntil))
                    .OrderBy(row => row.Due).ThenBy(row => row.Case.Serial).Select(row => row.Case.Serial),
                whole.Select(row => row.Case.Serial));
            var paged = new List<DeadlineRow>();
            while (true)
            {
                var after = paged.Count == 0 ? ((DateOnly, CaseNumber)?)null : (paged[^1].Due, paged[^1].Case);
                var page = await ListAsync(filter with { After = after, Limit = 7 });
                paged.AddRange(page);
                if (page.Count < 7)
                    break;
            }

            Assert.Equal(whole, paged);
        }
    }

    [Fact]
    public async Task Lines_can_be_put_in_the_place_of_those_of_a_case()
    {
        await AppendAsync(Step(1, 1, CaseState.Submitted, Day));
        var other = Step(1, 1, CaseState.Answered, Day.AddDays(1)).Deadlines!;
        await Store.Deadlines.ReplaceAsync(other[0].Case, other, Cancellation);
        Assert.Equal(other, await ListAsync(All));
        await Store.Deadlines.ReplaceAsync(other[0].Case, [], Cancellation);
        Assert.Empty(await ListAsync(All));
    }

    [Fact]
    public async Task Count_is_of_the_days_asked_for_and_ends_at_its_bound()
    {
        await AppendAsync([.. Enumerable.Range(1, 30).Select(i => Step(i, 1, CaseState.Submitted, Day.AddDays(i % 10), "dept-a"))]);
        foreach (var (source, from, until, max, expected) in new[]
        {
            ("", 0, 9, 100, 30), ("", 3, 4, 100, 6), ("dept-a", 9, 9, 100, 3), ("", 0, 9, 7, 7), ("", 10, 20, 100, 0),
            ("dept-b", 0, 9, 100, 0),
        })
        {
            Assert.Equal(expected, await Store.Deadlines.CountAsync(
                CaseKind.Objection, source, Day.AddDays(from), Day.AddDays(until), max, Cancellation));
        }

        Assert.Equal(0, await Store.Deadlines.CountAsync(CaseKind.Repair, "", Day, Day.AddDays(9), 100, Cancellation));
    }

    private Task<IReadOnlyList<JournalEntry>> AppendAsync(params IReadOnlyList<JournalEntry> entries) =>
        Store.Journal.AppendAsync(entries, Cancellation);

    private Task<IReadOnlyList<DeadlineRow>> ListAsync(DeadlineQuery query) => Store.Deadlines.ListAsync(query, Cancellation);

    private static JournalEntry Step(int serial, int revision, CaseState state, DateOnly? due, string? source = null)
    {
        var number = new CaseNumber(CaseKind.Objection, Day, serial);
        return Entry(Subject(serial), number.ToString(), revision, source: SourceId.Platform.Value) with
        {
            Kind = CaseKinds.Case,
            Deadlines = due is not { } day
                ? []
                : [.. (source is null ? [""] : (string[])["", source]).Select(owner => new DeadlineRow
                {
                    Case = number, Subject = Subject(serial), Source = owner, State = state, Due = day,
                    Clock = string.Create(CultureInfo.InvariantCulture, $"clock-{serial}"), Revision = revision,
                })],
        };
    }
}
