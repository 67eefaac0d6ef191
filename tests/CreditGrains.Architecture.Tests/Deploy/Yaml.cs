using System.Globalization;
using CreditGrains.Testing;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace CreditGrains.Architecture.Tests.Deploy;

/// <summary>One node of a document of deploy/, read without a schema: what is missing is an empty node.</summary>
internal sealed class Yaml(object? value)
{
    /// <summary>Documents of a file below the root; merge keys (<c>&lt;&lt;</c>) are resolved.</summary>
    public static IReadOnlyList<Yaml> Read(string file)
    {
        using var text = new StringReader(Repository.Read(file));
        var parser = new MergingParser(new Parser(text));
        var deserializer = new DeserializerBuilder().Build();
        var documents = new List<Yaml>();
        parser.Consume<YamlDotNet.Core.Events.StreamStart>();
        while (parser.Accept<YamlDotNet.Core.Events.DocumentStart>(out _))
            documents.Add(new Yaml(deserializer.Deserialize<object>(parser)));
        return documents;
    }

    public Yaml this[string name] => new(Map.GetValueOrDefault(name));

    public string Text => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";

    public bool IsThere => value is not null;

    public IReadOnlyList<Yaml> Items => value is IEnumerable<object> items ? [.. items.Select(item => new Yaml(item))] : [];

    public IReadOnlyDictionary<string, Yaml> Fields => Map.ToDictionary(pair => pair.Key, pair => new Yaml(pair.Value));

    /// <summary>Names of a list of texts, or of a mapping.</summary>
    public IReadOnlyList<string> Names => value is IDictionary<object, object> ? [.. Map.Keys] : [.. Items.Select(item => item.Text)];

    /// <summary>This node and everything below.</summary>
    public IEnumerable<Yaml> All => Items.Concat(Fields.Values).SelectMany(node => node.All).Prepend(this);

    private Dictionary<string, object?> Map => value is IDictionary<object, object> map
        ? map.ToDictionary(pair => (string)pair.Key, pair => (object?)pair.Value)
        : [];
}
