using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;

namespace CreditGrains.Domain.Rulebooks.Reading;

/// <summary>Checks of the catalogue beyond the form of its parts.</summary>
internal static class CatalogueChecks
{
    private static readonly Dictionary<FieldType, string[]> KeysByType = new()
    {
        [FieldType.Text] = ["max"],
        [FieldType.Code] = ["of", "aliases"],
        [FieldType.Codes] = ["of", "aliases"],
        [FieldType.Decimal] = ["min", "max", "places"],
        [FieldType.Integer] = ["min", "max"],
        [FieldType.Date] = ["notAfter", "notBefore"],
        [FieldType.Boolean] = [],
        [FieldType.Uscc] = [],
    };

    private static readonly string[] TypedKeys = ["max", "min", "of", "aliases", "places", "notAfter", "notBefore"];

    public static void Check(Catalogue catalogue, MistakeList mistakes)
    {
        foreach (var kind in catalogue.Kinds.Values)
        {
            if (CaseKinds.All.Any(known => known.Name == kind.Name))
            {
                mistakes.At(
                    kind, "reserved-kind", $"Every rulebook has the kind '{kind.Name}'; it cannot be defined anew.",
                    "Choose another name.");
            }

            CheckKind(kind, mistakes);
        }
    }

    private static void CheckKind(RecordKind kind, MistakeList mistakes)
    {
        var fields = kind.Fields.GroupBy(field => field.Name).ToDictionary(group => group.Key, group => group.First());
        foreach (var field in kind.Fields)
            CheckField(field, fields, mistakes);
        var wires = new HashSet<string>();
        foreach (var field in kind.Fields.Where(field => field.Wire is not null && !wires.Add(field.Wire)))
            mistakes.At(
                field, "duplicate-id", $"The wire name '{field.Wire}' is used twice in this kind.", "Give each field its own.", "wire");

        foreach (var name in kind.Identity)
        {
            if (Field(kind, name, "identity", name) is { Required: false })
            {
                mistakes.At(
                    kind, "identity-not-required", $"'{name}' is part of the natural key but not required.",
                    $"Set 'required: true' on field '{name}'.", "identity", name);
            }
        }

        if (kind.Deadline is { } deadline)
            OfType(deadline, deadline.From, "deadline counts from", FieldType.Date, "from");
        if (kind.DecisionBasisField is { } basis)
            OfType(kind, basis, "decision's basis is", FieldType.Text, "decision", "basis");
        CheckFacets();
        CheckAdverse();
        CheckDescription();
        CheckProcedure();
        foreach (var condition in kind.PublishedIf)
            CheckCondition(kind, "publishedIf", condition);
        foreach (var rule in kind.SeverityRules)
        {
            foreach (var condition in rule.When)
                CheckCondition(rule, "when", condition);
        }

        FieldDefinition? Field(object part, string name, params string[] path)
        {
            if (name == "" || fields.Count == 0)
                return null;
            if (fields.TryGetValue(name, out var field))
                return field;
            mistakes.At(
                part, "unknown-field", $"Kind '{kind.Name}' has no field '{YamlNode.Shorten(name)}'.", Suggestion.For(name, fields.Keys),
                path);
            return null;
        }

        FieldDefinition? OfType(object part, string name, string use, FieldType type, params string[] path)
        {
            var field = Field(part, name, path);
            if (field is not null && field.Type != type)
            {
                mistakes.At(
                    part, "facet-type", $"The {use} '{name}', which is of type {Word(field.Type)}.", $"Name a field of type {Word(type)}.",
                    path);
                return null;
            }

            return field;
        }

        void CheckFacets()
        {
            var facets = kind.Facets;
            if (facets.Date is { } date)
                OfType(facets, date, "facet 'date' is", FieldType.Date, "date");
            if (facets.Until is { } until)
                OfType(facets, until, "facet 'until' is", FieldType.Date, "until");
            if (facets.Level is { } level)
                OfType(facets, level, "facet 'level' is", FieldType.Code, "level");
            if (facets.Severity is { } severity && OfType(facets, severity, "facet 'severity' is", FieldType.Code, "severity") is { } field
                && field.Of.FirstOrDefault(code => code is not ("minor" or "general" or "serious")) is { } other)
            {
                mistakes.At(
                    facets, "facet-type", $"The facet 'severity' is '{severity}', whose code '{other}' is not a severity.",
                    "Allow only minor, general and serious.", "severity");
            }

            if (facets.Amount is { } amount && Field(facets, amount, "amount") is { Type: not (FieldType.Decimal or FieldType.Integer) })
                mistakes.At(
                    facets, "facet-type", $"The facet 'amount' is '{amount}', which is not a number.", "Name a decimal or integer field.",
                    "amount");
            foreach (var (name, count) in facets.Counts)
                OfType(facets, count, $"count '{name}' is", FieldType.Integer, "counts", name);
        }

        void CheckAdverse()
        {
            if (kind.Adverse is not { } levels)
                return;
            if (kind.Role is not (RecordRole.Negative or RecordRole.Commitment) || kind.Facets.Level is not { } level)
            {
                mistakes.At(
                    kind, "adverse-needs-level",
                    $"Kind '{kind.Name}' names adverse levels, but is neither negative nor a commitment, or has no level.",
                    "Set 'role: negative' or 'role: commitment' and the facet 'level', or leave 'adverse' out.", "adverse");
                return;
            }

            var codes = fields.GetValueOrDefault(level)?.Of ?? [];
            foreach (var code in levels.Where(code => !codes.Contains(code)))
            {
                mistakes.At(
                    kind, "unknown-code", $"'{YamlNode.Shorten(code)}' is not a code of '{level}'.", Suggestion.For(code, codes),
                    "adverse");
            }
        }

        void CheckDescription()
        {
            if (kind.Describes is not { } describes)
                return;
            foreach (var (key, name) in new[]
                { ("name", describes.Name), ("region", describes.Region), ("industry", describes.Industry), ("status", describes.Status) })
            {
                if (name is not null && Field(describes, name, key) is { Type: not (FieldType.Text or FieldType.Code) })
                    mistakes.At(
                        describes, "facet-type", $"'{name}' describes the organisation but is no text or code.",
                        "Name a text or code field.", key);
            }
        }

        void CheckProcedure()
        {
            if (kind.Procedure is null or Procedure.Case)
                return;
            OfType(kind, "targetSource", "target's source is", FieldType.Text, "procedure");
            OfType(kind, "targetId", "target's id is", FieldType.Text, "procedure");
            if (kind.ReportedBy is not [var only] || only != SourceId.Platform.Value)
            {
                mistakes.At(
                    kind, "procedure-needs-platform", "A procedure can be reported by the platform only.",
                    "Write 'reportedBy: [platform]'.",
                    "procedure");
            }
        }

        void CheckCondition(object part, string key, FieldCondition condition)
        {
            if (Field(part, condition.Field, key, condition.Field) is not { } field)
                return;
            var codes = (condition.Only ?? []).Concat(condition.Any ?? []).ToList();
            if (condition.Only is null && condition.Any is null && condition.Min is null && condition.Max is null)
            {
                mistakes.At(
                    part, "empty-match", $"The condition on '{field.Name}' asks for nothing.", "Write a list, {any: [...]} or {min, max}.",
                    key,
                    field.Name);
            }

            if (codes.Count > 0 && field.Type is not (FieldType.Code or FieldType.Codes))
            {
                mistakes.At(
                    part, "facet-type", $"'{field.Name}' is compared with codes but is of type {Word(field.Type)}.",
                    "Name a code or codes field.",
                    key, field.Name);
            }
            else if (codes.Find(code => !field.Of.Contains(code)) is { Length: > 0 } unknown)
            {
                mistakes.At(
                    part, "unknown-value", $"'{unknown}' is not a code of field '{field.Name}'.", Suggestion.For(unknown, field.Of), key,
                    field.Name, unknown);
            }

            if ((condition.Min is not null || condition.Max is not null) && field.Type is not (FieldType.Decimal or FieldType.Integer))
            {
                mistakes.At(
                    part, "facet-type", $"'{field.Name}' has bounds but is of type {Word(field.Type)}.",
                    "Name a decimal or integer field.", key,
                    field.Name);
            }
        }
    }

