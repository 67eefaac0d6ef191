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
    private readonly int[] _months = new int[4];
    private readonly int[] _minMonths = new int[4];

    public PublicityTerms(Rulebook rulebook, SymbolTable symbols)
    {
        var kinds = rulebook.Catalogue.Kinds.Values.Select(kind => (Symbol: symbols.Intern(kind.Name), kind.Publicity)).ToList();
        _byKind = new Publicity[kinds.Count == 0 ? 0 : kinds.Max(kind => kind.Symbol) + 1];
        foreach (var (symbol, publicity) in kinds)
            _byKind[symbol] = publicity;
        foreach (var (severity, tier) in rulebook.Clocks.Publicity)
        {
            _published[(int)severity] = tier.Published;
            _months[(int)severity] = tier.Published ? tier.MaxMonths : 0;
            _minMonths[(int)severity] = tier.Published ? tier.MinMonths : 0;
        }

        // Without any tier nothing says when publicity ends, so it does not.
        if (rulebook.Clocks.Publicity.Count == 0)
            Array.Fill(_published, true);
    }

    /// <summary>The first day on which publicity is over by itself, or never; a record that is never published has no such day.</summary>
    public int EndOf(in RecordEntry record)
    {
        if (Of(record.Kind) != Publicity.Tiered || record.Date == RecordEntry.NoDate || _months[(int)record.Severity] == 0)
            return RecordEntry.Never;
        return AddMonths(record.Date, _months[(int)record.Severity]);
    }

    /// <summary>The first day on which a repair has effect: after its tier's minimum; no date where there is no minimum.</summary>
    public int RepairableFrom(in RecordEntry record) =>
        Of(record.Kind) != Publicity.Tiered || record.Date == RecordEntry.NoDate || _minMonths[(int)record.Severity] == 0
            ? RecordEntry.NoDate
            : AddMonths(record.Date, _minMonths[(int)record.Severity]);

    /// <summary>Whether a repair of the record has effect: it was repaired, and its tier's minimum is over.</summary>
    public bool IsRepaired(in RecordEntry record, ReadOnlySpan<MarkEntry> marks, int day) =>
        MarkEntry.IsRepaired(record, marks, day) && day >= RepairableFrom(record);

    public bool IsPublished(in RecordEntry record, ReadOnlySpan<MarkEntry> marks, int day)
    {
        if (record.Date > day || IsRepaired(record, marks, day))
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

    private static int AddMonths(int day, int months)
    {
        var date = DateOnly.FromDayNumber(day);
        return date.Year + (months / 12) >= DateOnly.MaxValue.Year - 1 ? RecordEntry.Never : date.AddMonths(months).DayNumber;
    }

    private Publicity Of(int kind) => kind < _byKind.Length ? _byKind[kind] : Publicity.None;
}
