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
            World.Subject, open.Case.Number, World.Command(CaseStep.Mirror, Platform), "someone", Cancellation);
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
                subject, open.Number, command with { Actor = by }, "someone", Cancellation)).Rejection!.Error);
        }

        Assert.Null(await World.LevelInAsync(stranger, open.Number));
        var again = await Engine.CaseTurns.TakeAsync(other, open.Number, command, "someone", Cancellation);
        Assert.Null(again.Rejection);
        var head = Assert.Single(await Engine.Store.Journal.FindHeadsAsync(
            [new RecordId(new SourceId("SCJG"), $"{open.Number}-2")], Cancellation));
        Assert.Equal(1, head.Revision);
    }

    /// <summary>Reaches the owner of one organisation and of no other.</summary>
    private sealed class CutOwner(CaseTurns turns, SubjectId reachable) : ICaseOwner
    {
        public Task<CaseResult> TakeAsync(
            SubjectId subject, CaseNumber? number, CaseCommand command, string actor, CancellationToken cancellation) =>
            subject == reachable
                ? turns.TakeAsync(subject, number, command, actor, cancellation)
                : throw new StoreException("Not reachable.", StoreFault.Unavailable);
    }
}
