using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Cases;

/// <summary>
/// A kind of case that is opened by questions, one a page, in an order that may depend on what was answered, and the command that comes of
/// the answers. The form of all such kinds is one (<see cref="CaseFilingForm"/>).
/// </summary>
internal abstract class CaseFiling
{
    /// <summary>In its address.</summary>
    public string Name => CaseNames.Of(Kind);

    public abstract CaseKind Kind { get; }

    /// <summary>Heading of its pages, and of the link to them.</summary>
    public abstract Text Title { get; }

    /// <summary>The questions that the answers so far lead to, with these answers in them.</summary>
    public abstract IReadOnlyList<FilingQuestion> QuestionsOf(FilingScope scope);

    /// <summary>Inputs that say which matter it is, the last one last: of one matter one case is open at a time.</summary>
    public virtual IReadOnlyList<string> KeyFacts => [];

    /// <summary>Page that asks for the grounds, on which one decision holds at a time; null for none.</summary>
    public virtual string? GroundsPage => null;

    /// <summary>Effects of sending it, and those it has not, said with the answers to be checked.</summary>
    public abstract IReadOnlyList<Text> FollowsOf(FilingScope scope);

    /// <summary>Of the first step; actor and operation are put in by the page.</summary>
    public abstract CaseCommand CommandOf(FilingScope scope, CaseCommand first);

    /// <summary>A question of one input.</summary>
    protected static FilingQuestion Ask(FilingScope scope, Forms.FormInput input) =>
        new(input.Name, input.Label, [input with { Value = scope.AnswerTo(input.Name) }]);
}

/// <summary>The answers of a filing, and what they are judged by.</summary>
/// <param name="Rulebook">In force.</param>
/// <param name="Today">The legal day.</param>
/// <param name="Source">The department; empty where an organisation files.</param>
/// <param name="Subject">Code of the organisation.</param>
/// <param name="AnswerTo">The answers, by name of the input; empty for nothing.</param>
internal sealed record FilingScope(Rulebook Rulebook, DateOnly Today, string Source, string Subject, Func<string, string> AnswerTo);
