using System.Text.Json;
using CreditGrains.Domain.Procedures;
using CreditGrains.Engine;
using CreditGrains.Engine.Cases;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;
using static CreditGrains.Storage.Contract.Cases.CaseWorld;

namespace CreditGrains.Storage.Contract.Cases;

/// <summary>Steps of cases at once, again, refused, and through a kill, on a store.</summary>
public abstract class CaseStepContract(IStoreHost host) : CaseContract(host)
{
    [Fact]
    public async Task Two_decisions_at_once_give_one_outcome()
    {
        for (var i = 0; i < 10; i++)
        {
            var id = $"I-{i}";
            await World.PenaltyAsync(id, "2026-06-01");
            var open = await World.OpenAsync(World.Objection(id));
            await World.ActAsync(open.Number, CaseStep.Accept, Platform);
            var results = await Task.WhenAll(Enumerable.Range(0, 4).Select(n => Task.Run(() => World.TryActAsync(
                open.Number, World.Decide(n % 2 == 0 ? CaseOutcome.Rejected : CaseOutcome.Deleted)))));
            var winner = Assert.Single(results, result => result.Case is not null).Case!;
            Assert.All(
                results.Where(result => result.Case is null), result => Assert.Contains(
                    result.Rejection!.Code, (string[])["case-state", "case-changed"]));
            var view = (await World.Node.Subjects.FindAsync(World.Subject, Consistency.Latest, Cancellation))!;
            Assert.Equal(
                winner.File.Outcome == CaseOutcome.Deleted,
                view.Evaluator.Standings(view.State, World.Today).Single(status => status.Record == Record(id)).Withdrawn);
        }
    }

