namespace CreditGrains.Domain.Rulebooks;

/// <summary>Commitments that may be signed, with their texts (承诺事项目录).</summary>
public sealed record CommitmentRules
{
    /// <summary>The record of a commitment and its result.</summary>
    public required RecordForm Record { get; init; }

    /// <summary>Types by code, with the names that plans give them.</summary>
    public required IReadOnlyDictionary<string, CommitmentType> Types { get; init; }

    public required IReadOnlyDictionary<string, CommitmentItem> Items { get; init; }

    /// <summary>An item by its id or its title in any language; null for none.</summary>
    public (string Id, CommitmentItem Item)? FindItem(string? matter)
    {
        if (matter is null)
            return null;
        if (Items.TryGetValue(matter, out var item))
            return (matter, item);
        return Items.FirstOrDefault(each => each.Value.Title.ByLanguage.Values.Contains(matter)) is { Key: { } id, Value: { } found }
            ? (id, found) : null;
    }

    /// <summary>A type's code by itself, its title or an alias; null for none.</summary>
    public string? FindType(string? name) => name is null ? null : Types.FirstOrDefault(
        each => each.Key == name || each.Value.Aliases.Contains(name) || each.Value.Title.ByLanguage.Values.Contains(name)).Key;
}

/// <summary>A type of commitment (国信用字〔2022〕21号).</summary>
public sealed record CommitmentType(LocalisedText Title, IReadOnlyList<string> Aliases);

/// <summary>One commitment that may be signed.</summary>
public sealed record CommitmentItem
{
    public required LocalisedText Title { get; init; }

    /// <summary>Code of its type.</summary>
    public required string Type { get; init; }

    /// <summary>The text that is shown and signed, to the letter.</summary>
    public required string Text { get; init; }

    /// <summary>违诺责任: what the signer answers with.</summary>
    public required string Liability { get; init; }

    /// <summary>Sources that accept it; null for every body.</summary>
    public IReadOnlyList<string>? AcceptedBy { get; init; }

    public required string Basis { get; init; }

    /// <summary>可向社会公开: its record says so, and where the kind's publicity is bound to that it is published.</summary>
    public bool IsPublic { get; init; }
}
