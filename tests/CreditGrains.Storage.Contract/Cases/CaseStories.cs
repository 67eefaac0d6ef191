using System.Text.Json;
using CreditGrains.Domain.Procedures;
using CreditGrains.Engine;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;
using static CreditGrains.Storage.Contract.Cases.CaseWorld;

namespace CreditGrains.Storage.Contract.Cases;

/// <summary>Objections and repairs from beginning to end, day by day, on a store.</summary>
public abstract class CaseStories(IStoreHost host) : CaseContract(host)
{
    [Fact]
    public async Task Objection_that_the_source_agrees_with_corrects_the_record_field_by_field()
    {
        await World.PenaltyAsync("A-1", "2026-06-01", fine: "25");
        var before = World.Last;
        var filed = World.Today;
        var open = await World.OpenAsync(World.Objection("A-1"));
        Assert.StartsWith("YY-20260610-", open.Number.ToString(), StringComparison.Ordinal);
        Assert.True((await World.StatusAsync("A-1")).Disputed);
        Assert.False((await World.StatusAsync("A-1", knownAt: new KnownAt(before, null))).Disputed);
        Assert.Empty(await World.MeasuresAsync("A-1"));

        await World.ActAsync(open.Number, CaseStep.Accept, Platform);
        var referred = await World.ActAsync(open.Number, CaseStep.Refer, Platform);
        Assert.Equal(
            [("objection-answer", "SCJG", new DateOnly(2026, 6, 15)), ("objection-source", "platform", new DateOnly(2026, 6, 22))],
            referred.File.Running.Select(clock => (clock.Clock, clock.Owner, clock.Due)));
        Assert.Equal([("objection-answer", new DateOnly(2026, 6, 15))],
            (await World.DueAsync(CaseKind.Objection, "SCJG")).Select(row => (row.Clock, row.Due)));

        World.GoTo(new(2026, 6, 12));
        await World.ActAsync(open.Number, World.Command(CaseStep.Answer, Market) with { Upheld = true, Reason = "录入有误" });
        var score = await World.ScoreAsync();
        var decided = await World.ActAsync(
            open.Number, World.Decide(CaseOutcome.Corrected, changes: Change("fine", "25", "2.5")));
        Assert.Equal((CaseState.Decided, CaseOutcome.Corrected), (decided.File.State, decided.File.Outcome));
        var effect = decided.File.Effects.Single(each => each.Effect == "corrected");
        Assert.Equal((2, 3), (effect.Revision, effect.NextRevision));
        Assert.All(decided.File.Clocks, clock => Assert.Equal("met", clock.StateOn(World.Today)));
        var now = await World.StatusAsync("A-1");
        Assert.Equal((2, false), (now.Revision, now.Disputed));
        Assert.True((await World.StatusAsync("A-1", filed)).Disputed);
        Assert.NotEqual(score, await World.ScoreAsync());
        Assert.Empty(await World.DueAsync(CaseKind.Objection));

        // Its source must now report a higher revision than the platform's.
        var receipt = await World.TryFeedAsync("SCJG", World.PenaltyLine("A-1", "2026-06-01", "3", 2));
        Assert.Equal("revision-conflict", receipt.Lines[0].Rejection!.Code);
        await World.PenaltyAsync("A-1", "2026-06-01", "2.5", revision: 3);
        var steps = (await World.Node.Cases.FindAsync(open.Number, Cancellation))!.Steps;
        Assert.Equal(["submit", "accept", "refer", "answer", "decide"], steps.Select(step => step.Step));
        Assert.Equal(["subject", "platform", "platform", "source", "platform"], steps.Select(step => step.Role));
    }

