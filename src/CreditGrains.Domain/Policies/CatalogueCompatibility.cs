using System.Globalization;
using System.Text.Json;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Feeds;
using CreditGrains.Domain.Identifiers;
using CreditGrains.Domain.Rulebooks;

namespace CreditGrains.Domain.Policies;

/// <summary>
/// Whether a rulebook may take the place of another on the same journal, apart from the policy (see <see cref="PolicyDiff"/>): every
/// change with its effect, and for each stored record whether it would still be valid. Safe for any number of threads.
/// </summary>
public sealed class CatalogueCompatibility
{
    private readonly EventReader _reader;

    private CatalogueCompatibility(IReadOnlyList<CatalogueChange> changes, EventReader reader) => (Changes, _reader) = (changes, reader);

    /// <summary>Every change; empty when nothing but the policy differs.</summary>
    public IReadOnlyList<CatalogueChange> Changes { get; }

    /// <summary>The worst effect of all.</summary>
    public ChangeEffect Effect => Changes.Select(change => change.Effect).DefaultIfEmpty(ChangeEffect.Compatible).Max();

    /// <summary>Why the new rulebook is refused, naming the first incompatible changes; null when it is not.</summary>
    public Rejection? Refusal => Effect != ChangeEffect.Incompatible
        ? null
        : new Rejection(ErrorCatalogue.CatalogueIncompatible, "", string.Join(
            " ", Changes.Where(change => change.Effect == ChangeEffect.Incompatible).Take(3).Select(change => change.Text.In("en"))));

    /// <summary>Compares two rulebooks.</summary>
    /// <param name="old">The one in use.</param>
    /// <param name="new">The one that is to take its place.</param>
    /// <param name="exceptions">Codes that are admitted though they fail a check digit.</param>
    public static CatalogueCompatibility Between(Rulebook old, Rulebook @new, IIdentifierExceptions exceptions)
    {
        ArgumentNullException.ThrowIfNull(old);
        ArgumentNullException.ThrowIfNull(@new);
        var changes = new ChangeList();
        CompareHeader(old, @new, changes);
        Named("kinds", "信息类别", "Kind", old.Catalogue.Kinds, @new.Catalogue.Kinds, ChangeEffect.Incompatible, changes);
        foreach (var kind in @new.Catalogue.Kinds.Values)
        {
            if (old.Catalogue.Kinds.TryGetValue(kind.Name, out var known))
                KindChanges.Compare(known, kind, changes);
        }

        Named("measures", "措施", "Measure", old.Measures, @new.Measures, ChangeEffect.Compatible, changes);
        Named("matters", "事项", "Matter", old.Matters, @new.Matters, ChangeEffect.Compatible, changes);
        Named("feeds", "报送映射", "Feed", old.Feeds, @new.Feeds, ChangeEffect.Compatible, changes);
        Differing("measures", "措施", "Measure", old.Measures, @new.Measures, changes);
        Differing("matters", "事项", "Matter", old.Matters, @new.Matters, changes);
        Differing("feeds", "报送映射", "Feed", old.Feeds, @new.Feeds, changes);
        CompareClocks(old.Clocks, @new.Clocks, changes);
        CompareCalendar(old.Calendar, @new.Calendar, changes);
        return new CatalogueCompatibility(changes.All, new EventReader(@new, exceptions));
    }

    /// <summary>Why a stored record would no longer be valid under the new catalogue; null when it would be.</summary>
    /// <param name="kind">The record's kind.</param>
    /// <param name="payload">Its canonical content; empty for a withdrawal, which only needs its kind.</param>
    public Rejection? FaultOf(string kind, ReadOnlySpan<byte> payload) => _reader.JudgeStored(kind, payload);

    private static void CompareHeader(Rulebook old, Rulebook @new, ChangeList changes)
    {
        changes.Given("id", "规则手册标识", "id of the rulebook", old.Id, @new.Id, ChangeEffect.Incompatible);
        changes.Given("timeZone", "时区", "time zone", old.TimeZone.Id, @new.TimeZone.Id, ChangeEffect.Incompatible);
        changes.Given("scheme", "主体标识", "subject scheme", SchemeOf(old.Scheme), SchemeOf(@new.Scheme), ChangeEffect.Incompatible);
        changes.Given("title", "标题", "title", JsonOf(old.Title), JsonOf(@new.Title), ChangeEffect.Compatible);
        changes.Given("jurisdiction", "辖区", "jurisdiction", old.Jurisdiction, @new.Jurisdiction, ChangeEffect.Compatible);
        changes.Given(
            "languages", "语言", "languages", string.Join(", ", old.Languages), string.Join(", ", @new.Languages), ChangeEffect.Compatible);
    }

