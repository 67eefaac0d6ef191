using System.Text.Json.Nodes;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Domain.Procedures;

/// <summary>
/// 合同履约: a department reports one contract of two organisations. The case stands in the first party's file; each party's file has a record
/// of it, the other party's by a command of its own, since two organisations are two owners and no transaction spans them.
/// </summary>
internal sealed class ContractProcedure : CaseDefinition
{
    private const string DueClock = "contract-due", MirrorClock = "contract-mirror";
    private const string InPerformance = "in-performance", Performed = "performed", CounterpartyBreached = "counterparty-breached";
    private const int WarnDays = 30;

    /// <summary>Dates before are slips of the pen, and leave no room for a warning before them.</summary>
    private static readonly DateOnly EarliestDue = new(1900, 1, 1);

    private static readonly CaseState[] Any =
        [CaseState.InPerformance, CaseState.Performed, CaseState.Breached, CaseState.Closed, CaseState.Withdrawn];

    private static readonly HashSet<string> StateFacts =
        [CaseFacts.Result, CaseFacts.StatusOn, CaseFacts.BreachReason, CaseFacts.Basis];

    private static readonly IReadOnlyList<CaseTransition> Lines =
    [
        new([], CaseStep.Submit, CaseRoles.Source, CaseState.InPerformance, [], [DueClock, MirrorClock],
            "A record in both parties' files: the first party's at once."),
        new([CaseState.InPerformance], CaseStep.Perform, CaseRoles.Source, CaseState.Performed, [DueClock], [MirrorClock], ""),
        new([CaseState.InPerformance], CaseStep.Breach, CaseRoles.Source, CaseState.Breached, [DueClock], [MirrorClock],
            "The party in breach, reason and basis; the other party's record says that it was not itself in breach.",
            [CaseOutcome.Breached, CaseOutcome.SeriouslyBreached]),
        new([CaseState.Breached], CaseStep.Close, CaseRoles.Source, CaseState.Closed, [], [], "Settled; the breach stays on record."),
        new([CaseState.InPerformance], CaseStep.Withdraw, CaseRoles.Source, CaseState.Withdrawn, [DueClock], [MirrorClock],
            "Reported in error: both records are withdrawn."),
        new(Any, CaseStep.Mirror, CaseRoles.Platform, null, [], [],
            "The other party's file has refused the record: the case says why, and it is tried again.", [CaseOutcome.Refused]),
        new(Any, CaseStep.Mirror, CaseRoles.Platform, null, [MirrorClock], [],
            "The other party's record is there. The platform does it by itself, and again until it succeeds."),
    ];

    public override CaseKind Kind => CaseKind.Contract;

    public override string Letters => "HT";

    public override string Collection => "contracts";

    public override string Title => "Contract (合同履约)";

    public override IReadOnlyList<CaseTransition> Table => Lines;

    public override IReadOnlyList<string> Clocks { get; } = [MirrorClock];

    public override bool NeedsDeclaration => false;

    public override bool IsOpenedByAnySource => true;

    public override bool NeedsReason(CaseStep step) => step is CaseStep.Close or CaseStep.Withdraw;

    public override bool IsDecision(CaseStep step) => step is not (CaseStep.Submit or CaseStep.Mirror);

    public override string? KeyOf(CaseCommand command, ProcedureRules rules) => $"contract:{command.Fact("contractNumber")}";

    public override IEnumerable<string> OwnersOf(string clock, CaseFile file) =>
        clock == DueClock ? file.Fact(CaseFacts.DueOn) is null ? [] : [Organisation] : [Platform];

    public override CaseClock Start(string clock, string owner, CaseWork work) => clock == DueClock
        ? CaseClocks.Dated(
            clock, owner, work.Today, CaseDates.Read(work.Next.Fact(CaseFacts.DueOn))!.Value, WarnDays,
            work.Next.Fact("contractNumber")!)
        : base.Start(clock, owner, work);

    /// <summary>End of the id of the other party's record, after the case's number.</summary>
    public const string MirrorEnding = "-2";

