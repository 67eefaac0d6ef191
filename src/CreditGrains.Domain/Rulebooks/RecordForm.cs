using System.Text.Json.Nodes;

namespace CreditGrains.Domain.Rulebooks;

/// <summary>How a case writes its result as a record of the catalogue: which kind, and which fact goes into which field.</summary>
public sealed record RecordForm
{
    /// <summary>A kind of the catalogue.</summary>
    public required string Kind { get; init; }

    /// <summary>Fields with the same value in each record.</summary>
    public IReadOnlyDictionary<string, string> Values { get; init; } = new Dictionary<string, string>();

    /// <summary>Fact of the procedure to field of the kind; a fact without a field is not written.</summary>
    public IReadOnlyDictionary<string, string> Fields { get; init; } = new Dictionary<string, string>();

    /// <summary>Fact to the codes that the kind has for its values.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Codes { get; init; } =
        new Dictionary<string, IReadOnlyDictionary<string, string>>();

    /// <summary>The content of a record; facts that are missing leave their fields out.</summary>
    public JsonObject Fill(IReadOnlyDictionary<string, string> facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        var data = new JsonObject();
        foreach (var (field, value) in Values)
            data[field] = value;
        foreach (var (fact, field) in Fields)
        {
            if (facts.TryGetValue(fact, out var value))
                data[field] = Codes.TryGetValue(fact, out var codes) ? codes.GetValueOrDefault(value, value) : value;
        }

        return data;
    }

    /// <summary>Brings the fields of some facts up to date in a record's content; a field whose fact is missing is removed.</summary>
    public void Write(JsonObject data, IReadOnlyDictionary<string, string> facts, IReadOnlySet<string> changed)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(changed);
        var filled = Fill(facts);
        foreach (var field in Fields.Where(each => changed.Contains(each.Key)).Select(each => each.Value))
        {
            data.Remove(field);
            if (filled[field] is { } value)
                data[field] = value.DeepClone();
        }
    }
}
