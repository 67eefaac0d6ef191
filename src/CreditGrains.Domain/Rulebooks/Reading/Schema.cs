using System.Globalization;
using System.Text.Json.Nodes;

namespace CreditGrains.Domain.Rulebooks.Reading;

/// <summary>
/// The form of a value in a rulebook file. One description serves both uses: it reads the value and reports what is wrong with it, and
/// it writes the JSON Schema that editors check with.
/// </summary>
internal abstract class Schema<T>
{
    /// <summary>Stands in for a value that is missing or wrong and has been reported, so that reading can go on.</summary>
    public abstract T Fallback { get; }

    /// <summary>Reads the value; never throws for what it holds.</summary>
    /// <param name="node">The value.</param>
    /// <param name="file">Where mistakes go.</param>
    /// <param name="name">The key under which the value stands in a mapping of free names; else empty.</param>
    public abstract T Read(YamlNode node, FileReading file, string name = "");

    public abstract JsonObject ToJsonSchema(SchemaDefinitions definitions);

    public Schema<TOther> Select<TOther>(Func<T, TOther> convert) => new SelectSchema<T, TOther>(this, convert);

    /// <summary>Reports a value of the wrong form and gives the fallback.</summary>
    protected T Wrong(YamlNode node, FileReading file, string expected, string code = "wrong-type")
    {
        file.Mistakes.Add(file.Name, node.Line, code, $"Expected {expected}, found {node.Form}.", $"Write {expected}.");
        return Fallback;
    }

    /// <summary>Reports a list or mapping beyond its bound and gives the fallback.</summary>
    protected T TooMany(YamlNode node, FileReading file, int count, int most, string what)
    {
        file.Mistakes.Add(
            file.Name, node.Line, "out-of-range",
            string.Create(CultureInfo.InvariantCulture, $"There are {count} {what} here; at most {most} are allowed."),
            string.Create(CultureInfo.InvariantCulture, $"Leave at most {most}."));
        return Fallback;
    }
}

/// <summary>The file being read.</summary>
/// <param name="Name">Name relative to the rulebook folder.</param>
/// <param name="Mistakes">Where mistakes go.</param>
/// <param name="Language">The language of texts that name none.</param>
internal sealed record FileReading(string Name, MistakeList Mistakes, string Language);

/// <summary>Named parts of one schema file (<c>$defs</c>), each written once.</summary>
internal sealed class SchemaDefinitions
{
    private readonly SortedDictionary<string, JsonObject> _definitions = new(StringComparer.Ordinal);

    public JsonObject Reference(string name, Func<JsonObject> write)
    {
        if (!_definitions.ContainsKey(name))
        {
            _definitions[name] = [];
            _definitions[name] = write();
        }

        return new JsonObject { ["$ref"] = $"#/$defs/{name}" };
    }

    public JsonObject ToJson()
    {
        var all = new JsonObject();
        foreach (var (name, schema) in _definitions)
            all[name] = schema;
        return all;
    }
}

/// <summary>A schema whose value is turned into another.</summary>
internal sealed class SelectSchema<TFrom, T>(Schema<TFrom> from, Func<TFrom, T> convert) : Schema<T>
{
    public override T Fallback => convert(from.Fallback);

    public override T Read(YamlNode node, FileReading file, string name = "") => convert(from.Read(node, file, name));

    public override JsonObject ToJsonSchema(SchemaDefinitions definitions) => from.ToJsonSchema(definitions);
}