    private static void CheckField(FieldDefinition field, Dictionary<string, FieldDefinition> fields, MistakeList mistakes)
    {
        if (PersonalNames.IsPersonal(field.Name) || (field.Wire is not null && PersonalNames.IsPersonal(field.Wire)))
        {
            mistakes.At(
                field, "personal-field", $"Field '{field.Name}' carries a person's identity document, phone or e-mail.",
                "Remove it; nothing turns this off. Name its column under 'drop' in feeds.yaml.");
        }

        if (!mistakes.Given(field, "type"))
            return;
        foreach (var key in TypedKeys.Except(KeysByType[field.Type]).Where(key => mistakes.Given(field, key)))
            mistakes.At(
                field, "key-not-for-type", $"'{key}' has no meaning for type {Word(field.Type)}.", "Remove it, or change the type.", key);
        if (field.Type is FieldType.Code or FieldType.Codes && !mistakes.Given(field, "of"))
            mistakes.At(field, "required-key", $"Field '{field.Name}' has no 'of'.", "Add 'of': the codes allowed.");
        foreach (var (alias, code) in field.Aliases.Where(pair => field.Of.Count > 0 && !field.Of.Contains(pair.Value)))
        {
            mistakes.At(
                field, "unknown-value", $"The alias '{alias}' stands for '{code}', which is not a code of the field.",
                Suggestion.For(code, field.Of), "aliases", alias);
        }

        if (field.Type == FieldType.Text && field.MaxLength is < 1 or > 100_000)
            mistakes.At(
                field, "out-of-range", "The greatest length of a text is 1 to 100000.", "Write a whole number in that range.", "max");
        if (field.Min > field.Max)
            mistakes.At(field, "bounds-order", "'min' is greater than 'max'.", "Swap them.", "min");
        Sibling(field.NotAfter == "today" ? null : field.NotAfter, "notAfter");
        if (field.EarliestDate is null)
            Sibling(field.NotBefore, "notBefore");

        void Sibling(string? name, string key)
        {
            if (name is null || name == "" || field.Type != FieldType.Date)
                return;
            if (!fields.TryGetValue(name, out var other))
                mistakes.At(
                    field, "unknown-field", $"There is no field '{YamlNode.Shorten(name)}'.", Suggestion.For(name, fields.Keys), key);
            else if (other.Type != FieldType.Date)
                mistakes.At(field, "facet-type", $"'{name}' is not a date.", "Name a date field.", key);
        }
    }

    private static string Word(FieldType type) => type.ToString().ToLowerInvariant();
}
