using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;

namespace CreditGrains.Domain.Feeds;

/// <summary>A record kind prepared for reading: fields by number, names and codes looked up in UTF-8.</summary>
internal sealed class KindTable
{
    public KindTable(RecordKind kind)
    {
        Kind = kind;
        NameUtf8 = Encoding.UTF8.GetBytes(kind.Name);
        var numbers = new Dictionary<string, int>();
        for (var i = 0; i < kind.Fields.Count; i++)
            numbers.TryAdd(kind.Fields[i].Name, i);
        Fields = [.. kind.Fields.Select(field => new FieldTable(field, kind, numbers))];
        ByName = new Utf8Lookup<int>(numbers);
        FieldsByName = [.. Enumerable.Range(0, Fields.Length).OrderBy(number => kind.Fields[number].Name, StringComparer.Ordinal)];
        Identity = [.. kind.Identity.Select(Number)];
        var facets = kind.Facets;
        Date = Number(facets.Date);
        Until = Number(facets.Until);
        Severity = Number(facets.Severity);
        Level = Number(facets.Level);
        Amount = Number(facets.Amount);
        Counts =
        [
            .. facets.Counts.Select(count => KeyValuePair.Create(count.Key, Number(count.Value))).Where(count => count.Value >= 0),
        ];
        DecisionBasis = Number(kind.DecisionBasisField);
        SeverityRules = [.. kind.SeverityRules.Select(rule =>
            new SeverityRuleTable(
                [.. rule.When.Select(condition => new ConditionTable(condition, Number(condition.Field)))], rule.Severity))];
        PublishedIf = [.. kind.PublishedIf.Select(condition => new ConditionTable(condition, Number(condition.Field)))];
        TargetSource = Number("targetSource");
        TargetId = Number("targetId");
        SuspendedOn = Number("suspendedOn");
        if (kind.Describes is { } describes)
            Describes = [Number(describes.Name), Number(describes.Region), Number(describes.Industry), Number(describes.Status)];

        int Number(string? name) => name is not null && numbers.TryGetValue(name, out var number) ? number : -1;
    }

    public RecordKind Kind { get; }

    public byte[] NameUtf8 { get; }

    public FieldTable[] Fields { get; }

    public Utf8Lookup<int> ByName { get; }

    /// <summary>Numbers of the fields, ordered by name.</summary>
    public int[] FieldsByName { get; }

    /// <summary>Numbers of the fields of the natural key; the numbers below are -1 where the kind has no such field.</summary>
    public int[] Identity { get; }

    public int Date { get; }

    public int Until { get; }

    public int Severity { get; }

    public int Level { get; }

    public int Amount { get; }

    public KeyValuePair<string, int>[] Counts { get; }

    public int DecisionBasis { get; }

    public SeverityRuleTable[] SeverityRules { get; }

    public ConditionTable[] PublishedIf { get; }

    public int TargetSource { get; }

    public int TargetId { get; }

    public int SuspendedOn { get; }

    /// <summary>Name, region, industry, status; null for kinds that do not describe the organisation.</summary>
    public int[]? Describes { get; }

    public bool MayBeReportedBy(string source) =>
        (Kind.ReportedBy is null || Kind.ReportedBy.Contains(source))
        && (Kind.Procedure is null || source == Subjects.SourceId.Platform.Value);
}

/// <summary>A field prepared for reading.</summary>
internal sealed class FieldTable
{
    /// <summary>No authority of the People's Republic decided before it was founded; a catalogue may name another floor.</summary>
    private static readonly DateOnly DecisionsBegin = new(1949, 10, 1);

    public FieldTable(FieldDefinition definition, RecordKind kind, Dictionary<string, int> numbers)
    {
        Definition = definition;
        Name = JsonEncodedText.Encode(definition.Name, JavaScriptEncoder.UnsafeRelaxedJsonEscaping);
        if (definition.Type is FieldType.Code or FieldType.Codes)
        {
            var own = definition.Of.Select((code, i) => KeyValuePair.Create(code, i)).ToList();
            var places = own.DistinctBy(code => code.Key).ToDictionary(code => code.Key, code => code.Value);
            var aliases = definition.Aliases.Where(alias => places.ContainsKey(alias.Value))
                .Select(alias => KeyValuePair.Create(alias.Key, places[alias.Value]));
            Codes = new Utf8Lookup<int>(own.Concat(aliases));
            CodeTexts = [.. definition.Of.Select(code => JsonEncodedText.Encode(code, JavaScriptEncoder.UnsafeRelaxedJsonEscaping))];
            IsPerson = [.. definition.Of.Select(code => code is EventReader.PersonCode or EventReader.PersonCodeZh)];
        }

        MinMicro = definition.Min is { } min ? DecimalText.MicroCeiling(min) : long.MinValue;
        MaxMicro = definition.Max is { } max ? DecimalText.MicroFloor(max) : long.MaxValue;
        NotAfterToday = definition.NotAfter == "today";
        NotAfter = Other(definition.NotAfter);
        NotBefore = Other(definition.NotBefore);
        if (definition.EarliestDate is { } earliest)
            EarliestDay = earliest.DayNumber;
        else if (kind.IsDecision && kind.Procedure is null && kind.Facets.Date == definition.Name)
            EarliestDay = DecisionsBegin.DayNumber;
        IsName = definition.Name == "name" || definition.Name.EndsWith("Name", StringComparison.Ordinal)
            || kind.Identity.Contains(definition.Name) || kind.Describes?.Name == definition.Name;

        int Other(string? name) => name is not null && numbers.TryGetValue(name, out var number) ? number : -1;
    }

    public FieldDefinition Definition { get; }

    public JsonEncodedText Name { get; }

    /// <summary>Values and aliases to the place in the code list; null for other types.</summary>
    public Utf8Lookup<int>? Codes { get; }

    /// <summary>The code list as it is written; empty for other types.</summary>
    public JsonEncodedText[] CodeTexts { get; } = [];

    /// <summary>Which codes of the list mean a natural person.</summary>
    public bool[] IsPerson { get; } = [];

    public long MinMicro { get; }

    public long MaxMicro { get; }

    public bool NotAfterToday { get; }

    public int NotAfter { get; }

    public int NotBefore { get; }

    /// <summary>Day number of the earliest date that is accepted.</summary>
    public int EarliestDay { get; }

    /// <summary>Whether the text is a name or part of the natural key, which must look like what they are.</summary>
    public bool IsName { get; }
}

internal sealed record SeverityRuleTable(ConditionTable[] When, Severity Severity);

/// <summary>A condition with the number of its field, -1 when the kind has no such field and the condition never holds.</summary>
internal sealed class ConditionTable(FieldCondition condition, int field)
{
    public int Field { get; } = field;

    public HashSet<string>? Only { get; } = condition.Only is null ? null : [.. condition.Only];

    public HashSet<string>? Any { get; } = condition.Any is null ? null : [.. condition.Any];

    public long? MinMicro { get; } = condition.Min is { } min ? DecimalText.MicroCeiling(min) : null;

    public long? MaxMicro { get; } = condition.Max is { } max ? DecimalText.MicroFloor(max) : null;
}
