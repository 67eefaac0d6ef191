using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Cases;
using CreditGrains.Engine.Storage;
using static CreditGrains.Storage.Contract.Cases.CaseWorld;

namespace CreditGrains.Storage.Contract.Cases;

/// <summary>A contract whose other party's owner cannot be reached, and what makes its record good later.</summary>
public abstract class ContractMirrorContract(IStoreHost host) : CaseContract(host)
{
    [Fact]
    public async Task Record_that_the_other_owner_did_not_take_is_awaited_in_the_due_list_and_written_by_the_next_pass()
    {
        var other = await World.OtherAsync();
        var cut = new CutOwner(Engine.CaseTurns, World.Subject);
        var cases = new CaseService(Engine.Store, cut, (_, _) => Task.FromResult(true));
        var open = await cases.OpenAsync(World.Subject, World.Contract(other), "someone", Cancellation);
        Assert.Null(open.Rejection);
        Assert.Equal((1, 0), (open.Case!.File.MirrorWanted, open.Case.File.MirrorDone));
        Assert.Null(await World.LevelInAsync(other, open.Case.Number));
        Assert.Equal(["contract-mirror"], (await World.DueAsync(CaseKind.Contract)).Select(row => row.Clock));
        var performed = await cases.ActAsync(open.Case.Number, World.Command(CaseStep.Perform, Market), "someone", Cancellation);
        Assert.Equal((CaseState.Performed, true, null), (
            performed.Case!.File.State, performed.Case.File.IsOpen, performed.Case.File.ClosedOn));
        Assert.Equal(0, await cases.MirrorPendingAsync(Cancellation));

        // The platform cannot say that it is there before it is, and the case is what a restart finds.
        var early = await Engine.CaseTurns.TakeAsync(
            World.Subject, open.Case.Number, World.Command(CaseStep.Mirror, Platform), null, "someone", Cancellation);
        Assert.Equal("case-state", early.Rejection!.Code);
        await KillAndReopenAsync();
        Assert.Equal(1, await Engine.Cases.MirrorPendingAsync(Cancellation));
        Assert.Equal("performed", await World.LevelInAsync(other, open.Case.Number));
        Assert.Empty(await World.DueAsync(CaseKind.Contract));
        var file = (await Engine.Cases.FindAsync(open.Case.Number, Cancellation))!.File;
        Assert.Equal((2, 2, World.Today), (file.MirrorWanted, file.MirrorDone, file.ClosedOn));
        Assert.Equal(0, await Engine.Cases.MirrorPendingAsync(Cancellation));
    }

    [Fact]
    public async Task Mirror_command_is_for_the_other_party_of_that_contract_alone()
    {
        var (other, stranger) = (await World.OtherAsync(), await World.OtherAsync());
        var open = await World.OpenAsync(World.Contract(other));
        var command = World.Command(CaseStep.Mirror, Platform);
        foreach (var (subject, by) in new[] { (stranger, Platform), (other, Market) })
        {
            Assert.Equal(ErrorCatalogue.UnknownCase, (await Engine.CaseTurns.TakeAsync(
                subject, open.Number, command with { Actor = by }, null, "someone", Cancellation)).Rejection!.Error);
        }

        Assert.Null(await World.LevelInAsync(stranger, open.Number));
        var again = await Engine.CaseTurns.TakeAsync(other, open.Number, command, null, "someone", Cancellation);
        Assert.Null(again.Rejection);
        var head = Assert.Single(await Engine.Store.Journal.FindHeadsAsync(
            [new RecordId(new SourceId("SCJG"), $"{open.Number}-2")], Cancellation));
        Assert.Equal(1, head.Revision);
    }

    [Fact]
    public async Task Mirror_that_is_refused_to_a_department_writes_nothing_to_the_other_file()
    {
        var other = await World.OtherAsync();
        var cases = new CaseService(Engine.Store, new CutOwner(Engine.CaseTurns, World.Subject), (_, _) => Task.FromResult(true));
        var open = (await cases.OpenAsync(World.Subject, World.Contract(other), "someone", Cancellation)).Case!;

        Assert.Equal("case-role", (await World.TryActAsync(open.Number, World.Command(CaseStep.Mirror, Market))).Rejection!.Code);

        Assert.Null(await World.LevelInAsync(other, open.Number));
    }

