using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;

namespace CreditGrains.Domain.Procedures;

/// <summary>
/// One kind of case: its table and everything in which it differs from the others. <see cref="CaseProcedure"/> takes the steps of all of
/// them; a kind is one class and a line in <see cref="CaseDefinitions"/>.
/// </summary>
internal abstract class CaseDefinition
{
    /// <summary>Owner of a deadline that is the platform's.</summary>
    protected const string Platform = "platform";

    /// <summary>Owner of a deadline that is the organisation's.</summary>
    protected internal const string Organisation = "subject";

    public abstract CaseKind Kind { get; }

    /// <summary>The two letters with which its numbers begin.</summary>
    public abstract string Letters { get; }

    /// <summary>Its place under <c>/v1</c>.</summary>
    public abstract string Collection { get; }

    /// <summary>Heading in docs/procedures.md.</summary>
    public abstract string Title { get; }

    /// <summary>The state machine; its first line is the first step.</summary>
    public abstract IReadOnlyList<CaseTransition> Table { get; }

    /// <summary>Deadlines that must lie within the calendar before a case is opened.</summary>
    public abstract IReadOnlyList<string> Clocks { get; }

    /// <summary>Whether the applicant must declare that what he says is true.</summary>
    public virtual bool NeedsDeclaration => true;

    /// <summary>Whether any department may open a case, rather than the source of a record in it.</summary>
    public virtual bool IsOpenedByAnySource => false;

    /// <summary>
    /// Key of which one case is open at a time, beside records; null for none. One matter has one key, however it is named.
    /// </summary>
    public virtual string? KeyOf(CaseCommand command, ProcedureRules rules) => null;

    /// <summary>The deadline that <see cref="CaseStep.Extend"/> puts off; null where none is.</summary>
    public virtual string? ExtendedClock => null;

    /// <summary>Whether a source extends only what is its own.</summary>
    public virtual bool ExtendsOwnClock => false;

    /// <summary>Whether a step is for the one who filed the case, and nobody else.</summary>
    public virtual bool IsForFiler(CaseStep step) => step is CaseStep.Withdraw or CaseStep.Review;

    /// <summary>Whether a step needs a reason.</summary>
    public virtual bool NeedsReason(CaseStep step) =>
        step is CaseStep.Decide or CaseStep.Extend or CaseStep.Return or CaseStep.Answer or CaseStep.Review;

    /// <summary>Whether a step refused to an actor is refused because another body decides.</summary>
    public virtual bool IsDecision(CaseStep step) => step is CaseStep.Decide or CaseStep.Answer;

    /// <summary>Place in the body of the n-th record of an application.</summary>
    public virtual string PointerTo(int record) => $"/records/{record}";

    /// <summary>Party that must meet a deadline that a step starts.</summary>
    public virtual IEnumerable<string> OwnersOf(string clock, CaseFile file) => [file.Body ?? Platform];

    /// <summary>Sources of the undecided records of a case.</summary>
    protected static IEnumerable<string> Undecided(CaseFile file) =>
        file.Records.Where(record => record.Outcome is null).Select(record => record.Source).Distinct();

    /// <summary>A deadline that a step starts.</summary>
    public virtual CaseClock Start(string clock, string owner, CaseWork work) =>
        CaseClocks.Start(work.Context.Rulebook, clock, owner, work.Today);

    /// <summary>False while a step leaves the case where it is because other parts of it are not decided.</summary>
    public virtual bool Moves(CaseStep step, CaseFile file) => true;

    /// <summary>Effects of the first step; null for none, or the reason of a refusal.</summary>
    public abstract CaseDecision? Submit(CaseWork work, CaseCommand command);

    /// <summary>Effects of a later step beside moving the case on; null for none, or the reason of a refusal.</summary>
    public abstract CaseDecision? Act(CaseWork work, CaseCommand command);
}
