using System.Globalization;
using System.Text.Json;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Portal.Forms;
using CreditGrains.Portal.Public;
using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Cases;

/// <summary>A field of a record in a form.</summary>
/// <param name="Name">The field's name; that of its inputs is <c>new:NAME</c> with <c>old:NAME</c> beside it.</param>
/// <param name="Label">Its title.</param>
/// <param name="Raw">The value that it has, as JSON; empty for none.</param>
/// <param name="Current">The value in words; null for none.</param>
/// <param name="Value">The value in the input.</param>
/// <param name="Options">Codes to choose from; null for free text.</param>
/// <param name="Rows">Of the input; 1 for one line.</param>
/// <param name="MaxLength">In characters; null for no bound.</param>
public sealed record RecordField(
    string Name, Text Label, string Raw, Text? Current, string Value, IReadOnlyList<(string Value, Text Label)>? Options, int Rows,
    int? MaxLength)
{
    private const int LongText = 120;
    private const char Separator = ',';

    /// <summary>Id of the input.</summary>
    public string Id => $"new-{Name}";

    /// <summary>The fields of a kind, with what a record has.</summary>
    /// <param name="kind">The record's kind.</param>
    /// <param name="payload">Its content; empty for none.</param>
    /// <param name="form">Values that were typed; null for none.</param>
    /// <param name="proposed">Values to begin with in the place of the record's; null for none.</param>
    internal static IReadOnlyList<RecordField> Of(
        RecordKind kind, ReadOnlyMemory<byte> payload, PortalForm? form, IReadOnlyDictionary<string, string>? proposed)
    {
        using var document = payload.IsEmpty ? null : JsonDocument.Parse(payload);
        var words = FieldTexts.Of(kind, payload).ToDictionary(each => each.Label, each => each.Value);
        return [.. kind.Fields.Select(field =>
        {
            var value = document?.RootElement.TryGetProperty(field.Name, out var found) == true && found.ValueKind != JsonValueKind.Null
                ? found : (JsonElement?)null;
            var label = field.Title is { } title ? Text.Of(title) : new Text(field.Name, field.Name);
            var raw = value?.GetRawText() ?? "";
            return new RecordField(
                field.Name, label, form is null ? raw : form[$"old:{field.Name}"], words.GetValueOrDefault(label),
                form is null ? proposed?.GetValueOrDefault(field.Name) ?? Typed(value) : form[$"new:{field.Name}"], OptionsOf(field),
                field is { Type: FieldType.Text, MaxLength: null or > LongText } ? 3 : 1,
                field.Type == FieldType.Text ? field.MaxLength : null);
        })];
    }

    /// <summary>A value as it stands in an input.</summary>
    public static string Typed(JsonElement? value) => value switch
    {
        null => "",
        { ValueKind: JsonValueKind.String } text => text.GetString()!,
        { ValueKind: JsonValueKind.Array } many => string.Join(Separator, many.EnumerateArray().Select(each => each.ToString())),
        { } other => other.GetRawText(),
    };

    /// <summary>The typed text as JSON of the field's type; one that does not fit stays text, which the catalogue refuses.</summary>
    public static JsonElement? ValueOf(FieldDefinition field, string typed)
    {
        ArgumentNullException.ThrowIfNull(field);
        ArgumentNullException.ThrowIfNull(typed);
        if (typed.Length == 0)
            return null;
        return field.Type switch
        {
            FieldType.Integer when int.TryParse(typed, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) =>
                JsonSerializer.SerializeToElement(number),
            FieldType.Boolean when typed is "true" or "false" => JsonSerializer.SerializeToElement(typed == "true"),
            FieldType.Codes => JsonSerializer.SerializeToElement(
                typed.Split([Separator, '，', '、'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)),
            _ => JsonSerializer.SerializeToElement(typed),
        };
    }

    private static IReadOnlyList<(string, Text)>? OptionsOf(FieldDefinition field) => field.Type switch
    {
        FieldType.Code => [("", CaseTexts.Empty), .. field.Of.Select(code => (code, FieldTexts.Code(field, code)))],
        FieldType.Boolean => [("", CaseTexts.Empty), ("true", new Text("是", "Yes")), ("false", new Text("否", "No"))],
        _ => null,
    };
}