    [Fact]
    public async Task Correction_of_the_other_partys_record_stays_and_the_next_state_reaches_it()
    {
        var other = await World.OtherAsync();
        var open = await World.OpenAsync(World.Contract(other));
        var mirror = new RecordId(new SourceId("SCJG"), $"{open.Number}-2");
        await ObjectAsync(other, mirror, World.Decide(CaseOutcome.Corrected, null, null, Change("amount", "12.5", "2.5")));
        World.GoTo(new(2026, 7, 1));
        var performed = await World.ActAsync(open.Number, World.Command(CaseStep.Perform, Market));
        Assert.Equal((2, 2), (performed.File.MirrorWanted, performed.File.MirrorDone));
        Assert.Equal("performed", await World.LevelInAsync(other, open.Number));
        var content = await World.ContentAsync(mirror);
        Assert.Equal(("2.5", "performed"), ((string?)content["amount"], (string?)content["result"]));
    }

    [Fact]
    public async Task Record_of_the_other_party_that_was_deleted_is_not_written_again()
    {
        var other = await World.OtherAsync();
        var open = await World.OpenAsync(World.Contract(other));
        var mirror = new RecordId(new SourceId("SCJG"), $"{open.Number}-2");
        await ObjectAsync(other, mirror, World.Decide(CaseOutcome.Deleted));
        World.GoTo(new(2026, 7, 1));
        var performed = await World.ActAsync(open.Number, World.Command(CaseStep.Perform, Market));
        Assert.Equal((2, 2), (performed.File.MirrorWanted, performed.File.MirrorDone));
        var head = Assert.Single(await Engine.Store.Journal.FindHeadsAsync([mirror], Cancellation));
        Assert.Equal((2, EventOp.Withdraw), (head.Revision, head.Op));
    }

    [Fact]
    public async Task Contract_of_another_buyer_with_the_same_number_reaches_the_file_of_their_supplier()
    {
        var (supplier, buyer) = (await World.OtherAsync(), await World.OtherAsync());
        var first = await World.OpenAsync(World.Contract(supplier));
        var second = await Engine.Cases.OpenAsync(buyer, World.Contract(supplier), "someone", Cancellation);
        Assert.Null(second.Rejection);
        Assert.Equal((1, 1), (second.Case!.File.MirrorWanted, second.Case.File.MirrorDone));
        Assert.Equal("in-performance", await World.LevelInAsync(supplier, first.Number));
        Assert.Equal("in-performance", await World.LevelInAsync(supplier, second.Case.Number));
    }

    [Fact]
    public async Task Contract_withdrawn_before_the_other_owner_took_it_leaves_nothing_to_write()
    {
        var other = await World.OtherAsync();
        var cases = new CaseService(Engine.Store, new CutOwner(Engine.CaseTurns, World.Subject), (_, _) => Task.FromResult(true));
        var open = (await cases.OpenAsync(World.Subject, World.Contract(other), "someone", Cancellation)).Case!;
        await cases.ActAsync(
            open.Number, World.Command(CaseStep.Withdraw, Market) with { Reason = "误报" }, "someone", Cancellation);
        Assert.Equal(1, await Engine.Cases.MirrorPendingAsync(Cancellation));
        Assert.Null(await World.LevelInAsync(other, open.Number));
        Assert.Equal(0, await Engine.Cases.MirrorPendingAsync(Cancellation));
    }

