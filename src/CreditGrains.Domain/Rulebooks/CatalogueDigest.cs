using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CreditGrains.Domain.Feeds;
using CreditGrains.Domain.Records;

namespace CreditGrains.Domain.Rulebooks;

/// <summary>
/// A digest over exactly what <see cref="EventReader.FactsOf"/> looks at: per kind the facets, the severity rules, what makes a decision,
/// the description, the procedure, the conditions of publicity, and the fields that these read. Order where it does not matter, titles,
/// wire names, and fields that feed nothing are left out. Identifier exceptions are no part of a rulebook and none of this.
/// </summary>
public static class CatalogueDigest
{
    /// <summary>To be raised when the code derives other facts from the same catalogue.</summary>
    private const string Form = "facts-1";

    /// <summary>SHA-256 in hex, over all kinds.</summary>
    public static string Of(Catalogue catalogue)
    {
        ArgumentNullException.ThrowIfNull(catalogue);
        var all = new Canon().Add(Form);

        // Kinds that came with the program, and not with a catalogue: no state folded before holds a record of them.
        foreach (var kind in catalogue.Kinds.Values
            .Where(kind => kind.Procedure is not (
                Procedure.Case or Procedure.PublicityEnd or Procedure.Verification or Procedure.Plan))
            .OrderBy(kind => kind.Name, StringComparer.Ordinal))
            all.Add(kind.Name).Add(Of(kind));
        return all.Digest();
    }

    /// <summary>SHA-256 in hex, of one kind.</summary>
    public static string Of(RecordKind kind)
    {
        ArgumentNullException.ThrowIfNull(kind);
        var used = new SortedSet<string>(StringComparer.Ordinal);
        var canon = new Canon().Add(Form);
        var facets = kind.Facets;
        canon.Add(Use(facets.Date)).Add(Use(facets.Until));

        // Added only where it is said, so that states of catalogues that never said it stay what they are; no field has such a name.
        if (facets is { Until: not null, UntilIsLastDay: true })
            canon.Add("last-day");
        if (facets.Until is not null && kind.Adverse is { } adverse)
            canon.Add("adverse").AddAll(SetOf(adverse));
        canon.Add(Use(facets.Severity)).Add(Use(facets.Level)).Add(Use(facets.Amount));
        canon.AddAll(
            facets.Counts.Where(count => Use(count.Value) is not null).OrderBy(count => count.Key, StringComparer.Ordinal)
                .SelectMany(count => new[] { count.Key, count.Value }));
        canon.Add(kind.IsDecision ? "decision" : null);

        // A basis field that the kind lacks is never filled, which is not the same as none being asked for.
        canon.Add(!kind.IsDecision || kind.DecisionBasisField is null ? null : Use(kind.DecisionBasisField) ?? "?");
        canon.Add(kind.Describes is null ? null : "describes");
        if (kind.Describes is { } described)
            canon.Add(Use(described.Name)).Add(Use(described.Region)).Add(Use(described.Industry)).Add(Use(described.Status));
        canon.Add(kind.Procedure?.ToString());
        if (kind.Procedure is not null)
            canon.Add(Use("targetSource")).Add(Use("targetId")).Add(Use("suspendedOn"));
        foreach (var rule in kind.SeverityRules)
        {
            canon.Add(rule.Severity.ToString());
            canon.AddAll(rule.When.Select(condition => ConditionOf(condition, Use(condition.Field))).Order(StringComparer.Ordinal));
        }

        if (kind.PublishedIf.Count > 0)
        {
            canon.Add("published-if");
            canon.AddAll(kind.PublishedIf.Select(condition => ConditionOf(condition, Use(condition.Field))).Order(StringComparer.Ordinal));
        }

        foreach (var name in used)
            AddField(canon, kind.Fields.First(field => field.Name == name));
        return canon.Digest();

        string? Use(string? field)
        {
            if (field is null || !kind.Fields.Any(known => known.Name == field))
                return null;
            used.Add(field);
            return field;
        }
    }

    private static string ConditionOf(FieldCondition condition, string? field) => new Canon().Add(field)
        .Add(condition.Only is null ? null : "only").AddAll(SetOf(condition.Only))
        .Add(condition.Any is null ? null : "any").AddAll(SetOf(condition.Any))
        .Add(Number(condition.Min is { } min ? DecimalText.MicroCeiling(min) : null))
        .Add(Number(condition.Max is { } max ? DecimalText.MicroFloor(max) : null)).Digest();

    private static void AddField(Canon canon, FieldDefinition field)
    {
        canon.Add(field.Name).Add(field.Type.ToString());
        switch (field.Type)
        {
            case FieldType.Text:
                canon.Add(Number(field.MaxLength));
                break;
            case FieldType.Code or FieldType.Codes:
                canon.AddAll(SetOf(field.Of));
                canon.AddAll(field.Aliases.OrderBy(alias => alias.Key, StringComparer.Ordinal)
                    .SelectMany(alias => new[] { alias.Key, alias.Value }));
                break;
            case FieldType.Decimal or FieldType.Integer:
                canon.Add(field.Type == FieldType.Decimal ? Number(Math.Min(field.Places, DecimalText.PlacesMax)) : null);
                canon.Add(Number(field.Min is { } min ? DecimalText.MicroCeiling(min) : null));
                canon.Add(Number(field.Max is { } max ? DecimalText.MicroFloor(max) : null));
                break;
            default:
                break;
        }
    }

    private static IEnumerable<string> SetOf(IEnumerable<string>? values) => (values ?? []).Distinct().Order(StringComparer.Ordinal);

    private static string? Number(long? value) => value?.ToString(CultureInfo.InvariantCulture);

    /// <summary>Parts with their lengths, so that no two lists of parts give the same bytes.</summary>
    private sealed class Canon
    {
        private readonly StringBuilder _text = new();

        public Canon Add(string? part)
        {
            if (part is null)
                _text.Append('-');
            else
                _text.Append(CultureInfo.InvariantCulture, $"{part.Length}:{part}");
            _text.Append('\n');
            return this;
        }

        public Canon AddAll(IEnumerable<string> parts)
        {
            var all = parts.ToList();
            Add(Number(all.Count));
            all.ForEach(part => Add(part));
            return this;
        }

        public string Digest() => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(_text.ToString())));
    }
}
