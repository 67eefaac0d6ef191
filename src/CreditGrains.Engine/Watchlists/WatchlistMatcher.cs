using System.Text.Json;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Watchlists;

/// <summary>Which changes a watchlist wants.</summary>
internal sealed class WatchlistMatcher
{
    private readonly HashSet<string> _subjects;
    private readonly WatchlistFilter? _filter;
    private readonly IReadOnlyList<string> _types;

    public WatchlistMatcher(Watchlist list)
    {
        _subjects = list.Subjects.ToHashSet(StringComparer.Ordinal);
        (_filter, _types) = (list.Filter, list.Types);
    }

    /// <summary>Whether rows of organisations are looked at.</summary>
    public bool NeedsRows => _filter is not null;

    /// <summary>Whether a change may be wanted, as far as it says so itself.</summary>
    public bool MayWant(SubjectChange change) =>
        ChangeTypes.AreWanted(_types, change.Type) && (_filter is not null || _subjects.Contains(change.Subject.Value));

    /// <summary>Whether a change that may be wanted is.</summary>
    /// <param name="change">The change.</param>
    /// <param name="row">The organisation's row; null where there is none, or none is needed.</param>
    public bool Wants(SubjectChange change, StoredSubject? row) => _filter is null
        || (Begins(_filter.Regions, row?.Description?.Region) && Begins(_filter.Industries, row?.Description?.Industry)
            && (_filter.Grades.Count == 0 || IsOf(row?.Grade) || HasGrade(change)));

    private static bool Begins(IReadOnlyList<string> beginnings, string? text) => beginnings.Count == 0
        || (text is not null && beginnings.Any(beginning => text.StartsWith(beginning, StringComparison.Ordinal)));

    private bool IsOf(string? grade) => grade is not null && _filter!.Grades.Contains(grade, StringComparer.Ordinal);

    private bool HasGrade(SubjectChange change)
    {
        if (change.Type != ChangeTypes.Grade)
            return false;
        using var data = JsonDocument.Parse(change.Data);
        return Is("old") || Is("new");

        bool Is(string member) => data.RootElement.TryGetProperty(member, out var grade)
            && grade.ValueKind == JsonValueKind.String && IsOf(grade.GetString());
    }
}
