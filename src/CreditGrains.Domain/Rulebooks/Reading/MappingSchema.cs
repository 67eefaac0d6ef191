using System.Text.Json.Nodes;

namespace CreditGrains.Domain.Rulebooks.Reading;

/// <summary>
/// A mapping with fixed keys. A derived type declares each key once, with schema and description, and builds its part of the model from
/// the values read.
/// </summary>
internal abstract class MappingSchema<T> : Schema<T>
    where T : class
{
    private readonly List<Key> _keys = [];

    public override T Fallback => Build(new Values("", null));

    /// <summary>Name in the schema's definitions, and in messages.</summary>
    protected abstract string Title { get; }

    public sealed override T Read(YamlNode node, FileReading file, string name = "")
    {
        if (node.Entries is null)
            return Wrong(node, file, $"a mapping with the keys of {Title}");
        var values = new Values(name, node);
        foreach (var entry in node.Entries)
        {
            var key = _keys.Find(known => known.Name == entry.Key);
            if (key is null)
            {
                file.Mistakes.Add(
                    file.Name, entry.Line, "unknown-key", $"'{YamlNode.Shorten(entry.Key)}' is not a key of {Title}.",
                    Suggestion.For(entry.Key, _keys.Select(known => known.Name)));
            }
            else
            {
                values.Set(key, key.Read(entry.Value, file));
            }
        }

        foreach (var key in _keys.Where(key => key.MissingCode is not null && node.Find(key.Name) is null))
        {
            file.Mistakes.Add(
                file.Name, node.Line, key.MissingCode!, $"{Title}{(name == "" ? "" : $" '{YamlNode.Shorten(name)}'")} has no '{key.Name}'.",
                $"Add '{key.Name}': {key.About}");
        }

        var part = Build(values);
        file.Mistakes.Remember(part, file.Name, node);
        return part;
    }

    public sealed override JsonObject ToJsonSchema(SchemaDefinitions definitions) =>
        definitions.Reference(Title.Replace(' ', '-'), () => OwnSchema(definitions));

    /// <summary>The schema written in place, for the file itself.</summary>
    public JsonObject OwnSchema(SchemaDefinitions definitions)
    {
        var properties = new JsonObject();
        foreach (var key in _keys)
        {
            var schema = key.ToJsonSchema(definitions);
            schema["description"] = key.About;
            properties[key.Name] = schema;
        }

        var whole = new JsonObject { ["type"] = "object", ["properties"] = properties, ["additionalProperties"] = false };
        var required = _keys.Where(key => key.MissingCode is not null).Select(key => (JsonNode)key.Name).ToArray();
        if (required.Length > 0)
            whole["required"] = new JsonArray(required);
        return whole;
    }

    /// <summary>Builds the part of the model; missing and wrong values have their fallbacks.</summary>
    protected abstract T Build(Values values);

    protected Key<V> Required<V>(string name, Schema<V> schema, string about, string missingCode = "required-key") =>
        Add(new Key<V>(name, about, missingCode, schema.Fallback, schema.Read, schema.ToJsonSchema));

    protected Key<V> Optional<V>(string name, Schema<V> schema, string about, V absent) =>
        Add(new Key<V>(name, about, null, absent, schema.Read, schema.ToJsonSchema));

    protected Key<V?> Optional<V>(string name, Schema<V> schema, string about)
        where V : class => Add(new Key<V?>(name, about, null, null, schema.Read, schema.ToJsonSchema));

    protected Key<V?> OptionalValue<V>(string name, Schema<V> schema, string about)
        where V : struct => Add(new Key<V?>(name, about, null, null, (node, file, key) => schema.Read(node, file, key),
            schema.ToJsonSchema));

    private Key<V> Add<V>(Key<V> key)
    {
        _keys.Add(key);
        return key;
    }
}

/// <summary>One key of a mapping.</summary>
/// <param name="Name">As written.</param>
/// <param name="About">For the author, in the schema and in advice.</param>
/// <param name="MissingCode">The mistake when it is missing; null for optional keys.</param>
internal abstract record Key(string Name, string About, string? MissingCode)
{
    public abstract object? Absent { get; }

    public abstract object? Read(YamlNode node, FileReading file);

    public abstract JsonObject ToJsonSchema(SchemaDefinitions definitions);
}

/// <summary>A key whose value has a type.</summary>
internal sealed record Key<V>(
    string Name,
    string About,
    string? MissingCode,
    V AbsentValue,
    Func<YamlNode, FileReading, string, V> ReadValue,
    Func<SchemaDefinitions, JsonObject> WriteSchema) : Key(Name, About, MissingCode)
{
    public override object? Absent => AbsentValue;

    public override object? Read(YamlNode node, FileReading file) => ReadValue(node, file, "");

    public override JsonObject ToJsonSchema(SchemaDefinitions definitions) => WriteSchema(definitions);
}

/// <summary>The values read for one mapping.</summary>
/// <param name="name">The free name under which the mapping stands; else empty.</param>
/// <param name="node">Where it was read; null for a fallback.</param>
internal sealed class Values(string name, YamlNode? node)
{
    private readonly Dictionary<string, object?> _read = [];

    public string Name { get; } = name;

    public bool Has(Key key) => node?.Find(key.Name) is not null;

    public V Get<V>(Key<V> key) => _read.TryGetValue(key.Name, out var value) ? (V)value! : key.AbsentValue;

    public void Set(Key key, object? value) => _read[key.Name] = value;
}
