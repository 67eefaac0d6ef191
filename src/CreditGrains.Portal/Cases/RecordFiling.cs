using CreditGrains.Api.Authorization;
using CreditGrains.Domain.Procedures;
using CreditGrains.Portal.Hosting;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Cases;

/// <summary>A way to file a case about records that stand in a file: by whom, of which kind, and on which pages.</summary>
/// <param name="Name">In its address.</param>
/// <param name="Kind">Objection or repair.</param>
/// <param name="Step">The first step.</param>
/// <param name="Pages">Its questions in their order.</param>
/// <param name="Title">Heading of its pages.</param>
/// <param name="Rule">For whom.</param>
internal sealed record RecordFiling(
    string Name, CaseKind Kind, CaseStep Step, IReadOnlyList<string> Pages, Text Title, AccessRule Rule)
{
    private const string Bankruptcy = "bankruptcy";

    /// <summary>异议 of an organisation to an entry in its file.</summary>
    public static RecordFiling Objection { get; } = new(
        "objection", CaseKind.Objection, CaseStep.Submit, FilingPage.OfObjection, CaseFilingTexts.ObjectionTitle, AccessRules.CaseFiling);

    /// <summary>信用修复 the usual way.</summary>
    public static RecordFiling Repair { get; } = new(
        "repair", CaseKind.Repair, CaseStep.Submit, FilingPage.OfRepair, CaseFilingTexts.RepairTitle, AccessRules.CaseFiling);

    /// <summary>破产重整: a court has approved the plan; the shortest publicity period does not count.</summary>
    public static RecordFiling Restructuring { get; } = new(
        Bankruptcy, CaseKind.Repair, CaseStep.Submit, FilingPage.OfRestructuring, CaseFilingTexts.PlanTitle, AccessRules.CaseFiling)
    {
        Route = Bankruptcy,
    };

    /// <summary>异议 of a source to an entry of its own.</summary>
    public static RecordFiling SourceObjection { get; } = new(
        "objection", CaseKind.Objection, CaseStep.Submit, FilingPage.OfObjection, CaseFilingTexts.SourceObjectionTitle,
        AccessRules.CaseOf(CaseRoles.Source))
    {
        IsOfDepartment = true,
    };

    /// <summary>修复信息同步: another site has repaired; by the platform, or by the records' own source.</summary>
    public static RecordFiling Synchronisation { get; } = new(
        "repair", CaseKind.Repair, CaseStep.Synchronise, FilingPage.OfSynchronisation, CaseFilingTexts.SynchroniseTitle,
        AccessRules.CaseOf(CaseRoles.Source | CaseRoles.Platform))
    {
        IsOfDepartment = true,
    };

    public static IReadOnlyList<RecordFiling> All { get; } =
        [Objection, Repair, Restructuring, SourceObjection, Synchronisation];

    /// <summary>Of a repair: by a court's plan; null for the usual way.</summary>
    public string? Route { get; init; }

    /// <summary>Filed by a department or the platform, which names the organisation; else by the organisation itself.</summary>
    public bool IsOfDepartment { get; init; }

    public bool IsObjection => Kind == CaseKind.Objection;

    /// <summary>The address of its form for an organisation.</summary>
    public string PathOf(string code) => IsOfDepartment ? PortalPaths.CaseNew(Name, code) : PortalPaths.Organisation(code, Name);
}