    [Fact]
    public async Task Two_applications_at_once_open_one_case()
    {
        await World.PenaltyAsync("J-1", "2026-03-01");
        var results = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(
            () => World.TryOpenAsync(World.Repair(Record("J-1"))))));
        Assert.Single(results, result => result.Case is not null);
        Assert.All(results.Where(result => result.Case is null), result => Assert.Equal("case-open", result.Rejection!.Code));
        Assert.Equal(1, (await World.DueAsync(CaseKind.Repair)).Count);
    }

    [Fact]
    public async Task Step_sent_again_under_the_same_operation_is_taken_once()
    {
        await World.PenaltyAsync("K-1", "2026-06-01");
        var command = World.Objection("K-1");
        var open = await World.OpenAsync(command);
        Assert.Equal(open.Number, (await World.OpenAsync(command)).Number);
        var accept = World.Command(CaseStep.Accept, Platform);
        Assert.Equal(2, (await World.ActAsync(open.Number, accept)).Revision);
        Assert.Equal(2, (await World.ActAsync(open.Number, accept)).Revision);
    }

    [Fact]
    public async Task Due_list_made_anew_from_the_journal_is_the_one_kept_beside_it()
    {
        for (var i = 0; i < 6; i++)
        {
            await World.PenaltyAsync($"L-{i}", "2026-03-01");
            var open = await World.OpenAsync(i % 2 == 0 ? World.Objection($"L-{i}") : World.Repair(Record($"L-{i}")));
            if (i > 1)
                await World.ActAsync(open.Number, CaseStep.Accept, Platform);
            if (i == 5)
                await World.ActAsync(open.Number, CaseStep.Withdraw, Organisation);
        }

        var kept = await AllRowsAsync();
        Assert.NotEmpty(kept);
        foreach (var number in kept.Select(row => row.Case).Distinct())
            await World.Node.Store.Deadlines.ReplaceAsync(number, [], Cancellation);
        Assert.Empty(await AllRowsAsync());
        Assert.Equal(kept.Count, await World.Node.Cases.RebuildDeadlinesAsync(Cancellation));
        Assert.Equal(kept, await AllRowsAsync());
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public async Task Due_list_of_a_former_build_is_made_anew_from_the_shard_that_is_next(int beyond, bool isMade)
    {
        await World.PenaltyAsync("N-1", "2026-03-01");
        var open = await World.OpenAsync(World.Objection("N-1"));
        var (store, kept) = (World.Node.Store, await AllRowsAsync());
        await store.Deadlines.ReplaceAsync(open.Number, [], Cancellation);
        if (await store.Control.FindAsync(DueListVersion.Kind, DueListVersion.Version, Cancellation) is not null)
            Assert.Skip("the engine has made it already");
        var next = ShardMap.ShardOf(World.Subject, store.ShardCount) + beyond;
        await store.Control.WriteAsync(
            [new ControlWrite(DueListVersion.Kind, DueListVersion.Shards, null, $"{next}", null)], Cancellation);
        var pace = new CountedPace();
        await new DueListVersion(store, World.Node.Cases, () => pace).FollowAsync(Cancellation);
        Assert.Equal(isMade ? kept : [], await AllRowsAsync());
        Assert.True(pace.IsDisposed);
        Assert.InRange(pace.Steps, store.ShardCount - next, (2 * store.ShardCount) + 2);
        Assert.NotNull(await store.Control.FindAsync(DueListVersion.Kind, DueListVersion.Version, Cancellation));

        // Once it is made nothing is read for it any more.
        await new DueListVersion(store, World.Node.Cases, () => throw new InvalidOperationException()).FollowAsync(Cancellation);
    }

    [Fact]
    public async Task Case_in_a_year_without_a_calendar_is_not_opened_and_leaves_nothing()
    {
        await World.PenaltyAsync("M-1", "2026-03-01");
        World.GoTo(new(2026, 12, 28));
        var position = (await World.ViewAsync()).Position;
        foreach (var command in (CaseCommand[])[World.Objection("M-1"), World.Repair(Record("M-1"))])
        {
            var refused = await World.TryOpenAsync(command);
            Assert.Equal(("calendar-year-missing", "2027"), (refused.Rejection!.Code, refused.Rejection.Found));
        }

        Assert.Equal(position, (await World.ViewAsync()).Position);
    }

    [Fact]
    [Invariant(10)]
    public async Task Case_takes_no_numbers_of_persons_and_no_value_that_the_catalogue_refuses()
    {
        await World.PenaltyAsync("O-1", "2026-06-01");
        var position = (await World.ViewAsync()).Position;
        foreach (var text in (string[])["电话13800138000", "请回电 138\n0013\n8000", "证号11010519491231002X"])
        {
            var refused = await World.TryOpenAsync(World.Objection("O-1") with { Statement = text });
            Assert.Equal("personal-data", refused.Rejection!.Code);
        }

        Assert.Equal(position, (await World.ViewAsync()).Position);
        var open = await World.OpenAsync(World.Objection("O-1"));
        await World.ActAsync(open.Number, CaseStep.Accept, Platform);
        foreach (var (change, code) in new[]
            {
                (Change("fine", "2.5", "many"), "wrong-type"), (Change("fine", "3", "2"), "old-value-differs"),
                (Change("price", null, "2"), "unknown-field"), (Change("decidedOn", "2026-06-01", null), "required"),
                (Change("note", null, "13800138000"), "personal-data"),
            })
        {
            var refused = await World.TryActAsync(open.Number, World.Decide(CaseOutcome.Corrected, changes: change));
            Assert.Equal(code, refused.Rejection!.Code);
        }

        Assert.Equal(1, (await World.StatusAsync("O-1")).Revision);
        Assert.Equal("unknown-record", (await World.TryOpenAsync(World.Objection("O-2"))).Rejection!.Code);
        Assert.Equal(
            "declaration-required", (await World.TryOpenAsync(World.Objection("O-1") with { Declaration = false })).Rejection!.Code);
        Assert.Equal("case-role", (await World.TryOpenAsync(World.Objection("O-1", Police))).Rejection!.Code);
        Assert.Equal("not-repairable", (await World.TryOpenAsync(World.Repair(Record($"R-{World.Subject}")))).Rejection!.Code);
    }

    [Fact]
    public async Task Correction_that_makes_the_record_another_known_one_leaves_everything_unchanged()
    {
        await World.PenaltyAsync("S-1", "2026-06-01");
        await World.PenaltyAsync("S-2", "2026-06-01");
        var open = await World.OpenAsync(World.Objection("S-1"));
        await World.ActAsync(open.Number, CaseStep.Accept, Platform);
        var position = (await World.ViewAsync()).Position;
        var refused = await World.TryActAsync(
            open.Number, World.Decide(CaseOutcome.Corrected, changes: Change("documentNumber", "S-1", "S-2")));
        Assert.Equal(("duplicate-record", "/changes"), (refused.Rejection!.Code, refused.Rejection.Pointer));
        var view = (await World.Node.Subjects.FindAsync(World.Subject, Consistency.Latest, Cancellation))!;
        Assert.Equal(position, view.Position);
        Assert.True((await World.StatusAsync("S-1")).Disputed);
        Assert.Equal(CaseState.Accepted, (await World.Node.Cases.FindAsync(open.Number, Cancellation))!.File.State);
    }

    [Fact]
    public async Task Number_that_another_case_has_is_drawn_again()
    {
        var serials = new Queue<int>([7, 7, 8, 8, 7, 9]);
        Engine.CaseTurns.NextSerial = serials.Dequeue;
        await World.PenaltyAsync("T-1", "2026-03-01");
        await World.PenaltyAsync("T-2", "2026-03-01");
        var other = new CaseWorld(_ => Engine, Time);
        await other.PenaltyAsync("T-3", "2026-03-01");
        Assert.Equal(7, (await World.OpenAsync(World.Objection("T-1"))).Number.Serial);
        Assert.Equal(8, (await other.OpenAsync(other.Objection("T-3"))).Number.Serial);
        Assert.Equal(9, (await World.OpenAsync(World.Objection("T-2"))).Number.Serial);
        Assert.Empty(serials);
    }

    [Fact]
    [Invariant(1)]
    public async Task Killed_node_has_every_step_that_it_acknowledged_with_its_effects()
    {
        await World.PenaltyAsync("P-1", "2026-03-01");
        var open = await World.OpenAsync(World.Repair(Record("P-1")));
        await World.ActAsync(open.Number, CaseStep.Accept, Platform);
        await World.ActAsync(open.Number, World.Decide(CaseOutcome.Granted, Market, Record("P-1")));
        await KillAndReopenAsync();
        Assert.True((await World.StatusAsync("P-1")).Repaired);
        Assert.Equal("1000.000", await World.ScoreAsync());
        Assert.Equal(CaseState.Decided, (await World.Node.Cases.FindAsync(open.Number, Cancellation))!.File.State);
        Assert.Empty(await World.DueAsync(CaseKind.Repair));
    }

    [Fact]
    public async Task Outbox_tells_of_every_step_once()
    {
        await World.PenaltyAsync("Q-1", "2026-06-01");
        var open = await World.OpenAsync(World.Objection("Q-1"));
        await World.ActAsync(open.Number, CaseStep.Accept, Platform);
        await Engine.FlushAsync();
        await World.ActAsync(open.Number, CaseStep.Withdraw, Organisation);
        await Engine.FlushAsync();
        var changes = new List<string>();
        for (var shard = 0; shard < 4; shard++)
        {
            changes.AddRange((await Engine.Store.Subjects.ReadChangesAsync(shard, 0, 100, Cancellation))
                .Where(change => change.Type == "case").Select(change => change.Data));
        }

        var told = changes.Select(data => JsonDocument.Parse(data).RootElement).ToList();
        Assert.Equal(["submitted", "accepted", "withdrawn"], told.Select(data => data.GetProperty("state").GetString()));
        Assert.All(told, data => Assert.Equal(open.Number.ToString(), data.GetProperty("case").GetString()));
    }

    [Fact]
    public async Task Correction_of_an_amount_is_no_number_of_a_person_because_old_and_new_stand_side_by_side()
    {
        await World.PenaltyAsync("PA-1", "2026-06-01", fine: "138123");
        var open = await World.OpenAsync(World.Objection("PA-1"));
        await World.ActAsync(open.Number, CaseStep.Accept, Platform);
        await World.ActAsync(open.Number, World.Decide(CaseOutcome.Corrected, changes: Change("fine", "138123", "45678")));
    }

    [Fact]
    public async Task Review_is_refused_while_another_objection_to_the_record_runs()
    {
        await World.PenaltyAsync("RV-1", "2026-06-01");
        var first = await World.OpenAsync(World.Objection("RV-1"));
        await World.ActAsync(first.Number, CaseStep.Accept, Platform);
        await World.ActAsync(first.Number, World.Decide(CaseOutcome.Rejected));
        var second = await World.OpenAsync(World.Objection("RV-1"));
        var position = (await World.ViewAsync()).Position;
        var refused = await World.TryActAsync(first.Number, CaseStep.Review, Organisation);
        Assert.Equal(("case-open", second.Number.ToString()), (refused.Rejection!.Code, refused.Rejection.Found));
        Assert.Equal(position, (await World.ViewAsync()).Position);
        await World.ActAsync(second.Number, CaseStep.Withdraw, Organisation);
        await World.ActAsync(first.Number, CaseStep.Review, Organisation);
    }

    [Fact]
    public async Task Repair_of_another_site_sent_again_after_a_lost_answer_is_the_same_case()
    {
        await World.PenaltyAsync("SA-1", "2026-03-01");
        var command = World.Command(CaseStep.Synchronise, Platform) with
        {
            Kind = CaseKind.Repair, Records = [Record("SA-1")], Origin = new CaseOrigin("虚构信用网", "1", World.Today),
        };
        var first = await World.OpenAsync(command);
        Assert.Equal(first.Number, (await World.OpenAsync(command)).Number);
    }

    private async Task<List<DeadlineRow>> AllRowsAsync()
    {
        var rows = new List<DeadlineRow>();
        foreach (var kind in Enum.GetValues<CaseKind>())
        {
            rows.AddRange(await World.DueAsync(kind));
            rows.AddRange(await World.DueAsync(kind, "SCJG"));
            rows.AddRange(await World.DueAsync(kind, "platform"));
        }

        return rows;
    }

    private sealed class CountedPace : IWorkPace
    {
        public bool IsGentle => true;

        public int Steps { get; private set; }

        public bool IsDisposed { get; private set; }

        public Task<T> StepAsync<T>(Func<Task<T>> step, CancellationToken cancellation)
        {
            Steps++;
            return step();
        }

        public void Dispose() => IsDisposed = true;
    }
}
