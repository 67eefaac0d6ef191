using System.Text.Json.Nodes;

namespace CreditGrains.Domain.Rulebooks.Reading;

/// <summary>A list of values of one schema.</summary>
/// <param name="item">The schema.</param>
/// <param name="most">Greatest number of items; none is read of a longer list.</param>
/// <param name="least">Least number of items.</param>
internal sealed class ListSchema<T>(Schema<T> item, int most, int least = 1) : Schema<IReadOnlyList<T>>
{
    public override IReadOnlyList<T> Fallback => [];

    public override IReadOnlyList<T> Read(YamlNode node, FileReading file, string name = "")
    {
        if (node.Items is null)
            return Wrong(node, file, "a list");
        if (node.Items.Count < least)
            return Wrong(node, file, $"a list with at least {least} item(s)", "out-of-range");
        if (node.Items.Count > most)
            return TooMany(node, file, node.Items.Count, most, "items");
        var seen = new HashSet<string>();
        foreach (var repeated in node.Items.Where(child => child.Text is not null && !seen.Add(child.Text)))
            file.Mistakes.Add(file.Name, repeated.Line, "duplicate-value", $"{repeated.Form} is listed twice.", "Keep one of the two.");
        return [.. node.Items.Select(child => item.Read(child, file))];
    }

    public override JsonObject ToJsonSchema(SchemaDefinitions definitions)
    {
        var schema = new JsonObject
        {
            ["type"] = "array",
            ["items"] = item.ToJsonSchema(definitions),
            ["maxItems"] = most,
            ["uniqueItems"] = true,
        };
        if (least > 0)
            schema["minItems"] = least;
        return schema;
    }
}

/// <summary>A mapping whose keys are names that the author chooses.</summary>
/// <param name="key">The schema of the names.</param>
/// <param name="value">The schema of the values.</param>
/// <param name="most">Greatest number of names; none is read of a longer mapping.</param>
/// <param name="least">Least number of names.</param>
internal sealed class NamedSchema<T>(TextSchema key, Schema<T> value, int most, int least = 0) : Schema<IReadOnlyDictionary<string, T>>
{
    public override IReadOnlyDictionary<string, T> Fallback => new Dictionary<string, T>();

    public override IReadOnlyDictionary<string, T> Read(YamlNode node, FileReading file, string name = "")
    {
        if (node.Entries is null)
            return Wrong(node, file, "a mapping");
        if (node.Entries.Count < least)
            return Wrong(node, file, $"a mapping with at least {least} key(s)", "out-of-range");
        if (node.Entries.Count > most)
            return TooMany(node, file, node.Entries.Count, most, "keys");
        var all = new Dictionary<string, T>(StringComparer.Ordinal);
        foreach (var entry in node.Entries)
        {
            if (!key.Accepts(entry.Key))
            {
                // In braces a comma ends a text, and what follows it becomes a key without a value.
                file.Mistakes.Add(
                    file.Name, entry.Line, "out-of-range", $"The name '{YamlNode.Shorten(entry.Key)}' is not allowed here.",
                    $"Write {key.Expected}{(entry.Value.IsEmpty ? "; a text in braces that holds a comma needs quotes" : "")}.");
                if (entry.Value.IsEmpty)
                    continue;
            }

            all[entry.Key] = value.Read(entry.Value, file, entry.Key);
        }

        return all;
    }

    public override JsonObject ToJsonSchema(SchemaDefinitions definitions)
    {
        var names = key.ToJsonSchema(definitions);
        names.Remove("type");
        var schema = new JsonObject
        {
            ["type"] = "object",
            ["propertyNames"] = names,
            ["additionalProperties"] = value.ToJsonSchema(definitions),
            ["maxProperties"] = most,
        };
        if (least > 0)
            schema["minProperties"] = least;
        return schema;
    }
}

/// <summary>A value that may be written in up to three forms.</summary>
internal sealed class FormsSchema<T>(Schema<T>? scalar = null, Schema<T>? list = null, Schema<T>? mapping = null) : Schema<T>
{
    private IEnumerable<(string Form, Schema<T> Schema)> Forms
    {
        get
        {
            if (scalar is not null)
                yield return ("a single value", scalar);
            if (list is not null)
                yield return ("a list", list);
            if (mapping is not null)
                yield return ("a mapping", mapping);
        }
    }

    public override T Fallback => Forms.First().Schema.Fallback;

    public override T Read(YamlNode node, FileReading file, string name = "")
    {
        var schema = node.Items is not null ? list : node.Entries is not null ? mapping : scalar;
        return schema is null
            ? Wrong(node, file, string.Join(" or ", Forms.Select(form => form.Form)))
            : schema.Read(node, file, name);
    }

    public override JsonObject ToJsonSchema(SchemaDefinitions definitions) =>
        new() { ["anyOf"] = new JsonArray([.. Forms.Select(form => form.Schema.ToJsonSchema(definitions))]) };
}