    [Fact]
    public async Task Objection_that_its_source_lets_lapse_is_decided_without_an_answer_once_theTime_has_passed()
    {
        await World.PenaltyAsync("B-1", "2026-06-01");
        var open = await World.OpenAsync(World.Objection("B-1"));
        await World.ActAsync(open.Number, CaseStep.Refer, Platform);
        World.GoTo(new(2026, 6, 15));
        var early = await World.TryActAsync(open.Number, World.Decide(CaseOutcome.PublicityEnded));
        Assert.Equal(("answer-awaited", "2026-06-15"), (early.Rejection!.Code, early.Rejection.Found));
        World.GoTo(new(2026, 6, 16));
        Assert.True(await World.IsPublicAsync("B-1"));
        var decided = await World.ActAsync(open.Number, World.Decide(CaseOutcome.PublicityEnded));
        Assert.Equal("overdue", decided.File.Clocks.Single(clock => clock.Clock == "objection-answer").StateOn(World.Today));
        Assert.False(await World.IsPublicAsync("B-1"));
        Assert.True(await World.IsPublicAsync("B-1", new(2026, 6, 15)));
        var next = await World.OpenAsync(World.Objection("B-1"));
        await World.ActAsync(next.Number, CaseStep.Accept, Platform);
        Assert.Equal(
            "not-the-deciding-body", (await World.TryActAsync(next.Number, World.Decide(CaseOutcome.Rejected, Market))).Rejection!.Code);
    }

    [Fact]
    public async Task Rejected_objection_is_reviewed_once_and_every_day_knows_whether_it_was_disputed()
    {
        await World.PenaltyAsync("C-1", "2026-06-01");
        var open = await World.OpenAsync(World.Objection("C-1"));
        await World.ActAsync(open.Number, CaseStep.Accept, Platform);
        World.GoTo(new(2026, 6, 11));
        await World.ActAsync(open.Number, World.Decide(CaseOutcome.Rejected));
        World.GoTo(new(2026, 6, 15));
        var review = await World.ActAsync(open.Number, CaseStep.Review, Organisation);
        Assert.Equal((CaseState.InReview, null), (review.File.State, review.File.ClosedOn));
        World.GoTo(new(2026, 6, 17));
        var closed = await World.ActAsync(open.Number, World.Decide(CaseOutcome.Deleted));
        Assert.Equal(CaseState.Closed, closed.File.State);
        foreach (var (day, disputed) in new[] { (9, false), (10, true), (11, false), (14, false), (15, true), (16, true), (17, false) })
            Assert.Equal(disputed, (await World.StatusAsync("C-1", new DateOnly(2026, 6, day))).Disputed);
        Assert.True((await World.StatusAsync("C-1")).Withdrawn);
        Assert.False(await World.IsPublicAsync("C-1"));
        Assert.Equal("case-state", (await World.TryActAsync(open.Number, CaseStep.Review, Organisation)).Rejection!.Code);
        Assert.Equal("record-withdrawn", (await World.TryOpenAsync(World.Objection("C-1"))).Rejection!.Code);
    }

    [Fact]
    public async Task Suspended_record_takes_no_part_for_as_long_as_it_is_suspended()
    {
        await World.PenaltyAsync("D-1", "2026-06-01");
        var counted = await World.ScoreAsync();
        var open = await World.OpenAsync(World.Objection("D-1"));
        Assert.Equal(counted, await World.ScoreAsync());
        World.GoTo(new(2026, 6, 11));
        await World.ActAsync(open.Number, CaseStep.Suspend, Platform);
        Assert.Equal("1000.000", await World.ScoreAsync());
        Assert.False(await World.IsPublicAsync("D-1"));
        Assert.Equal("case-state", (await World.TryActAsync(open.Number, CaseStep.Suspend, Platform)).Rejection!.Code);
        World.GoTo(new(2026, 6, 12));
        await World.ActAsync(open.Number, CaseStep.Resume, Platform);
        Assert.Equal(counted, await World.ScoreAsync());
        Assert.Equal("1000.000", await World.ScoreAsync(new(2026, 6, 11)));
        var withdrawn = await World.ActAsync(open.Number, CaseStep.Withdraw, Organisation);
        Assert.Equal(CaseState.Withdrawn, withdrawn.File.State);
        Assert.False((await World.StatusAsync("D-1")).Disputed);
        Assert.Equal(["disputed", "suspended", "resumed", "cleared"], withdrawn.File.Effects.Select(effect => effect.Effect));
        Assert.Equal("case-state", (await World.TryActAsync(open.Number, CaseStep.Withdraw, Organisation)).Rejection!.Code);
    }

