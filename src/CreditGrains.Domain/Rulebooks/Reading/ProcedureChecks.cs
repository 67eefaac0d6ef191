using CreditGrains.Domain.Identifiers;
using CreditGrains.Domain.Procedures;

namespace CreditGrains.Domain.Rulebooks.Reading;

/// <summary>Checks of <c>procedures.yaml</c>: what it refers to is there, and each record that a case makes can be made.</summary>
internal static class ProcedureChecks
{
    private static readonly IIdentifierExceptions NoExceptions = new NoException();

    public static void Check(ProcedureRules rules, SubjectScheme? scheme, ReferenceChecks references)
    {
        var mistakes = references.Mistakes;
        foreach (var (_, body) in rules.Bodies)
        {
            if (body.Code != "" && scheme?.Parse(body.Code, NoExceptions, out _) is { } fault)
            {
                mistakes.At(
                    body, "bad-code", $"'{YamlNode.Shorten(body.Code)}' is no identifier: {fault.Code}.", "Write the organ's own code.",
                    "code");
            }
        }

        foreach (var (_, list) in rules.Lists)
        {
            foreach (var measure in list.Measures)
                references.Measure(list, measure, "measures", measure);
            Bodies(list, list.DecidedBy, "decidedBy");
            Form(list.Entry, CaseFacts.Listing, withDates: true);
            Triggers(list);
            if (list.MonthsMin > list.MonthsMax)
                mistakes.At(list, "bounds-order", "'monthsMin' is greater than 'monthsMax'.", "Swap them.", "monthsMin");
        }

        if (rules.Commitments is { } commitments)
        {
            Form(commitments.Record, CaseFacts.Commitment);
            foreach (var (_, item) in commitments.Items)
            {
                Bodies(item, item.AcceptedBy, "acceptedBy");
                if (item.Type != "" && !commitments.Types.ContainsKey(item.Type))
                {
                    mistakes.At(
                        item, "unknown-type", $"There is no type '{YamlNode.Shorten(item.Type)}' of commitments.",
                        Suggestion.For(item.Type, commitments.Types.Keys), "type");
                }
            }
        }

        if (rules.Declarations is { } declarations)
        {
            Form(declarations.Record, CaseFacts.Declaration, withDates: true);
            Form(declarations.Breach, CaseFacts.Commitment);
            foreach (var (_, each) in declarations.Classes)
                Bodies(each, each.VerifiedBy, "verifiedBy");
        }

        if (rules.Contracts is { } contracts)
            Form(contracts, CaseFacts.Contract);

        // A notice names the list's measures: an entry that brought another one would bring it without notice.
        void Triggers(ListRules list)
        {
            if (references.Catalogue?.Kinds.GetValueOrDefault(list.Entry.Kind) is not { } kind || references.Policy is not { } policy)
                return;
            var level = kind.Facets.Level is { } field ? list.Entry.Values.GetValueOrDefault(field) : null;
            foreach (var measure in policy.Measures.Where(trigger => Matches(trigger.Record)).Select(trigger => trigger.Measure).Distinct())
            {
                if (!list.Measures.Contains(measure) && references.Measures?.ContainsKey(measure) == true)
                {
                    mistakes.At(
                        list, "measure-not-named", $"The policy puts '{YamlNode.Shorten(measure)}' in force for an entry of this list.",
                        "Name it here, or bound the policy's trigger by level.", "measures");
                }
            }

            bool Matches(RecordMatch? match) => match is not null && match.Kind?.Contains(kind.Name) == true
                && (level is null || match.Level?.Contains(level) != false)
                && match.Source?.Any(source => list.DecidedBy?.Contains(source) != false) != false;
        }

        void Bodies(object part, IReadOnlyList<string>? sources, string key)
        {
            foreach (var source in sources ?? [])
            {
                if (!rules.Bodies.ContainsKey(source))
                {
                    mistakes.At(
                        part, "unknown-body", $"'{YamlNode.Shorten(source)}' is not among the bodies.",
                        Suggestion.For(source, rules.Bodies.Keys), key, source);
                }
            }
        }

        void Form(RecordForm form, IReadOnlyList<string> facts, bool withDates = false)
        {
            foreach (var fact in form.Fields.Keys.Concat(form.Codes.Keys).Distinct().Where(fact => !facts.Contains(fact)))
                mistakes.At(form, "unknown-fact", $"'{YamlNode.Shorten(fact)}' is not a fact of this case.", Suggestion.For(fact, facts));
            if (!references.Kind(form, form.Kind, "kind") || references.Catalogue?.Kinds.GetValueOrDefault(form.Kind) is not { } kind)
                return;
            var names = kind.Fields.Select(field => field.Name).ToList();
            foreach (var field in form.Values.Keys.Concat(form.Fields.Values).Where(field => !names.Contains(field)))
            {
                mistakes.At(
                    form, "unknown-field", $"Kind '{kind.Name}' has no field '{YamlNode.Shorten(field)}'.", Suggestion.For(field, names));
            }

            var filled = form.Values.Keys.Concat(form.Fields.Values).Concat(withDates ? [kind.Facets.Date ?? ""] : []).ToList();
            foreach (var field in kind.Fields.Where(field => field.Required && !filled.Contains(field.Name)))
            {
                mistakes.At(
                    form, "field-not-filled", $"The required field '{field.Name}' of kind '{kind.Name}' is not filled.",
                    "Give it a value or a fact.");
            }

            foreach (var (field, value) in form.Values)
                Code(field, value);
            foreach (var (fact, codes) in form.Codes)
            {
                foreach (var code in codes.Values)
                    Code(form.Fields.GetValueOrDefault(fact, ""), code);
            }

            void Code(string field, string code)
            {
                if (kind.Fields.FirstOrDefault(each => each.Name == field) is { Of: { Count: > 0 } codes } && !codes.Contains(code))
                {
                    mistakes.At(
                        form, "unknown-code", $"'{YamlNode.Shorten(code)}' is not a code of '{field}'.", Suggestion.For(code, codes));
                }
            }
        }
    }

    private sealed class NoException : IIdentifierExceptions
    {
        public bool Contains(string code) => false;
    }
}
