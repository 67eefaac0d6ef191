using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Subjects;
using CreditGrains.Domain.Tests.Rulebooks;

namespace CreditGrains.Domain.Tests.Assessment;

/// <summary>A withdrawn registration makes the organisation unknown, and one that is not registered goes to a person.</summary>
public sealed class KnownTests
{
    private static readonly DateOnly Day = new(2026, 3, 1);
    private static readonly Evaluator District = new(RulebookTexts.Load(RulebookTexts.OfShipped("cn-district")), new SymbolTable());

    [Fact]
    public void Withdrawn_records_alone_are_not_known_and_every_shipped_matter_asks_for_a_review()
    {
        var ghost = Apply(PackedRecords.Empty, "ghost", 1, EventOp.Withdraw, "penalty");
        var registered = Apply(PackedRecords.Empty, "R", 1, EventOp.Put, "registration");
        var withdrawn = Apply(registered, "R", 2, EventOp.Withdraw, "registration");
        foreach (var matter in District.Rulebook.Matters.Keys)
        {
            Assert.Equal((false, CheckOutcome.Review, "known"), Decide(PackedRecords.Empty, matter));
            Assert.Equal((false, CheckOutcome.Review, "known"), Decide(ghost, matter));
            Assert.Equal((false, CheckOutcome.Review, "known"), Decide(withdrawn, matter));
            Assert.NotEqual(CheckOutcome.Review, Decide(registered, matter).Outcome);
            Assert.NotEqual(CheckOutcome.Review, Decide(Apply(registered, "ghost", 1, EventOp.Withdraw, "penalty"), matter).Outcome);
        }
    }

    [Fact]
    public void Subject_without_a_registration_that_takes_part_is_reviewed()
    {
        var honour = Apply(PackedRecords.Empty, "H", 1, EventOp.Put, "honour");
        var later = PackedRecords.Apply(
            honour, new(new("SCJG"), "R"), 1, EventOp.Put, "registration", new() { Date = Day.AddDays(1) }, District.Symbols);
        foreach (var matter in District.Rulebook.Matters.Keys)
        {
            Assert.Equal((true, CheckOutcome.Review, "registered"), Decide(honour, matter));
            Assert.Equal((true, CheckOutcome.Review, "registered"), Decide(later, matter));
        }

        Assert.Equal(Day.AddDays(1), District.Summarise(later, Day).ValidUntil);
    }

    [Fact]
    public void Objection_alone_makes_nobody_known()
    {
        var mark = new ProcedureMark(Procedure.Objection, new(new("SCJG"), "R"), null);
        var state = PackedRecords.Apply(
            PackedRecords.Empty, new(SourceId.Platform, "O"), 1, EventOp.Put, "objection", new() { Date = Day, Mark = mark },
            District.Symbols);
        Assert.False(District.Summarise(state, Day).Known);
    }

    private static (bool Known, CheckOutcome Outcome, string? Why) Decide(byte[] state, string matter)
    {
        var summary = District.Summarise(state, Day);
        var rule = District.Decide(matter, null, summary, out _)!;
        return (summary.Known, rule.Outcome, rule.When switch
        {
            { Known: false } => "known",
            { Registered: false } => "registered",
            _ => null,
        });
    }

    private static byte[] Apply(byte[] state, string id, int revision, EventOp op, string kind) => PackedRecords.Apply(
        state, new(new("SCJG"), id), revision, op, kind,
        op == EventOp.Withdraw ? new() : new()
        {
            Date = new(2020, 1, 1),
            Description = kind == "registration" ? new SubjectDescription("虚构有限公司", null, null, "active") : null,
        },
        District.Symbols);
}
