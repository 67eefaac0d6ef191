using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Procedures;
using CreditGrains.Engine;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Cases;

/// <summary>
/// Why a case cannot be opened, or a step not be taken, on this day whatever is filled in: its deadlines cannot be counted. Pages say so
/// before their first question; the procedure would refuse what was filled in by the same rule.
/// </summary>
internal static class DeadlineFault
{
    /// <summary>Of opening a case; null for none.</summary>
    public static Text? Of(CaseKind kind, CaseStep step, CreditEngine engine) =>
        WordsOf(CaseProcedure.DeadlineFaultOf(kind, step, engine.Rulebook, engine.Today));

    /// <summary>Of a step of a case; null for none.</summary>
    public static Text? Of(CaseFile file, CaseStep step, CreditEngine engine) =>
        WordsOf(CaseProcedure.DeadlineFaultOf(file, step, engine.Rulebook, engine.Today));

    private static Text? WordsOf(Rejection? fault) => fault switch
    {
        null => null,
        { Found: { } year } when fault.Error == ErrorCatalogue.CalendarYearMissing => CaseFilingTexts.YearMissing.With(year),
        _ => new Text(fault.Detail("zh"), fault.Detail("en")),
    };
}