    [Fact]
    public async Task Repair_is_refused_a_day_too_early_and_granted_on_the_day_with_all_its_effects_at_once()
    {
        await World.PenaltyAsync("E-1", "2026-03-15");
        World.GoTo(new(2026, 6, 14));
        var early = await World.TryOpenAsync(World.Repair(Record("E-1")));
        Assert.Equal(("repair-too-early", "2026-06-15"), (early.Rejection!.Code, early.Rejection.Found));
        World.GoTo(new(2026, 6, 15));
        var open = await World.OpenAsync(World.Repair(Record("E-1")));
        Assert.StartsWith("XF-20260615-", open.Number.ToString(), StringComparison.Ordinal);
        Assert.Equal("case-open", (await World.TryOpenAsync(World.Repair(Record("E-1")))).Rejection!.Code);
        Assert.Equal("case-state", (await World.TryActAsync(open.Number, World.Decide(CaseOutcome.Granted, Market, Record("E-1"))))
            .Rejection!.Code);
        await World.ActAsync(open.Number, CaseStep.Accept, Market);
        Assert.Equal("not-the-deciding-body", (await World.TryActAsync(
            open.Number, World.Decide(CaseOutcome.Granted, Platform, Record("E-1")))).Rejection!.Code);
        Assert.Equal("not-the-deciding-body", (await World.TryActAsync(
            open.Number, World.Decide(CaseOutcome.Granted, Police, Record("E-1")))).Rejection!.Code);
        Assert.Equal(["repair-guidance"], await World.MeasuresAsync("E-1"));
        Assert.True(await World.IsPublicAsync("E-1"));
        var before = World.Last;

        World.GoTo(new(2026, 6, 18));
        var decided = await World.ActAsync(open.Number, World.Decide(CaseOutcome.Granted, Market, Record("E-1")));
        Assert.Equal((CaseState.Decided, CaseOutcome.Granted), (decided.File.State, decided.File.Outcome));
        Assert.True((await World.StatusAsync("E-1")).Repaired);
        Assert.Empty(await World.MeasuresAsync("E-1"));
        Assert.False(await World.IsPublicAsync("E-1"));
        Assert.Equal("1000.000", await World.ScoreAsync());
        Assert.True(await World.IsPublicAsync("E-1", new(2026, 6, 17)));
        Assert.Equal("970.000", await World.ScoreAsync(new(2026, 6, 17)));
        Assert.Equal("970.000", await World.ScoreAsync(knownAt: new KnownAt(before, null)));
        Assert.Equal("already-repaired", (await World.TryOpenAsync(World.Repair(Record("E-1")))).Rejection!.Code);
        var view = await World.ViewAsync();
        var history = await World.Node.Subjects.HistoryAsync(World.Subject, null, 0, 100, Cancellation);
        Assert.Equal(
            [(decided.Number.Mark(1), view.Position - 1), (decided.Number.Record, view.Position)],
            history.Skip(history.Count - 2).Select(entry => (entry.Record, entry.Position)));
        Assert.Single(history.Skip(history.Count - 2).Select(entry => entry.ReceivedAt).Distinct());
    }

    [Fact]
    public async Task Two_records_are_decided_each_by_its_own_body()
    {
        await World.PenaltyAsync("F-1", "2026-03-01");
        await World.PenaltyAsync("F-2", "2026-03-01", source: "GAJ");
        var open = await World.OpenAsync(World.Repair(Record("F-1"), Record("F-2", "GAJ")));
        Assert.Equal(
            [("repair-accept", "platform"), ("repair-result", "SCJG"), ("repair-result", "GAJ")],
            open.File.Running.Select(clock => (clock.Clock, clock.Owner)));
        await World.ActAsync(open.Number, CaseStep.Accept, Platform);
        var half = await World.ActAsync(open.Number, World.Decide(CaseOutcome.Granted, Market, Record("F-1")));
        Assert.Equal((CaseState.Accepted, null), (half.File.State, half.File.Outcome));
        Assert.Equal(["GAJ"], half.File.Running.Select(clock => clock.Owner));
        Assert.True((await World.StatusAsync("F-1")).Repaired);
        Assert.False((await World.StatusAsync("F-2", source: "GAJ")).Repaired);
        Assert.Equal("case-state", (await World.TryActAsync(
            open.Number, World.Decide(CaseOutcome.Refused, Market, Record("F-1")))).Rejection!.Code);
        var whole = await World.ActAsync(open.Number, World.Decide(CaseOutcome.Refused, Police, Record("F-2", "GAJ")));
        Assert.Equal((CaseState.Decided, CaseOutcome.PartlyGranted), (whole.File.State, whole.File.Outcome));
        Assert.False((await World.StatusAsync("F-2", source: "GAJ")).Repaired);

        // A refused step may be asked for again.
        await World.OpenAsync(World.Repair(Record("F-2", "GAJ")));
    }