    /// <summary>The other party's record; null where the contract is kept in one file only.</summary>
    public static RecordId MirrorRecord(CaseNumber number, CaseFile file) => new(new SourceId(file.Body!), number + MirrorEnding);

    /// <summary>
    /// The next revision of the other party's record, after those that there are; null data for a withdrawal. Terms of the contract stay as
    /// the record has them, corrected or not. Null where nothing is to be written: a withdrawn record stays so, and one that has had the
    /// state of the contract may have been corrected since.
    /// </summary>
    /// <param name="number">The case's.</param>
    /// <param name="file">Its newest step.</param>
    /// <param name="first">The party in whose file the case stands.</param>
    /// <param name="form">Of contracts.</param>
    /// <param name="revisions">Of the other party's record, the oldest first: number and content, empty for a withdrawal.</param>
    public static CaseEvent? MirrorOf(
        CaseNumber number, CaseFile file, SubjectId first, RecordForm form,
        IReadOnlyList<(int Revision, ReadOnlyMemory<byte> Payload)> revisions)
    {
        var isNew = revisions.Count == 0;
        var isWithdrawn = file.State == CaseState.Withdrawn;
        if (isNew ? isWithdrawn : revisions[^1].Payload.IsEmpty)
            return null;
        var (record, revision) = (MirrorRecord(number, file), isNew ? 1 : revisions[^1].Revision + 1);
        if (isWithdrawn)
            return new CaseEvent(record, revision, EventOp.Withdraw, form.Kind, null);
        var facts = FactsFor(file, file.Fact(CaseFacts.Party)!, first.Value);
        var wanted = form.Fill(facts);
        if (isNew)
            return new CaseEvent(record, revision, EventOp.Put, form.Kind, wanted);
        var fields = form.Fields.Where(each => each.Key is CaseFacts.Result or CaseFacts.StatusOn).Select(each => each.Value).ToList();
        if (revisions.Any(each => !each.Payload.IsEmpty && ContentOf(each.Payload) is var known
            && fields.TrueForAll(field => JsonNode.DeepEquals(known[field], wanted[field]))))
            return null;
        var data = ContentOf(revisions[^1].Payload);
        form.Write(data, facts, StateFacts);
        return new CaseEvent(record, revision, EventOp.Put, form.Kind, data);
    }

    /// <summary>Whether a record is another party's of a contract, as <see cref="MirrorRecord"/> names it.</summary>
    public static bool IsMirror(RecordId record) => record.Id.EndsWith("-2", StringComparison.Ordinal)
        && CaseNumber.Parse(record.Id[..^2]) is { Kind: CaseKind.Contract };

    public override CaseDecision? Submit(CaseWork work, CaseCommand command)
    {
        if (work.Context.Rulebook.Procedures.Contracts is not { } form)
            return CaseDecision.Refused(ErrorCatalogue.ProcedureOff, "", CaseNames.Of(Kind));
        foreach (var (fact, value) in command.Facts)
        {
            if (fact != CaseFacts.Party && !CaseFacts.ContractTerms.TryGetValue(fact, out var charsMax))
                return CaseDecision.Refused(ErrorCatalogue.UnknownField, "/" + fact);
            else if (fact != CaseFacts.Party && value.Length > CaseFacts.ContractTerms[fact])
                return CaseDecision.Refused(ErrorCatalogue.TooLong, "/" + fact, $"at most {CaseFacts.ContractTerms[fact]} characters");
        }

        if (command.Fact("contractNumber") is null)
            return CaseDecision.Refused(ErrorCatalogue.Required, "/contractNumber");
        if (command.Fact(CaseFacts.Party) is not { } party)
            return CaseDecision.Refused(ErrorCatalogue.Required, "/party");
        if (party == work.Context.Subject.Value)
            return CaseDecision.Refused(ErrorCatalogue.UnknownParty, "/party", party);
        if (command.Fact(CaseFacts.DueOn) is { } text && (CaseDates.Read(text) is not { } due || due < EarliestDue))
            return CaseDecision.Refused(ErrorCatalogue.OutOfRange, "/dueOn", $"from {CaseWork.Text(EarliestDue)}");
        work.Next = work.Next with { Body = command.Actor.Source, MirrorWanted = 1 };
        foreach (var (fact, value) in command.Facts)
            work.Note((fact, value));
        Tell(work, InPerformance);
        work.Make(form, "recorded", FactsFor(work.Next, work.Context.Subject.Value, party));
        return null;
    }

