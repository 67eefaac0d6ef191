namespace CreditGrains.Domain.Rulebooks.Reading;

/// <summary>One value of a YAML file with its 1-based line: exactly one of the three forms.</summary>
internal sealed class YamlNode(int line)
{
    /// <summary>Where the value starts; for a list or mapping under a key, the key's line.</summary>
    public int Line { get; set; } = line;

    /// <summary>Scalar: its text; else null.</summary>
    public string? Text { get; init; }

    /// <summary>Scalar written without quotes, so that it may be a number, a boolean or nothing.</summary>
    public bool Plain { get; init; }

    public List<YamlNode>? Items { get; init; }

    /// <summary>Mapping: keys are distinct.</summary>
    public List<YamlEntry>? Entries { get; init; }

    public bool IsEmpty => Plain && Text is "" or "~" or "null" or "Null" or "NULL";

    public string Form => Items is not null ? "a list" : Entries is not null ? "a mapping" : IsEmpty ? "nothing" : $"'{Shorten(Text!)}'";

    public YamlEntry? Find(string key) => Entries?.Find(entry => entry.Key == key);

    /// <summary>Text fit for a message.</summary>
    public static string Shorten(string text) => text.Length <= 60 ? text : string.Concat(text.AsSpan(0, 57), "...");
}

/// <summary>A key of a mapping with its line, and the value.</summary>
internal sealed record YamlEntry(string Key, int Line, YamlNode Value);
