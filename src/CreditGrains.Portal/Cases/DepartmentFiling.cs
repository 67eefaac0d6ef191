using CreditGrains.Domain.Rulebooks;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Cases;

/// <summary>A kind of case that a department opens (<see cref="DepartmentFilingPages"/>).</summary>
internal abstract class DepartmentFiling : CaseFiling
{
    /// <summary>All, by their names in addresses.</summary>
    public static IReadOnlyList<DepartmentFiling> All { get; } = [new ListingFiling(), new ContractFiling()];

    /// <summary>Asks for the organisation.</summary>
    public abstract Text SubjectQuestion { get; }

    /// <summary>Why a department cannot open one; null where it can.</summary>
    public abstract Text? ObstacleFor(string source, Rulebook rulebook);
}
