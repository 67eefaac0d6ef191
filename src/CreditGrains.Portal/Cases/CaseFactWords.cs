using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Cases;

/// <summary>The facts of a case as people read them: codes by the rulebook's titles, departments by their names.</summary>
internal static class CaseFactWords
{
    /// <summary>All that the case knows and a page shows, in the order of <see cref="CaseFactTexts.Labels"/>.</summary>
    /// <param name="file">The case.</param>
    /// <param name="rulebook">In force.</param>
    /// <param name="names">Names of the parties, by code; of others the code alone is shown.</param>
    public static IReadOnlyList<(Text Label, Text Value)> Of(
        CaseFile file, Rulebook rulebook, IReadOnlyDictionary<string, string> names) =>
        [.. CaseFactTexts.Labels.Where(known => file.Fact(known.Key) is not null)
            .Select(known => (known.Value, known.Key switch
            {
                CaseFacts.Grounds when GroundsOf(file, rulebook) is { } grounds => grounds,
                CaseFacts.Party or CaseFacts.BreachParty => NamedOf(file.Fact(known.Key)!, names),
                _ => ValueOf(known.Key, TextOf(file, known.Key), rulebook.Procedures),
            }))];

    /// <summary>An organisation by name and code, as far as its name is known.</summary>
    public static Text NamedOf(string code, IReadOnlyDictionary<string, string> names) => names.TryGetValue(code, out var name)
        ? new Text($"{name}（{code}）", $"{name} ({code})") : new Text(code, code);

    /// <summary>An entry that a former build has removed still tells its first end.</summary>
    private static string TextOf(CaseFile file, string fact) =>
        fact == CaseFacts.Until && file is { State: CaseState.Removed, Until: { } until } ? $"{until:yyyy-MM-dd}" : file.Fact(fact)!;

    /// <summary>The matter of a case, in one line; null where its kind or its records say so.</summary>
    public static Text? TitleOf(CaseFile file, Rulebook rulebook)
    {
        var name = new[] { CaseFacts.Matter, CaseFacts.Title, "contractName", "contractNumber", CaseFacts.List }
            .FirstOrDefault(fact => file.Fact(fact) is not null);
        return name is null ? null : ValueOf(name, file.Fact(name)!, rulebook.Procedures);
    }

    /// <summary>A department by its name, where the rulebook has it; else as it was given.</summary>
    public static Text BodyOf(string named, ProcedureRules rules) =>
        rules.FindBody(named) is var (_, body) ? Text.Of(body.Title) : new Text(named, named);

    /// <summary>Grounds of a list entry in both languages: the case keeps those of its record, which are Chinese.</summary>
    private static Text? GroundsOf(CaseFile file, Rulebook rulebook) =>
        file.Grounds is { } name && rulebook.Procedures.Lists.GetValueOrDefault(file.Fact(CaseFacts.List) ?? "") is { } list
            && list.Grounds.TryGetValue(name, out var grounds) ? Text.Of(grounds.Title) : null;

    private static Text ValueOf(string fact, string value, ProcedureRules rules) => fact switch
    {
        CaseFacts.List when rules.Lists.TryGetValue(value, out var list) => Text.Of(list.Title),
        CaseFacts.Type when rules.Commitments?.Types.TryGetValue(value, out var type) == true => Text.Of(type.Title),
        CaseFacts.Class when rules.Declarations?.Classes.TryGetValue(value, out var known) == true => Text.Of(known.Title),
        CaseFacts.Matter when rules.Commitments?.FindItem(value) is var (_, item) => Text.Of(item.Title),
        CaseFacts.AcceptedBy or CaseFacts.VerifiedBy or CaseFacts.DeterminedBy or CaseFacts.Authority => BodyOf(value, rules),
        CaseFacts.Disclosure => CaseTexts.Of(CaseFactTexts.Disclosures, value),
        CaseFacts.Result => CaseFactTexts.Results.GetValueOrDefault(value) ?? CaseTexts.Of(CaseTexts.Outcomes, value),
        _ => new Text(value, value),
    };
}