    [Fact]
    public async Task Record_withdrawn_by_its_source_in_the_middle_is_neither_repaired_nor_corrected()
    {
        await World.PenaltyAsync("G-1", "2026-03-01");
        var repair = await World.OpenAsync(World.Repair(Record("G-1")));
        var objection = await World.OpenAsync(World.Objection("G-1"));
        await World.ActAsync(repair.Number, CaseStep.Accept, Platform);
        await World.ActAsync(objection.Number, CaseStep.Accept, Platform);
        await World.WithdrawAsync("G-1", 2);
        Assert.Equal("record-withdrawn", (await World.TryActAsync(
            repair.Number, World.Decide(CaseOutcome.Granted, Market, Record("G-1")))).Rejection!.Code);
        Assert.Equal("record-withdrawn", (await World.TryActAsync(
            objection.Number, World.Decide(CaseOutcome.Corrected, changes: Change("fine", "2.5", "2")))).Rejection!.Code);
        var refused = await World.ActAsync(repair.Number, World.Decide(CaseOutcome.Refused, Market, Record("G-1")));
        Assert.Equal(CaseOutcome.Refused, refused.File.Outcome);
        var deleted = await World.ActAsync(objection.Number, World.Decide(CaseOutcome.Deleted));
        Assert.DoesNotContain(deleted.File.Effects, effect => effect.Effect == "withdrawn");
        Assert.Equal(2, (await World.StatusAsync("G-1")).Revision);
    }

    [Fact]
    public async Task Application_returned_for_completion_gets_new_deadlines_and_is_returned_once()
    {
        await World.PenaltyAsync("H-1", "2026-03-01");
        var open = await World.OpenAsync(World.Repair(Record("H-1")));
        var returned = await World.ActAsync(open.Number, CaseStep.Return, Market);
        Assert.Empty(returned.File.Running);
        Assert.Equal([DateOnly.MaxValue], (await World.DueAsync(CaseKind.Repair)).Select(row => row.Due));
        World.GoTo(new(2026, 6, 15));
        var completed = await World.ActAsync(open.Number, CaseStep.Complete, Organisation);
        Assert.Equal([new(2026, 6, 18), new DateOnly(2026, 6, 30)], completed.File.Running.Select(clock => clock.Due));
        Assert.Equal("case-state", (await World.TryActAsync(open.Number, CaseStep.Return, Market)).Rejection!.Code);
        await World.ActAsync(open.Number, CaseStep.Accept, Platform);
        var extended = await World.ActAsync(open.Number, CaseStep.Extend, Market, "需现场核查");
        var clock = extended.File.Running.Single();
        Assert.Equal((new DateOnly(2026, 7, 14), "extended", "需现场核查"), (clock.Due, clock.StateOn(World.Today), clock.Extension));
        Assert.Equal(new DateOnly(2026, 7, 13), clock.WarnFrom);
        Assert.Equal("not-extendable", (await World.TryActAsync(open.Number, CaseStep.Extend, Market)).Rejection!.Code);
        Assert.Equal("overdue", clock.StateOn(new(2026, 7, 15)));
    }

    [Fact]
    public async Task List_entry_is_removed_on_the_day_with_its_measures()
    {
        await World.ListAsync("N-1", "2026-05-01");
        Assert.Contains("restrict-public-funds", await World.MeasuresAsync("N-1"));
        var open = await World.OpenAsync(World.Objection("N-1"));
        await World.ActAsync(open.Number, CaseStep.Accept, Platform);
        World.GoTo(new(2026, 6, 12));
        var decided = await World.ActAsync(open.Number, World.Decide(CaseOutcome.RemovedFromList));
        Assert.Equal(["until"], decided.File.Changes.Select(change => change.Field));
        Assert.Empty(await World.MeasuresAsync("N-1"));
        Assert.Equal(new DateOnly(2026, 6, 12), (await World.StatusAsync("N-1")).Until);
        Assert.False(await World.IsPublicAsync("N-1"));
    }
}
