using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Domain.Tests.Procedures;

/// <summary>The last decision of a case, the outcomes that fit a record, and what counts as in force.</summary>
public sealed class CaseOutcomeTests
{
    private static readonly DateOnly Today = new(2026, 6, 10);
    private static readonly CaseActor Market = new(false, false, "SCJG");

    private static readonly Rulebook Rules = SampleRulebook.Instance with
    {
        Procedures = new ProcedureRules { Lists = new Dictionary<string, ListRules> { ["a"] = SampleList() } },
    };

    [Fact]
    public void Outcome_of_a_revoked_entry_is_the_revocation_with_its_own_reason_and_day()
    {
        var made = new CaseRecord("SCJG", "MD-20260101-000001");
        var listed = Listed(CaseState.Listed) with { Made = made };
        var revoked = CaseProcedure.Act(
            listed, new CaseCommand { Step = CaseStep.Revoke, Actor = Market, Operation = "op-a", Reason = "annulled" },
            Context(Target(made.Record, new DateOnly(2027, 1, 1)))).Next!;
        Assert.Equal((CaseState.Revoked, CaseOutcome.Revoked), (revoked.State, revoked.Outcome));
        Assert.Equal(("annulled", Today), (revoked.Reason, revoked.DecidedOn));
        Assert.Equal((CaseOutcome.Listed, "listed for a reason"), (listed.Outcome, listed.Reason));
    }

    [Theory]
    [InlineData(CaseState.Removed, CaseOutcome.RemovedFromList)]
    [InlineData(CaseState.Revoked, CaseOutcome.Revoked)]
    [InlineData(CaseState.Listed, CaseOutcome.Listed)]
    public void Case_of_a_former_build_tells_its_last_decision_by_its_state(CaseState state, CaseOutcome last) =>
        Assert.Equal(last, CaseFile.Parse(Listed(state).ToJson()).LastOutcome);

    [Fact]
    public void Objection_may_have_only_outcomes_that_fit_the_record()
    {
        var penalty = Kind(RecordRole.Negative, Publicity.Always, null);
        var entry = Kind(RecordRole.List, Publicity.Always, "until");
        Assert.Equal(
            [CaseOutcome.Corrected, CaseOutcome.Supplemented, CaseOutcome.Deleted, CaseOutcome.PublicityEnded, CaseOutcome.Rejected],
            CaseProcedure.ObjectionOutcomes(Status(), penalty, Today));
        Assert.Contains(CaseOutcome.RemovedFromList, CaseProcedure.ObjectionOutcomes(Status(), entry, Today));
        Assert.DoesNotContain(CaseOutcome.RemovedFromList, CaseProcedure.ObjectionOutcomes(Status(until: Today), entry, Today));
        Assert.DoesNotContain(
            CaseOutcome.PublicityEnded,
            CaseProcedure.ObjectionOutcomes(Status(), Kind(RecordRole.Negative, Publicity.None, null), Today));
        foreach (var gone in new[] { Status(isWithdrawn: true), null })
            Assert.Equal([CaseOutcome.Deleted, CaseOutcome.Rejected], CaseProcedure.ObjectionOutcomes(gone, entry, Today));
    }

    [Fact]
    public void Department_that_acts_watches_the_deadline_of_the_organisation_and_nobody_else_does()
    {
        var file = Listed(CaseState.Accepted) with
        {
            Kind = CaseKind.Commitment, Body = "SCJG", Until = null,
            Clocks = [Clock("commitment-check", "SCJG", 30), Clock("commitment-due", "subject", 10)],
        };
        Assert.Equal("commitment-due", file.FirstDue("SCJG")!.Clock);
        Assert.Equal("commitment-check", file.FirstOwn("SCJG")!.Clock);
        Assert.Null(file.FirstDue("GAJ"));
        Assert.Equal("commitment-due", file.FirstDue()!.Clock);
        Assert.Equal(Today.AddDays(10), file.HoldsUntil);
    }

    [Fact]
    public void Case_is_in_force_while_something_that_was_decided_holds()
    {
        Assert.True(Listed(CaseState.Listed).IsInForce);
        Assert.All([CaseState.Removed, CaseState.Revoked, CaseState.Notified], state => Assert.False(Listed(state).IsInForce));
        var repair = Listed(CaseState.Decided) with { Kind = CaseKind.Repair };
        Assert.False((repair with { Records = [Decided(CaseOutcome.Refused)] }).IsInForce);
        Assert.True((repair with { Records = [Decided(CaseOutcome.Refused), Decided(CaseOutcome.Granted)] }).IsInForce);
        Assert.False((repair with { State = CaseState.Closed, Outcome = CaseOutcome.PlanFailed, Records = [Decided(CaseOutcome.Granted)] })
            .IsInForce);
    }

    private static CaseRecord Decided(CaseOutcome outcome) => new("SCJG", $"{outcome}", outcome);

    private static CaseClock Clock(string name, string owner, int days) => new()
    {
        Clock = name, Owner = owner, From = Today, Due = Today.AddDays(days), WarnFrom = Today, Basis = "invented",
    };

    private static CaseFile Listed(CaseState state) => new()
    {
        Kind = CaseKind.Listing, State = state, OpenedOn = new(2026, 1, 1), FiledBy = CaseRoles.Source, Records = [], Body = "SCJG",
        Facts = new Dictionary<string, string> { [CaseFacts.List] = "a" }, Outcome = CaseOutcome.Listed, Reason = "listed for a reason",
        Until = new(2027, 1, 1),
    };

    private static CaseContext Context(CaseTarget target) => new(
        Rules, Today, new SubjectId("919900000000000000"), new CaseNumber(CaseKind.Listing, new(2026, 1, 1), 1),
        new Dictionary<RecordId, CaseTarget> { [target.Status.Record] = target }, new Dictionary<(CaseKind, RecordId), CaseNumber>());

    private static CaseTarget Target(RecordId record, DateOnly until) => new(
        Status(until: until) with { Record = record }, "{}"u8.ToArray());

    private static RecordStatus Status(DateOnly? until = null, bool isWithdrawn = false) => new(
        new RecordId(new SourceId("SCJG"), "A"), "list-entry", 1, new(2026, 1, 1), until, default, null, isWithdrawn, false, false, false);

    private static RecordKind Kind(RecordRole role, Publicity publicity, string? until) =>
        SampleRulebook.Instance.Catalogue.Kinds.Values.First() with
        {
            Role = role, Publicity = publicity, Facets = new FacetMapping { Date = "date", Until = until },
        };

    private static ListRules SampleList() => new()
    {
        Title = new LocalisedText(new Dictionary<string, string> { ["en"] = "a" }), Basis = "invented", MonthsMax = 12,
        Grounds = new Dictionary<string, ListGrounds>(), Measures = [], Entry = new RecordForm { Kind = "list-entry" },
    };
}