    [Fact]
    public async Task Report_and_step_of_a_contract_sent_again_after_its_mirror_are_taken_once()
    {
        var other = await World.OtherAsync();
        var report = World.Contract(other);
        var open = await World.OpenAsync(report);
        Assert.Equal(open.Number, (await World.OpenAsync(report)).Number);
        Assert.Equal(
            ("case-open", open.Number.ToString()),
            ((await World.TryOpenAsync(World.Contract(other))).Rejection!.Code,
                (await World.TryOpenAsync(World.Contract(other))).Rejection!.Found));
        var perform = World.Command(CaseStep.Perform, Market) with { IfRevision = 2 };
        Assert.Equal(4, (await World.ActAsync(open.Number, perform)).Revision);
        Assert.Equal((4, CaseState.Performed), (await World.ActAsync(open.Number, perform)) is var again
            ? (again.Revision, again.File.State) : default);
        Assert.Equal("duplicate-record", (await World.TryOpenAsync(World.Contract(other))).Rejection!.Code);
    }

    /// <summary>The department has used the number of that record for another organisation meanwhile.</summary>
    [Fact]
    public async Task Refusal_of_the_other_partys_record_is_kept_with_the_case_once_and_tried_again()
    {
        var (other, stranger) = (await World.OtherAsync(), await World.OtherAsync());
        var cut = new CaseService(Engine.Store, new CutOwner(Engine.CaseTurns, World.Subject), (_, _) => Task.FromResult(true));
        var open = (await cut.OpenAsync(World.Subject, World.Contract(other), "someone", Cancellation)).Case!;
        await World.FeedAsync(
            "SCJG",
            $$$"""{"id":"{{{open.Number}}}-2","revision":1,"op":"put","subject":"{{{stranger}}}","kind":"contract-performance","""
            + $$$""" "data":{"contractNumber":"虚构他号","result":"in-performance","statusOn":"{{{World.Today:yyyy-MM-dd}}}"}}""");
        var told = new List<(CaseNumber, string)>();
        var cases = new CaseService(
            Engine.Store, Engine.CaseTurns, (_, _) => Task.FromResult(true), (number, refused) => told.Add((number, refused.Code)));
        Assert.Equal(0, await cases.MirrorPendingAsync(Cancellation));
        var refused = (await cases.FindAsync(open.Number, Cancellation))!;
        Assert.Equal(
            ("subject-changed", 2, CaseState.InPerformance, true),
            (refused.File.MirrorFault, refused.Revision, refused.File.State, refused.File.IsOpen));
        Assert.Equal(["contract-mirror"], (await World.DueAsync(CaseKind.Contract)).Select(row => row.Clock));

        // The same reason again is no step; an operator who tries is told it, and cannot say it in the platform's place.
        Assert.Equal(0, await cases.MirrorPendingAsync(Cancellation));
        var tried = await cases.ActAsync(
            open.Number, World.Command(CaseStep.Mirror, Platform) with { Outcome = CaseOutcome.Refused, Grounds = "x" }, "someone",
            Cancellation);
        Assert.Equal("subject-changed", tried.Rejection!.Code);
        Assert.Equal(2, (await cases.FindAsync(open.Number, Cancellation))!.Revision);
        Assert.Equal([(open.Number, "subject-changed")], told);
        Assert.Null(await World.LevelInAsync(other, open.Number));
    }

    private async Task ObjectAsync(SubjectId subject, RecordId record, CaseCommand decision)
    {
        var filed = await Engine.Cases.OpenAsync(
            subject, World.Objection(record.Id) with { Records = [record] }, "someone", Cancellation);
        Assert.Null(filed.Rejection);
        await World.ActAsync(filed.Case!.Number, CaseStep.Accept, Platform);
        Assert.Equal(decision.Outcome, (await World.ActAsync(filed.Case.Number, decision)).File.Outcome);
    }

    /// <summary>Reaches the owner of one organisation and of no other.</summary>
    private sealed class CutOwner(CaseTurns turns, SubjectId reachable) : ICaseOwner
    {
        public Task<CaseResult> TakeAsync(
            SubjectId subject, CaseNumber? number, CaseCommand command, StoredCase? read, string actor, CancellationToken cancellation) =>
            subject == reachable
                ? turns.TakeAsync(subject, number, command, read, actor, cancellation)
                : throw new StoreException("Not reachable.", StoreFault.Unavailable);
    }
}