    public override CaseDecision? Act(CaseWork work, CaseCommand command)
    {
        if (work.Context.Rulebook.Procedures.Contracts is not { } form)
            return CaseDecision.Refused(ErrorCatalogue.ProcedureOff, "", CaseNames.Of(Kind));
        switch (command.Step)
        {
            case CaseStep.Perform:
                Tell(work, Performed);
                return Revise(work, form);
            case CaseStep.Breach:
                return Breach(work, command, form);
            case CaseStep.Withdraw:
                work.Next = work.Next with { Reason = command.Reason, MirrorWanted = work.Next.MirrorWanted + 1 };
                work.TakeBack();
                return null;
            case CaseStep.Mirror:
                if (work.Before.MirrorDone == work.Before.MirrorWanted)
                    return CaseDecision.Refused(ErrorCatalogue.CaseState, "", "in both files");
                if (command.Outcome == CaseOutcome.Refused)
                {
                    work.Next = work.Next with { MirrorFault = command.Grounds };
                    return null;
                }

                work.Next = work.Next with { MirrorDone = work.Next.MirrorWanted, MirrorFault = null };
                work.Tell("mirrored", MirrorRecord(work.Context.Number, work.Next));
                return null;
            default:
                return null;
        }
    }

    private static CaseDecision? Breach(CaseWork work, CaseCommand command, RecordForm form)
    {
        var parties = new[] { work.Context.Subject.Value, work.Before.Fact(CaseFacts.Party) };
        if (command.Fact(CaseFacts.BreachParty) is not { } party || !parties.Contains(party))
            return CaseDecision.Refused(ErrorCatalogue.UnknownParty, "/party", string.Join(", ", parties));
        if (command.Fact(CaseFacts.BreachReason) is not { } reason)
            return CaseDecision.Refused(ErrorCatalogue.Required, "/grounds");
        if (command.Fact(CaseFacts.Basis) is not { } basis)
            return CaseDecision.Refused(ErrorCatalogue.Required, "/basis");
        work.Next = work.Next with { Outcome = command.Outcome, Reason = command.Reason };
        work.Note((CaseFacts.BreachParty, party), (CaseFacts.BreachReason, reason), (CaseFacts.Basis, basis));
        Tell(work, CaseNames.Of(command.Outcome!.Value));
        return Revise(work, form);
    }

    private static JsonObject ContentOf(ReadOnlyMemory<byte> payload) => JsonNode.Parse(payload.Span)!.AsObject();

    private static void Tell(CaseWork work, string result) =>
        work.Note((CaseFacts.Result, result), (CaseFacts.StatusOn, CaseWork.Text(work.Today)));

    private static CaseDecision? Revise(CaseWork work, RecordForm form)
    {
        work.Next = work.Next with { MirrorWanted = work.Next.MirrorWanted + 1 };
        return work.Remake(
            form, "recorded", FactsFor(work.Next, work.Context.Subject.Value, work.Next.Fact(CaseFacts.Party)!));
    }

    /// <summary>The facts as one party's file has them: a breach is that of the party in breach.</summary>
    private static Dictionary<string, string> FactsFor(CaseFile file, string own, string other)
    {
        var facts = new Dictionary<string, string>(file.Facts) { [CaseFacts.Counterparty] = other };
        if (facts.TryGetValue(CaseFacts.BreachParty, out var party) && party != own)
            facts[CaseFacts.Result] = CounterpartyBreached;
        return facts;
    }
}
