using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Statistics;

/// <summary>Adds figures up while they are counted; of parts there is a bounded number, and the rest is one part (I13).</summary>
internal sealed class StatisticCounts
{
    private readonly Dictionary<(string Figure, string Part, DateOnly Day, string Name, string Key), long> _counts = [];
    private readonly Dictionary<string, HashSet<string>> _names = new(StringComparer.Ordinal);

    public void Add(string figure, string part, DateOnly day, string name, string key, long by = 1)
    {
        if (!_names.TryGetValue(part, out var names))
            _names[part] = names = new HashSet<string>(StringComparer.Ordinal);
        if (!names.Contains(name) && (names.Count >= StatisticNames.PartsMax || !names.Add(name)))
            name = StatisticNames.Others;
        var place = (figure, part, day, name, key);
        _counts[place] = _counts.GetValueOrDefault(place) + by;
    }

    public List<Statistic> Of(string figure) =>
    [
        .. _counts.Where(each => each.Key.Figure == figure).Select(each => new Statistic(
            each.Key.Figure, each.Key.Part, each.Key.Day, each.Key.Name, each.Key.Key, each.Value)),
    ];
}
