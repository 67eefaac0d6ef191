using System.Text.Json;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Public;

/// <summary>Fields of records as people read them: titles and codes in the words of the rulebook.</summary>
internal static class FieldTexts
{
    /// <summary>The fields that a record's content has, in catalogue order.</summary>
    public static IReadOnlyList<(Text Label, Text Value)> Of(RecordKind kind, ReadOnlyMemory<byte> payload)
    {
        if (payload.IsEmpty)
            return [];
        using var document = JsonDocument.Parse(payload);
        var fields = new List<(Text, Text)>();
        foreach (var field in kind.Fields)
        {
            if (document.RootElement.TryGetProperty(field.Name, out var value) && Value(field, value) is { } text)
                fields.Add((field.Title is { } title ? Text.Of(title) : new Text(field.Name, field.Name), text));
        }

        return fields;
    }

    /// <summary>A code: the first Chinese spelling that feeds know, and in English the code itself.</summary>
    public static Text Code(FieldDefinition field, string code)
    {
        if (Severities.TryGetValue(code, out var severity) && field.Of.Contains("minor"))
            return severity;
        var zh = field.Aliases.FirstOrDefault(alias => alias.Value == code && alias.Key.Any(c => c > 0x2E80)).Key;

        // A grade's letter is what people know it by.
        return new Text(
            zh is null ? code : code.Length == 1 ? $"{code}（{zh}）" : zh, code.Replace('-', ' '));
    }

    /// <summary>The tier of a record; null for none.</summary>
    public static Text? Of(Severity severity) => severity switch
    {
        Severity.Minor => SubjectTexts.Minor,
        Severity.General => SubjectTexts.General,
        Severity.Serious => SubjectTexts.Serious,
        _ => null,
    };

    private static readonly Dictionary<string, Text> Severities = new(StringComparer.Ordinal)
    {
        ["minor"] = SubjectTexts.Minor, ["general"] = SubjectTexts.General, ["serious"] = SubjectTexts.Serious,
    };

    private static Text? Value(FieldDefinition field, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => null,
        JsonValueKind.True => SubjectTexts.Yes,
        JsonValueKind.False => SubjectTexts.No,
        JsonValueKind.Array => Join([.. value.EnumerateArray().Select(each => Code(field, each.GetString() ?? ""))]),
        JsonValueKind.String when field.Type == FieldType.Code => Code(field, value.GetString()!),
        JsonValueKind.String => new Text(value.GetString()!, value.GetString()!),
        _ => new Text(value.GetRawText(), value.GetRawText()),
    };

    private static Text Join(IReadOnlyList<Text> texts) =>
        new(string.Join('、', texts.Select(text => text.Zh)), string.Join(", ", texts.Select(text => text.En)));
}
