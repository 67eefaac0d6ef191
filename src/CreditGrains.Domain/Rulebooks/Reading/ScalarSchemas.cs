using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace CreditGrains.Domain.Rulebooks.Reading;

/// <summary>A text of bounded length, perhaps of a certain form.</summary>
/// <param name="lengthMax">Greatest length in UTF-16 units.</param>
/// <param name="pattern">A regular expression that the whole text matches; null for any text that is not blank.</param>
/// <param name="expected">How the form is described to the author.</param>
internal sealed class TextSchema(int lengthMax, string? pattern = null, string? expected = null) : Schema<string>
{
    /// <summary>The schema's <c>$</c> is the end of the text; that of .NET also matches before a final line feed.</summary>
    private readonly Regex? _regex = pattern is null ? null : new Regex(
        $@"\A(?:{pattern})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
    private readonly string _expected = expected ?? $"a text of at most {lengthMax} characters";

    public override string Fallback => "";

    public string Expected => _expected;

    public bool Accepts(string text) =>
        text.Length <= lengthMax && !string.IsNullOrWhiteSpace(text) && (_regex is null || _regex.IsMatch(text));

    public override string Read(YamlNode node, FileReading file, string name = "")
    {
        if (node.Text is null || node.IsEmpty || (node.Plain && node.Text is "true" or "false"))
            return Wrong(node, file, _expected);
        return Accepts(node.Text) ? node.Text : Wrong(node, file, _expected, "out-of-range");
    }

    public override JsonObject ToJsonSchema(SchemaDefinitions definitions)
    {
        // A plain 2026.1 is a number for an editor and a text for us.
        var schema = new JsonObject { ["type"] = new JsonArray("string", "number"), ["minLength"] = 1, ["maxLength"] = lengthMax };
        if (pattern is not null)
            schema["pattern"] = pattern;
        return schema;
    }
}

/// <summary>A decimal number with bounds and a bounded number of places.</summary>
internal sealed class NumberSchema(decimal min, decimal max, int places) : Schema<decimal>
{
    private string Expected => (places == 0 ? "a whole number" : $"a number with at most {places} decimal places")
        + string.Create(CultureInfo.InvariantCulture, $" from {min} to {max}");

    public override decimal Fallback => 0;

    public override decimal Read(YamlNode node, FileReading file, string name = "")
    {
        const NumberStyles Styles = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        if (!node.Plain || node.Text is not { Length: > 0 and <= 32 } text || text[0] == '+'
            || !decimal.TryParse(text, Styles, CultureInfo.InvariantCulture, out var number))
            return Wrong(node, file, Expected);
        return number >= min && number <= max && number == Math.Round(number, places) ? number : Wrong(
            node, file, Expected, "out-of-range");
    }

    public override JsonObject ToJsonSchema(SchemaDefinitions definitions) => new()
    {
        ["type"] = places == 0 ? "integer" : "number",
        ["minimum"] = min,
        ["maximum"] = max,
    };
}

/// <summary><c>true</c> or <c>false</c>.</summary>
internal sealed class BooleanSchema : Schema<bool>
{
    public override bool Fallback => false;

    public override bool Read(YamlNode node, FileReading file, string name = "") => node switch
    {
        { Plain: true, Text: "true" } => true,
        { Plain: true, Text: "false" } => false,
        _ => Wrong(node, file, "true or false"),
    };

    public override JsonObject ToJsonSchema(SchemaDefinitions definitions) => new() { ["type"] = "boolean" };
}

/// <summary>A calendar date.</summary>
internal sealed class DateSchema : Schema<DateOnly>
{
    public override DateOnly Fallback => DateOnly.MinValue;

    public override DateOnly Read(YamlNode node, FileReading file, string name = "") =>
        DateOnly.TryParseExact(node.Text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            ? date
            : Wrong(node, file, "a date such as 2026-10-10");

    public override JsonObject ToJsonSchema(SchemaDefinitions definitions) =>
        new() { ["type"] = "string", ["pattern"] = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" };
}

/// <summary>One word of a closed list.</summary>
internal sealed class ChoiceSchema<T>(params (string Word, T Value)[] choices) : Schema<T>
{
    public override T Fallback => choices[0].Value;

    public override T Read(YamlNode node, FileReading file, string name = "")
    {
        if (node.Text is null || node.IsEmpty)
            return Wrong(node, file, $"one of {string.Join(", ", choices.Select(choice => choice.Word))}");
        foreach (var (word, value) in choices)
        {
            if (word == node.Text)
                return value;
        }

        file.Mistakes.Add(
            file.Name, node.Line, "unknown-value", $"{node.Form} is not allowed here.",
            Suggestion.For(node.Text, choices.Select(choice => choice.Word)));
        return Fallback;
    }

    public override JsonObject ToJsonSchema(SchemaDefinitions definitions) =>
        new() { ["enum"] = new JsonArray([.. choices.Select(choice => JsonValue.Create(choice.Word))]) };
}
