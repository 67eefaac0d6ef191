using System.Text.RegularExpressions;

namespace CreditGrains.Domain.Rulebooks.Reading;

/// <summary>Checks of the conversions in <c>feeds.yaml</c>.</summary>
internal static partial class FeedChecks
{
    public static void Check(IReadOnlyDictionary<string, FeedMapping> feeds, ReferenceChecks references)
    {
        var mistakes = references.Mistakes;
        foreach (var feed in feeds.Values)
        {
            var kind = references.Kind(feed, feed.Kind, "kind") ? references.Catalogue?.Kinds.GetValueOrDefault(feed.Kind) : null;
            Value(feed, feed.Subject, "subject");
            Value(feed, feed.Id, "id");
            if (feed.Revision is not null)
                Value(feed, feed.Revision, "revision");
            if (feed.Op is not null)
                Value(feed, feed.Op, "op");
            foreach (var (name, value) in feed.Fields)
            {
                Value(feed, value, "fields", name);
                if (kind is null)
                    continue;
                var field = kind.Fields.FirstOrDefault(field => field.Name == name);
                if (field is null)
                {
                    mistakes.At(
                        feed, "unknown-field", $"Kind '{kind.Name}' has no field '{YamlNode.Shorten(name)}'.",
                        Suggestion.For(name, kind.Fields.Select(field => field.Name)), "fields", name);
                }
                else if (value.Separator is not null && field.Type != FieldType.Codes)
                {
                    mistakes.At(
                        feed, "key-not-for-type", $"'separator' has no meaning for '{name}', which holds one value.", "Remove it.",
                        "fields", name,
                        "separator");
                }
            }
        }

        void Value(FeedMapping feed, ValueMapping value, params string[] path)
        {
            var origins = (value.Columns.Count > 0 ? 1 : 0) + (value.Template is null ? 0 : 1) + (value.Constant is null ? 0 : 1);
            if (mistakes.Given(feed, path[0]) && (origins != 1 || (mistakes.Given(value, "column") && mistakes.Given(value, "columns"))))
            {
                mistakes.At(
                    feed, "value-needs-one", "A value comes from exactly one of column, columns, template and constant.",
                    "Keep one of them.", path);
            }

            foreach (var column in value.Columns.Concat(Places(value.Template)).Where(PersonalNames.IsPersonal))
            {
                mistakes.At(
                    feed, "personal-field",
                    $"The column '{YamlNode.Shorten(column)}' carries a person's identity document, phone or e-mail.",
                    "Name it under 'drop' instead; nothing turns this off.", path);
            }

            if (value.Template is not null && Place().Replace(value.Template, "").AsSpan().IndexOfAny('{', '}') >= 0)
                mistakes.At(value, "bad-template", "A brace of the template has no partner.", "Write {column}.", "template");
            if (value.Pattern is { Length: > 0 } pattern)
                Pattern(value, pattern);
            else if (value.Units.Count > 0 || value.YearOffset != 0)
                mistakes.At(
                    value, "required-key", "'units' and 'yearOffset' need a 'pattern'.", "Add 'pattern' with the groups they act on.");
        }

        void Pattern(ValueMapping value, string pattern)
        {
            if (PatternCheck.Fault(pattern, out var groups) is { } fault)
            {
                mistakes.At(
                    value, "bad-pattern", $"The pattern cannot be used: {fault}.", "Write a .NET regular expression without look-around.",
                    "pattern");
                return;
            }

            var named = groups.ToHashSet();
            var date = named.SetEquals(["year", "month", "day"]);
            var number = named.SetEquals(["value", "unit"]);
            if (!date && !number && !named.SetEquals(["value"]))
            {
                mistakes.At(
                    value, "bad-pattern", "The pattern has not the groups that say what it reads.",
                    "Name the groups (?<year>), (?<month>), (?<day>), or (?<value>) and perhaps (?<unit>).", "pattern");
            }
            else if ((value.YearOffset != 0 && !date) || (value.Units.Count > 0 && !number))
            {
                mistakes.At(
                    value, "bad-pattern", "'yearOffset' needs the group year, 'units' the group unit.", "Add the group.", "pattern");
            }
        }
    }

    private static IEnumerable<string> Places(string? template) =>
        template is null ? [] : Place().Matches(template).Select(match => match.Value[1..^1]);

    [GeneratedRegex(@"\{[^{}]+\}", RegexOptions.NonBacktracking)]
    private static partial Regex Place();
}