    private static void CompareClocks(Clocks old, Clocks @new, ChangeList changes)
    {
        changes.Given("clocks/publicity", "公示期", "publicity", JsonOf(old.Publicity), JsonOf(@new.Publicity), ChangeEffect.Compatible);
        changes.Given("clocks/sectors", "领域", "sectors", JsonOf(old.Sectors), JsonOf(@new.Sectors), ChangeEffect.Compatible);
        changes.Given("clocks/retention", "保存期限", "retention", JsonOf(old.Retention), JsonOf(@new.Retention), ChangeEffect.Compatible);
        changes.Given("clocks/deadlines", "程序期限", "deadlines", JsonOf(old.Deadlines), JsonOf(@new.Deadlines), ChangeEffect.Compatible);
    }

    private static void CompareCalendar(WorkingDayCalendar old, WorkingDayCalendar @new, ChangeList changes)
    {
        foreach (var year in old.Years.Except(@new.Years))
        {
            changes.Add(
                $"calendar/{year}", ChangeEffect.Incompatible, $"删除{year}年工作日历，已起算的期限将无法计算。",
                $"The calendar of {year} is removed; deadlines that run could no longer be counted.");
        }

        foreach (var year in @new.Years.Except(old.Years))
            changes.Add($"calendar/{year}", ChangeEffect.Compatible, $"新增{year}年工作日历。", $"The calendar of {year} is new.");
        foreach (var year in @new.Years.Intersect(old.Years))
        {
            if (DaysOf(year).All(day => old.IsWorkingDay(day) == @new.IsWorkingDay(day)))
                continue;
            changes.Add(
                $"calendar/{year}", ChangeEffect.Compatible, $"{year}年工作日历有调整。", $"The calendar of {year} has other working days.");
        }

        static IEnumerable<DateOnly> DaysOf(int year) =>
            Enumerable.Range(0, DateTime.IsLeapYear(year) ? 366 : 365).Select(new DateOnly(year, 1, 1).AddDays);
    }

    private static void Named<T>(
        string section, string zh, string en, IReadOnlyDictionary<string, T> old, IReadOnlyDictionary<string, T> @new,
        ChangeEffect removal, ChangeList changes)
    {
        foreach (var name in old.Keys.Except(@new.Keys).Order(StringComparer.Ordinal))
            changes.Add($"{section}/{name}", removal, $"删除{zh}{name}。", $"{en} {name} is removed.");
        foreach (var name in @new.Keys.Except(old.Keys).Order(StringComparer.Ordinal))
            changes.Add($"{section}/{name}", ChangeEffect.Compatible, $"新增{zh}{name}。", $"{en} {name} is new.");
    }

    private static void Differing<T>(
        string section, string zh, string en, IReadOnlyDictionary<string, T> old, IReadOnlyDictionary<string, T> @new, ChangeList changes)
    {
        foreach (var name in old.Keys.Intersect(@new.Keys).Order(StringComparer.Ordinal))
        {
            if (JsonOf(old[name]) != JsonOf(@new[name]))
                changes.Add($"{section}/{name}", ChangeEffect.Compatible, $"{zh}{name}有改动。", $"{en} {name} is changed.");
        }
    }

    private static string SchemeOf(SubjectScheme scheme) =>
        scheme is PatternScheme pattern ? $"pattern {pattern.Pattern}" : scheme.Name;

    /// <summary>Any part of the model as text, to see whether two say the same.</summary>
    internal static string JsonOf<T>(T part) => JsonSerializer.Serialize(part);
}

/// <summary>Collects changes.</summary>
internal sealed class ChangeList
{
    private readonly List<CatalogueChange> _changes = [];

    public IReadOnlyList<CatalogueChange> All => _changes;

    public void Add(string path, ChangeEffect effect, string zh, string en) =>
        _changes.Add(new CatalogueChange(
            path, effect, new LocalisedText(new Dictionary<string, string> { ["zh"] = zh, ["en"] = en })));

    /// <summary>A value that differs, with both in words; null for none.</summary>
    public void Given(string path, string zh, string en, string? old, string? @new, ChangeEffect effect)
    {
        if (old != @new)
            Add(path, effect, $"{zh}由{old ?? "无"}改为{@new ?? "无"}。", $"The {en} changes from {old ?? "none"} to {@new ?? "none"}.");
    }

    /// <summary>A bound: wider is compatible, narrower is not. Null is no bound.</summary>
    public void Bound(string path, string zh, string en, decimal? old, decimal? @new, bool isUpper)
    {
        var narrower = @new is { } bound && (old is not { } known || (isUpper ? bound < known : bound > known));
        Given(path, zh, en, Text(old), Text(@new), narrower ? ChangeEffect.Incompatible : ChangeEffect.Compatible);
    }

    private static string? Text(decimal? number) => number?.ToString("0.######", CultureInfo.InvariantCulture);
}
