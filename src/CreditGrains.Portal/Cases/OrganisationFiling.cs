using CreditGrains.Domain.Rulebooks;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Cases;

/// <summary>A kind of case that an organisation opens for itself (<see cref="OrganisationFilingPages"/>).</summary>
internal abstract class OrganisationFiling : CaseFiling
{
    /// <summary>All, by their names in addresses.</summary>
    public static IReadOnlyList<OrganisationFiling> All { get; } = [new CommitmentFiling(), new DeclarationFiling()];

    /// <summary>Whether the rulebook has such cases.</summary>
    public abstract bool IsKept(ProcedureRules rules);

    /// <summary>Departments to choose from; those of the rulebook where none are named.</summary>
    protected static IReadOnlyList<Forms.FormOption> BodiesOf(ProcedureRules rules, IReadOnlyList<string>? named) =>
        [.. rules.Bodies.Where(body => named?.Contains(body.Key) != false)
            .Select(body => new Forms.FormOption(body.Key, Text.Of(body.Value.Title), new Text(body.Value.Code, body.Value.Code)))];

    /// <summary>A text of the rulebook, the same in both languages.</summary>
    protected static Text Plain(string text) => new(text, text);

    /// <summary>The answer to a choice; where there is nothing to choose, what is left.</summary>
    protected static string Chosen(FilingScope scope, string name, IReadOnlyList<Forms.FormOption> options) =>
        options.Count == 1 ? options[0].Value : scope.AnswerTo(name);
}
