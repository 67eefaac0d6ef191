using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Cases;

/// <summary>
/// A kind of case that a department opens: the questions that it is asked, one a page, in an order that may depend on what it has answered,
/// and the command that comes of the answers. The pages of all such kinds are one (<see cref="DepartmentFilingPages"/>).
/// </summary>
internal abstract class DepartmentFiling
{
    /// <summary>All, by their names in addresses.</summary>
    public static IReadOnlyList<DepartmentFiling> All { get; } = [new ListingFiling(), new ContractFiling()];

    /// <summary>In its address.</summary>
    public string Name => CaseNames.Of(Kind);

    public abstract CaseKind Kind { get; }

    /// <summary>Heading of its pages, and of the link to them.</summary>
    public abstract Text Title { get; }

    /// <summary>Asks for the organisation.</summary>
    public abstract Text SubjectQuestion { get; }

    /// <summary>Why a department cannot open one; null where it can.</summary>
    public abstract Text? ObstacleFor(string source, Rulebook rulebook);

    /// <summary>The questions that the answers so far lead to, with these answers in them.</summary>
    public abstract IReadOnlyList<FilingQuestion> QuestionsOf(FilingScope scope);

    /// <summary>Effects of sending it, and those it has not, said with the answers to be checked.</summary>
    public abstract IReadOnlyList<Text> FollowsOf(FilingScope scope);

    /// <summary>Of the first step; actor and operation are put in by the page.</summary>
    public abstract CaseCommand CommandOf(FilingScope scope, CaseCommand first);
}

/// <summary>The answers of a filing, and what they are judged by.</summary>
/// <param name="Rulebook">In force.</param>
/// <param name="Today">The legal day.</param>
/// <param name="Source">The department.</param>
/// <param name="Subject">Code of the organisation.</param>
/// <param name="AnswerTo">The answers, by name of the input; empty for nothing.</param>
internal sealed record FilingScope(Rulebook Rulebook, DateOnly Today, string Source, string Subject, Func<string, string> AnswerTo);
