namespace CreditGrains.Domain.Policies;

/// <summary>Grade changes by the value of one property of the subjects, at most <see cref="SimulationCounts.GroupsMax"/> values.</summary>
internal sealed class SimulationGroups
{
    private readonly SortedDictionary<string, long[]> _groups = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long[]> _byName = [];
    private string _last = "";

    public IEnumerable<KeyValuePair<string, long[]>> All => _groups;

    public SortedDictionary<string, long[]> Document => _groups;

    public void Add(string name, int cell, int cells)
    {
        if (Group(name, cells) is { } group)
            group[cell]++;
    }

    public void Merge(SimulationGroups other)
    {
        foreach (var (name, counts) in other._groups)
        {
            if (Group(name, counts.Length) is { } group)
                SimulationCounts.Sum(group, counts);
        }
    }

    public void Take(SortedDictionary<string, long[]> document)
    {
        foreach (var (name, counts) in document)
            SimulationCounts.Sum(Group(name, counts.Length)!, counts);
    }

    /// <summary>
    /// The group's counts; null once so many names come before it that it is not kept. A name that is kept in the end was never among
    /// those left out, in whatever order they came: so its counts are whole.
    /// </summary>
    private long[]? Group(string name, int cells)
    {
        if (_byName.TryGetValue(name, out var known))
            return known;
        if (_groups.Count == SimulationCounts.GroupsMax)
        {
            if (string.CompareOrdinal(name, _last) > 0)
                return null;
            _groups.Remove(_last);
            _byName.Remove(_last);
        }

        var made = _byName[name] = _groups[name] = new long[cells];
        if (_groups.Count == SimulationCounts.GroupsMax)
            _last = _groups.Keys.Last();
        return made;
    }
}
