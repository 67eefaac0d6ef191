namespace CreditGrains.Domain.Rulebooks.Reading;

/// <summary>Collects every mistake, and remembers from which place of which file each part of the model was read.</summary>
internal sealed class MistakeList
{
    private readonly List<RulebookMistake> _mistakes = [];
    private readonly List<RulebookMistake> _warnings = [];
    private readonly Dictionary<object, (string File, YamlNode Node)> _places = new(ReferenceEqualityComparer.Instance);

    public int Count => _mistakes.Count;

    public void Add(string file, int line, string code, string message, string advice) =>
        _mistakes.Add(new RulebookMistake(file, line, code, message, advice));

    public void Add(RulebookMistake mistake) => _mistakes.Add(mistake);

    /// <summary>Notes what the author should look at though the rulebook can be used.</summary>
    public void Warn(RulebookMistake warning) => _warnings.Add(warning);

    public void Remember(object part, string file, YamlNode node) => _places[part] = (file, node);

    /// <summary>Whether the author wrote that key of the part.</summary>
    public bool Given(object part, string key) => _places.TryGetValue(part, out var place) && place.Node.Find(key) is not null;

    /// <summary>
    /// Reports at a part of the model, as deep along the path (keys, or texts of list items) as the file goes. A part that was not read
    /// from a file stands in for something already reported, and is passed over.
    /// </summary>
    public void At(object part, string code, string message, string advice, params ReadOnlySpan<string> path)
    {
        if (!_places.TryGetValue(part, out var place))
            return;
        var (line, node) = (place.Node.Line, place.Node);
        foreach (var step in path)
        {
            if (node.Find(step) is { } entry)
            {
                (line, node) = (entry.Line, entry.Value);
            }
            else if (node.Items?.Find(item => item.Text == step) is { } item)
            {
                (line, node) = (item.Line, item);
            }
            else
            {
                break;
            }
        }

        Add(place.File, line, code, message, advice);
    }

    public IReadOnlyList<RulebookMistake> InOrder() => InOrder(_mistakes);

    public IReadOnlyList<RulebookMistake> WarningsInOrder() => InOrder(_warnings);

    private static IReadOnlyList<RulebookMistake> InOrder(List<RulebookMistake> mistakes) =>
        [.. mistakes.OrderBy(mistake => mistake.File, StringComparer.Ordinal).ThenBy(mistake => mistake.Line)];
}
