using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;

namespace CreditGrains.Domain.Assessment;

/// <summary>
/// When a record is shown to the public (semantics, section 9): from its date to the end of its tier's longest period, to its
/// repair (but not before its tier's shortest period is over), or without end. The anchor is the decision date (Order 36 of the NDRC,
/// 2025).
/// </summary>
internal sealed class PublicityTerms
{
    private readonly Publicity[] _byKind;
    private readonly bool[] _published = new bool[4];

    /// <summary>By severity; null where there is no such period.</summary>
    private readonly MonthsAhead?[] _longest = new MonthsAhead?[4], _shortest = new MonthsAhead?[4];

    public PublicityTerms(Rulebook rulebook, SymbolTable symbols)
    {
        var kinds = rulebook.Catalogue.Kinds.Values.Select(kind => (Symbol: symbols.Intern(kind.Name), kind.Publicity)).ToList();
        _byKind = new Publicity[kinds.Count == 0 ? 0 : kinds.Max(kind => kind.Symbol) + 1];
        foreach (var (symbol, publicity) in kinds)
            _byKind[symbol] = publicity;
        foreach (var (severity, tier) in rulebook.Clocks.Publicity)
        {
            _published[(int)severity] = tier.Published;
            if (!tier.Published)
                continue;
            _longest[(int)severity] = tier.MaxMonths == 0 ? null : new MonthsAhead(tier.MaxMonths);
            _shortest[(int)severity] = tier.MinMonths == 0 ? null : new MonthsAhead(tier.MinMonths);
        }

        // Without any tier nothing says when publicity ends, so it does not.
        if (rulebook.Clocks.Publicity.Count == 0)
            Array.Fill(_published, true);
    }

    /// <summary>The first day on which publicity is over by itself, or never; a record that is never published has no such day.</summary>
    public int EndOf(in RecordEntry record) =>
        Of(record.Kind) == Publicity.Tiered && record.Date != RecordEntry.NoDate && _longest[(int)record.Severity] is { } longest
            ? longest.Of(record.Date)
            : RecordEntry.Never;

    /// <summary>The first day on which a repair has effect: after its tier's minimum; no date where there is no minimum.</summary>
    public int RepairableFrom(in RecordEntry record) =>
        Of(record.Kind) == Publicity.Tiered && record.Date != RecordEntry.NoDate && _shortest[(int)record.Severity] is { } shortest
            ? shortest.Of(record.Date)
            : RecordEntry.NoDate;

    /// <summary>Whether a repair of the record has effect: it was repaired, and its tier's minimum is over.</summary>
    public bool IsRepaired(in RecordEntry record, ReadOnlySpan<MarkEntry> marks, int day) =>
        MarkEntry.IsRepaired(record, marks, day) && day >= RepairableFrom(record);

    public bool IsPublished(in RecordEntry record, ReadOnlySpan<MarkEntry> marks, int day)
    {
        if (record.Date > day || IsRepaired(record, marks, day) || MarkEntry.HasPublicityEnded(record, marks, day))
            return false;
        return Of(record.Kind) switch
        {
            Publicity.Always => true,
            Publicity.Tiered => _published[(int)record.Severity] && day < EndOf(record),
            _ => false,
        };
    }

    /// <summary>Whether an authorised check shows the record: a tiered one only while it is published.</summary>
    public bool IsShown(in RecordEntry record, ReadOnlySpan<MarkEntry> marks, int day) =>
        Of(record.Kind) != Publicity.Tiered || IsPublished(record, marks, day);

    private Publicity Of(int kind) => kind < _byKind.Length ? _byKind[kind] : Publicity.None;
}
