using System.Text.Json;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;

namespace CreditGrains.Domain.Reports;

/// <summary>Fields of records as people read them: titles and codes in the words of the rulebook.</summary>
public static class ReportFields
{
    private const char FirstHan = '\u2E80';
    private static readonly LocalisedText Yes = LocalisedText.Both("是", "Yes");
    private static readonly LocalisedText No = LocalisedText.Both("否", "No");

    private static readonly Dictionary<string, LocalisedText> Severities = new(StringComparer.Ordinal)
    {
        ["minor"] = LocalisedText.Both("轻微", "Minor"),
        ["general"] = LocalisedText.Both("一般", "General"),
        ["serious"] = LocalisedText.Both("严重", "Serious"),
    };

    /// <summary>The fields that a record's content has, in catalogue order.</summary>
    /// <param name="kind">The record's kind.</param>
    /// <param name="payload">Canonical JSON of the content; empty for none.</param>
    /// <exception cref="JsonException">The content is no JSON.</exception>
    public static IReadOnlyList<ReportField> Of(RecordKind kind, ReadOnlyMemory<byte> payload)
    {
        ArgumentNullException.ThrowIfNull(kind);
        if (payload.IsEmpty)
            return [];
        using var document = JsonDocument.Parse(payload);
        var fields = new List<ReportField>();
        foreach (var field in kind.Fields)
        {
            if (document.RootElement.TryGetProperty(field.Name, out var value) && Words(field, value) is { } words)
                fields.Add(new ReportField(field.Name, field.Title ?? Same(field.Name), value.GetRawText(), words));
        }

        return fields;
    }

    /// <summary>A code: the first Chinese spelling that feeds know, and in English the code itself, as a word.</summary>
    public static LocalisedText Code(FieldDefinition field, string code)
    {
        ArgumentNullException.ThrowIfNull(field);
        ArgumentNullException.ThrowIfNull(code);
        if (Severities.TryGetValue(code, out var severity) && field.Of.Contains("minor"))
            return severity;
        var zh = field.Aliases.FirstOrDefault(alias => alias.Value == code && alias.Key.Any(c => c > FirstHan)).Key;

        // A grade's letter is what people know it by.
        return LocalisedText.Both(
            zh is null ? code : code.Length == 1 ? $"{code}（{zh}）" : zh, Sentence(code.Replace('-', ' ')));
    }

    /// <summary>With a capital first letter: a code of the rulebook is in small letters.</summary>
    private static string Sentence(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];

    /// <summary>The tier of a record in words, by its code; null for none.</summary>
    public static LocalisedText? Tier(string? code) => code is null ? null : Severities.GetValueOrDefault(code);

    /// <summary>The tier of a record as a code; null for none.</summary>
    public static string? CodeOf(Severity severity) => severity switch
    {
        Severity.Minor => "minor",
        Severity.General => "general",
        Severity.Serious => "serious",
        _ => null,
    };

    private static LocalisedText? Words(FieldDefinition field, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => null,
        JsonValueKind.True => Yes,
        JsonValueKind.False => No,
        JsonValueKind.Array => Join([.. value.EnumerateArray().Select(each => Code(field, each.GetString() ?? ""))]),
        JsonValueKind.String when field.Type == FieldType.Code => Code(field, value.GetString()!),
        JsonValueKind.String => Same(value.GetString()!),
        _ => Same(value.GetRawText()),
    };

    private static LocalisedText Same(string text) => LocalisedText.Both(text, text);

    private static LocalisedText Join(IReadOnlyList<LocalisedText> texts) => LocalisedText.Both(
        string.Join('、', texts.Select(text => text.In("zh"))), string.Join(", ", texts.Select(text => text.In("en"))));
}
